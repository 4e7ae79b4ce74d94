"""What a damaged file is worth, judged by what is published about it and nothing of ours that reads it."""

import json
import re
from enum import Enum, auto
from functools import cache
from typing import Any, Final

import jsonschema_rs

from pipesync.store.schemas import state_schema

MINOR: Final = re.compile(r"1\.[0-9]{1,6}")
"""Versions of a plan that may be read: a minor one adds keys."""


class Verdict(Enum):
    """`BAD` is no such file, `SAME` says what the undamaged one does, `OTHER` says something else."""

    BAD = auto()
    SAME = auto()
    OTHER = auto()


def verdict(data: bytes, undamaged: bytes) -> Verdict:
    """What `data` is worth in the place of a state."""
    said = read(data)
    if said is None:
        return Verdict.BAD
    if json.dumps(said, sort_keys=True) == json.dumps(json.loads(undamaged), sort_keys=True):
        return Verdict.SAME
    return Verdict.OTHER if _schema().is_valid(said) and said["format_version"] == "1.0" else Verdict.BAD


def agrees(data: bytes, undamaged: bytes) -> bool:
    """Whether `data` is a plan that says what a reviewer of the undamaged one agreed to, as the contract has it."""
    try:
        return bool(_agreed(read(data)) == _agreed(json.loads(undamaged)))
    except (AttributeError, IndexError, KeyError, TypeError):
        return False


def read(data: bytes) -> Any:
    """What the JSON says; None if it is none, or says something twice."""
    try:
        said = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        json.dumps(said, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        return None
    return said


def _agreed(said: Any) -> Any:
    """Format, digest and what that is over; what is left out of a step has its plain value."""
    head = [said["format"], MINOR.fullmatch(said["format_version"]) is None, said["digest"]]
    return [*head, said["organization"], said["api_url"], [_deed(change) for change in said["changes"]]]


def _deed(change: dict[str, Any]) -> list[Any]:
    ends = [change.get(end) for end in ("before", "after")]
    return [
        change["action"],
        change["address"],
        *(end and {"protect": False, **_without_nulls(end)} for end in ends),
    ]


def _without_nulls(end: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in end.items() if value is not None}


@cache
def _schema() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(state_schema())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key is there twice")
    return values


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
