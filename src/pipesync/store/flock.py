"""A lock on this machine: flock on a file of its own, which the system frees when the holding process ends.

The file is never renamed or removed, or two runs could hold locks on two files of the same name. The
holder's record inside it is for people; the lock is what counts.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from pipesync.store.lock import UNKNOWN, LockInfo

POLL_SECONDS: Final = 0.05
"""Between two attempts: too short for a person to notice, and some sixty system calls a second."""

LEAST_SECONDS: Final = 0.15
"""Attempts go on for so long at least: `holder` looks through a shared lock that lasts microseconds."""

RECORD_BYTES: Final = 64 * 1024
"""The most that is read of a record; a real one has some 200 bytes."""


class Held(Exception):  # noqa: N818  an answer, not a failure
    """A live process has the lock."""

    def __init__(self, holder: LockInfo) -> None:
        super().__init__(str(holder))
        self.holder = holder


@contextmanager
def locked(path: Path, info: LockInfo | None, timeout: float) -> Iterator[None]:
    """Hold the lock of `path` while the block runs, with `info` as the record if there is one.

    Held if another process still has it after `timeout` seconds; OSError where the file cannot be locked.
    The end of the block always lets go: a record that cannot be emptied any more is one that nobody believes.
    """
    descriptor = _acquire(path, timeout)
    try:
        _put_record(descriptor, b"" if info is None else info.to_json().encode())
        yield
    finally:
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
        with suppress(OSError):  # Linux lets go before it tells of an error
            os.close(descriptor)


def holder(path: Path) -> LockInfo | None:
    """Who holds the lock of `path`; None if nobody does, or if this user may not look."""
    found: LockInfo | None = None
    deadline = time.monotonic() + LEAST_SECONDS
    while found is None:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            found = _record(descriptor)
        else:
            return None
        finally:
            os.close(descriptor)
        if found is None:  # it is about to write its record, or has emptied it and is about to let go
            if time.monotonic() >= deadline:
                return UNKNOWN
            time.sleep(POLL_SECONDS)
    return found


def clear(path: Path, lock_id: str) -> LockInfo | None:
    """Empty the record of `path` if it is `lock_id`'s, and return the record that was there; Held if it is in use."""
    if not path.exists():
        return None
    descriptor = _acquire(path, 0)
    try:
        left = _record(descriptor)
        if left is not None and left.lock_id == lock_id:
            os.ftruncate(descriptor, 0)
        return left
    finally:
        os.close(descriptor)


def _acquire(path: Path, timeout: float) -> int:
    """The descriptor that holds the lock."""
    deadline = time.monotonic() + max(timeout, LEAST_SECONDS)
    while (descriptor := _attempt(path)) is None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise Held(holder(path) or UNKNOWN)
        time.sleep(min(POLL_SECONDS, remaining))
    return descriptor


def _attempt(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    with ExitStack() as unless_locked:
        unless_locked.callback(os.close, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        unless_locked.pop_all()
    return descriptor


def _put_record(descriptor: int, record: bytes) -> None:
    os.ftruncate(descriptor, 0)
    if record:
        os.pwrite(descriptor, record, 0)


def _record(descriptor: int) -> LockInfo | None:
    return LockInfo.parse(os.pread(descriptor, RECORD_BYTES, 0))
