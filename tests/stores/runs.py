"""Runs in processes of their own: they lock when they are told to, and let go when they are told to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipesync.store.lock import LockInfo

RUN = """
import os, sys
from pipesync.errors import LockedError
from pipesync.store.location import open_store
from pipesync.store.lock import LockInfo
location, lock_id, timeout = sys.argv[1:]
ci_url, since = "https://ci.example/1", "2026-11-01T10:00:00Z"
info = LockInfo(lock_id=lock_id, who="ada", host="ci-7", pid=os.getpid(), ci_url=ci_url, since=since)
store = open_store(location, os.environ)
print("ready", flush=True)
sys.stdin.readline()
try:
    with store.lock(info, float(timeout)):
        print("won", flush=True)
        sys.stdin.readline()
except LockedError as error:
    print("lost", error.what, flush=True)
"""


class Run:
    """A process of RUN."""

    def __init__(self, location: str, lock_id: str, timeout: float = 0) -> None:
        self.lock_id = lock_id
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, location, lock_id, str(timeout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def tell(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def holder(self) -> LockInfo:
        return info(self.lock_id, who="ada", host="ci-7", pid=self.process.pid, ci_url="https://ci.example/1")


def info(lock_id: str = "mine", **more: object) -> LockInfo:
    """A lock's holder: this process, if nothing else is said."""
    given = {"who": "me", "host": "here", "pid": os.getpid(), "ci_url": None, "since": "2026-11-01T10:00:00Z"}
    return LockInfo.model_validate({"lock_id": lock_id, **given, **more})


@contextmanager
def running(location: str, *lock_ids: str, timeout: float = 0) -> Iterator[list[Run]]:
    """One run for each id, ready to lock."""
    runs = [Run(location, lock_id, timeout) for lock_id in lock_ids]
    try:
        assert [run.hear() for run in runs] == ["ready"] * len(runs)
        yield runs
    finally:
        for run in runs:
            run.kill()
