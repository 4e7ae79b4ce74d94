"""What an unquoted scalar means by YAML 1.2's core schema (chapter 10.3.2 of the specification)."""

import re
from enum import Enum
from typing import Final

MOST_DIGITS: Final = 18
"""Digits of an integer that is read as one: what always fits in the 64 bits that other readers of JSON have."""

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS: Final = frozenset("0123456789+-.")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_BASES: Final = {"0o": 8, "0x": 16}


class Number(Enum):
    """A number that no spec can hold, so that it is recognised and not converted."""

    UNHELD = "a real number, or an integer of more than MOST_DIGITS digits"


def resolve(text: str) -> str | int | bool | Number | None:
    """The value of a plain scalar: null, a truth value, a number, or else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text, _BASES.get(text[:2], 10)) if len(text) <= MOST_DIGITS else Number.UNHELD
    return Number.UNHELD if _REAL.fullmatch(text) else text
