"""How a value from a spec is shown inside a message: short, and never with a raw control character."""

from typing import Any, Final

LONGEST_SHOWN: Final = 60
"""Characters of a text that are shown; enough for the longest sensible name, and a message stays one line."""


def shown_name(name: str) -> str:
    """`name` in single quotes, escaped; for names and keys."""
    return _quoted(name, "'")


def shown(value: Any) -> str:
    """What a message says that a value is: "7" for text, 7 for a number, words for what holds others."""
    match value:
        case None:
            return "null"
        case bool() | int():
            return str(value).lower()
        case str():
            return _quoted(value, '"')
        case list():
            return f"a list of {len(value):,}" if value else "an empty list"
        case _:
            return "a mapping"


def shown_number(text: str) -> str:
    """A number as it is written."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}… ({len(text):,} characters)"


def printable(text: str) -> str:
    """`text` with everything that is not printable, and the backslash, as escape sequences."""
    return text if text.isprintable() and "\\" not in text else _escaped_all(text)


def _quoted(text: str, quote: str) -> str:
    short = text[:LONGEST_SHOWN]
    safe = quote + printable(short).replace(quote, "\\" + quote) + quote
    return safe if len(text) <= LONGEST_SHOWN else f"{safe[:-1]}…{quote} ({len(text):,} characters)"


def _escaped_all(text: str) -> str:
    return "".join(
        char if char.isprintable() and char != "\\" else char.encode("unicode_escape").decode("ascii") for char in text
    )
