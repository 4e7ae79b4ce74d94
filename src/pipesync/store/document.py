"""A JSON file of ours, before its content is judged: whether it is one, of which format, and of which version."""

import json
import re
from collections import Counter
from typing import Any, Final

from pydantic import ValidationError

from pipesync.store.durable import MAX_BYTES

_VERSION: Final = re.compile(r"[0-9]{1,6}\.[0-9]{1,6}")

_NOUNS: Final = {
    "pipesync.plan": "a saved plan",
    "pipesync.state": "a pipesync state",
    "pipesync.drift": "a drift report",
    "pipesync.outcome": "a report of an apply",
}

MOST_PROBLEMS: Final = 3
"""Problems that one message tells: a damaged file is repaired as a whole, not line by line."""


class Unusable(ValueError):  # noqa: N818  the caller turns it into its own error
    """What is wrong with a document, as the words that follow "the file "."""


class Newer(Unusable):
    """A document of a format that this version does not know yet."""


def version(text: bytes, format_name: str) -> tuple[int, int]:
    """The major and minor version of a document of `format_name`; Unusable if `text` is anything else."""
    document = _data(text)
    if not isinstance(document, dict) or document.get("format") != format_name:
        raise Unusable(f"is {_kind(document)}, not {_NOUNS[format_name]}")
    written = document.get("format_version")
    if not isinstance(written, str) or not _VERSION.fullmatch(written):
        raise Unusable(f"has no readable format_version ({json.dumps(written)[:40]})")
    return numbers(written)


def numbers(written: str) -> tuple[int, int]:
    """The major and minor version that `written` names."""
    major, _, minor = written.partition(".")
    return int(major), int(minor)


def newer(found: tuple[int, int], known: str) -> Newer:
    major, minor = found
    return Newer(f"was written by a newer pipesync, in format {major}.{minor}; this one reads up to {known}")


def problems(error: ValidationError) -> str:
    """What pydantic found, without the values: the place inside the document and the reason, for the first few."""
    found = [
        f"{'.'.join(map(_printable, entry['loc'])) or 'the document'}: {entry['msg']}"
        for entry in error.errors(include_url=False)
    ]
    more = len(found) - MOST_PROBLEMS
    return "; ".join(found[:MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else "")


def _data(text: bytes) -> Any:
    if len(text) > MAX_BYTES:
        raise Unusable(f"is larger than {MAX_BYTES // 1024**2} MiB")
    if not text.strip():
        raise Unusable("is empty")
    try:
        return json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Unusable(f"is not UTF-8 text (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"is torn or not JSON: {error.msg} at {error.lineno}:{error.colno}") from None
    except RecursionError:
        raise Unusable("is nested too deeply") from None
    except Unusable:
        raise
    except ValueError:  # an integer of thousands of digits, the one thing that is left
        raise Unusable("holds a number that is too long") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise Unusable(f"has the key {json.dumps(twice)} twice in one object")
    return values


def _refuse_constant(constant: str) -> Any:
    raise Unusable(f"holds {constant}, which is not JSON")


def _kind(document: Any) -> str:
    if not isinstance(document, dict):
        return "some other JSON"
    if "terraform_version" in document and "lineage" in document:
        return "a Terraform or OpenTofu state"
    written = document.get("format")
    return _NOUNS.get(written, "some other JSON") if isinstance(written, str) else "some other JSON"


def _printable(key: int | str) -> str:
    return key if isinstance(key, str) and key.isprintable() else json.dumps(key)
