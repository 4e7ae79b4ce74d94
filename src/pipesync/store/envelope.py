"""The text of an object that holds a state and its lock: one JSON object, whose key `lock` is not the state's."""

import json
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from pipesync.store.lock import UNKNOWN, LockInfo

KEY: Final = "lock"
RELEASED: Final = "released"
"""A record with this key is nobody's lock, but what the last one left. No content of the object ever comes back, then:
a store that names versions by their content would let a write through that was held up on the way."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`state` is the text of what may be a state, None where none was written yet; `lock` whoever holds the lock."""

    state: bytes | None = None
    lock: LockInfo | None = None


def opened(data: bytes) -> Envelope:
    """What `data` holds; text that is no JSON object is all taken for the state's, to be judged by its reader."""
    try:
        document: Any = json.loads(data.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        return Envelope(data)
    if not isinstance(document, dict) or KEY not in document:
        return Envelope(data)
    record = document.pop(KEY)
    text = (json.dumps(document, indent=2) + "\n").encode() if document else None
    return Envelope(text, _holder(record))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """ValueError for a key that is there twice: the reader of the state is to see it, too."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key is there twice")
    return values


def locked(state: bytes | None, info: LockInfo, renewals: int) -> bytes:
    """The text of an object that `info` has the lock of; `renewals` makes no two of one lock alike."""
    return _with_record(state, {**info.model_dump(), "renewals": renewals})


def released(state: bytes | None, info: LockInfo) -> bytes:
    """The text of an object that was `info`'s last."""
    return _with_record(state, {RELEASED: info.lock_id})


def _with_record(state: bytes | None, record: dict[str, Any]) -> bytes:
    entry = f'  "{KEY}": {json.dumps(record)}\n}}\n'.encode()
    if state is None:
        return b"{\n" + entry
    return state.rstrip().removesuffix(b"}").rstrip() + b",\n" + entry


def _holder(record: Any) -> LockInfo | None:
    if record is None or (isinstance(record, dict) and RELEASED in record):
        return None
    try:
        return LockInfo.model_validate(record)
    except ValidationError:
        return UNKNOWN
