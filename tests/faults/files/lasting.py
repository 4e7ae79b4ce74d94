"""Whether what a run wrote outlasts a power cut, told by the order of its system calls."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.faults.files.strace import Call

WRITES: Final = frozenset({"write", "pwrite64", "ftruncate"})


def unsynced(calls: Sequence[Call]) -> Iterator[str]:
    """Files that got their name before their content was on the disk, or whose folder was not synced after it."""
    for at, call in enumerate(calls):
        if call.call == "rename":
            temporary, target = call.names
            if not _is_synced(calls[:at], temporary):
                yield f"{target} may be empty: its content was not synced before rename {call.number}"
            if not _is_synced(calls[at:], str(Path(target).parent)):
                yield f"{target} may be the old one: its folder was not synced after rename {call.number}"


def _is_synced(calls: Sequence[Call], path: str) -> bool:
    """Whether `path` was synced, and not written to after that."""
    last = [call.call for call in calls if path in call.names and call.call in {*WRITES, "fsync", "fdatasync"}]
    return bool(last) and last[-1] not in WRITES
