"""The lock of a local state, between real processes that race, wait and are killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipesync.errors import LockedError, StateError
from pipesync.store.local import LocalStore
from pipesync.store.lock import UNKNOWN, LockInfo
from tests.stored_states import FIRST, SECOND, written

RUN = """
import os, sys
from pathlib import Path
from pipesync.errors import LockedError
from pipesync.store.local import LocalStore
from pipesync.store.lock import LockInfo
ci_url = "https://ci.example/1"
info = LockInfo(lock_id=sys.argv[2], who="ada", host="ci-7", pid=os.getpid(), ci_url=ci_url, since="now")
print("ready", flush=True)
sys.stdin.readline()
try:
    with LocalStore(Path(sys.argv[1])).lock(info, float(sys.argv[3])):
        print("won", flush=True)
        sys.stdin.readline()
except LockedError as error:
    print("lost", error.what, flush=True)
"""
"""A run that locks when it is told to, and lets go when it is told to."""

MINE = LockInfo(lock_id="mine", who="me", host="here", pid=os.getpid(), ci_url=None, since="2026-11-01T10:00:00Z")


class Run:
    """A process of RUN."""

    def __init__(self, path: Path, lock_id: str, timeout: float = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN, path, lock_id, str(timeout)],
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

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    @property
    def holder(self) -> LockInfo:
        return MINE.model_copy(
            update={"who": "ada", "host": "ci-7", "ci_url": "https://ci.example/1", "since": "now"}
            | {"pid": self.process.pid, "lock_id": self.process.args[4]}  # type: ignore[index]  # Popen types args loosely
        )


@contextmanager
def running(path: Path, *lock_ids: str, timeout: float = 0) -> Iterator[list[Run]]:
    """One run for each id, ready to lock."""
    runs = [Run(path, lock_id, timeout) for lock_id in lock_ids]
    try:
        assert [run.hear() for run in runs] == ["ready"] * len(runs)
        yield runs
    finally:
        for run in runs:
            run.end()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pipesync.state.json"


def test_of_two_racing_runs_one_wins(path: Path) -> None:
    """Two runs that start together: one has the lock, the other one is told who has it."""
    with running(path, "a", "b") as runs:
        for run in runs:
            run.tell()
        answers = sorted((run.hear() for run in runs), reverse=True)
        holder = LocalStore(path).holder()
        assert answers == ["won", f"lost the state is locked by {holder}"]
        assert holder in [run.holder for run in runs]


def test_looking_takes_no_lock(path: Path) -> None:
    """Readers see the state and the lock's holder while a run has it, and nobody after it ended."""
    store = written(path, FIRST)
    with running(path, "a") as [run]:
        run.tell()
        assert run.hear() == "won"
        assert (store.read(), store.holder()) == (FIRST, run.holder)
        run.tell()
        assert run.process.wait() == 0
        assert store.holder() is None


def test_the_words_of_a_lock_say_whom_to_ask(path: Path) -> None:
    """The error names the holder, its machine, process, CI run, since when, and the lock's id."""
    with running(path, "a") as [run]:
        run.tell()
        run.hear()
        with pytest.raises(LockedError) as caught, LocalStore(path).lock(MINE, 0):
            pass
        assert caught.value.what == (
            f"the state is locked by ada on ci-7 (process {run.process.pid}, https://ci.example/1) since now, lock id a"
        )
        assert caught.value.where == str(path)
        assert "--lock-timeout SECONDS" in (caught.value.next or "")


def test_a_killed_run_leaves_no_lock(path: Path) -> None:
    """The lock ends with its process, whatever its record still says; the next run takes it at once."""
    store = LocalStore(path)
    with running(path, "a") as [run]:
        run.tell()
        run.hear()
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
        assert json.loads(Path(f"{path}.lock").read_text())["lock_id"] == "a"
        assert store.holder() is None
        with store.lock(MINE, 0):
            assert store.holder() == MINE
    assert Path(f"{path}.lock").read_bytes() == b""


def test_a_waiting_run_gets_the_lock_when_it_is_free(path: Path) -> None:
    """With a lock timeout a run waits for the one before it."""
    with running(path, "first") as [first], running(path, "second", timeout=60) as [second]:
        first.tell()
        assert first.hear() == "won"
        second.tell()
        first.tell()
        assert second.hear() == "won"
        assert LocalStore(path).holder() == second.holder


def test_nobody_writes_under_anothers_lock(path: Path) -> None:
    """A write by a run that holds no lock is refused while another run has it."""
    store = written(path, FIRST)
    with running(path, "a") as [run]:
        run.tell()
        run.hear()
        with pytest.raises(LockedError):
            store.write(SECOND, replacing=FIRST)
    assert store.read() == FIRST


def test_the_holder_writes_and_lets_go(path: Path) -> None:
    """A run reads and writes under its own lock; an error inside gives the lock back."""
    store = LocalStore(path)

    def fail_after_two_writes() -> None:
        with store.lock(MINE, 0):
            store.write(FIRST, replacing=None)
            store.write(SECOND, replacing=FIRST)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_two_writes()
    assert (store.read(), store.holder()) == (SECOND, None)
    with store.lock(MINE, 0):
        assert store.holder() == MINE


def test_unlock_clears_what_a_killed_run_left(path: Path) -> None:
    """A left-over record goes by its id; another id is told the right one; then nothing is locked."""
    store = LocalStore(path)
    Path(f"{path}.lock").write_text(MINE.to_json())
    with pytest.raises(StateError, match="the lock id is mine, not yours"):
        store.unlock("yours")
    store.unlock("mine")
    with pytest.raises(StateError, match="the state is not locked"):
        store.unlock("mine")


def test_unlock_of_nothing_makes_no_file(path: Path) -> None:
    """Where nothing was ever locked, unlock says so and leaves nothing behind."""
    with pytest.raises(StateError, match="the state is not locked"):
        LocalStore(path).unlock("any")
    assert list(path.parent.iterdir()) == []


def test_unlock_refuses_while_the_holder_lives(path: Path) -> None:
    """The lock of a live process is not broken: the error names the process, and the lock stays."""
    store = LocalStore(path)
    with running(path, "a") as [run]:
        run.tell()
        run.hear()
        with pytest.raises(LockedError, match=f"process {run.process.pid}"):
            store.unlock("a")
        assert store.holder() == run.holder


@pytest.mark.parametrize("record", [b"", b'{"lock_id": "mi', b"\xff", b"[]"], ids=["empty", "torn", "bytes", "foreign"])
def test_a_lock_is_a_lock_whatever_its_record_says(path: Path, record: bytes) -> None:
    """A held lock whose record cannot be read is still held, by someone unknown."""
    store = LocalStore(path)
    with store.lock(MINE, 0):
        Path(f"{path}.lock").write_bytes(record)
        assert store.holder() == UNKNOWN


def test_a_record_with_more_in_it_is_read(path: Path) -> None:
    """A newer pipesync may tell more of a holder; what this one knows is shown."""
    store = LocalStore(path)
    with store.lock(MINE, 0):
        record = json.loads(MINE.to_json()) | {"operation": "apply"}
        Path(f"{path}.lock").write_text(json.dumps(record))
        assert store.holder() == MINE


def test_a_folder_in_the_place_of_the_lock_is_an_error(path: Path) -> None:
    """What cannot be locked is told, with its path."""
    Path(f"{path}.lock").mkdir()
    store = LocalStore(path)
    with pytest.raises(StateError, match="the state cannot be locked: Is a directory") as caught:
        store.write(FIRST, replacing=None)
    assert caught.value.where == f"{path}.lock"
    with pytest.raises(StateError, match="the lock of the state cannot be cleared"):
        store.unlock("any")


def test_a_lock_that_cannot_be_looked_at_is_an_error(path: Path) -> None:
    """Whether a run is going on is never guessed."""
    Path(f"{path}.lock").symlink_to(f"{path}.lock")
    with pytest.raises(StateError, match="the lock of the state cannot be looked at: Too many levels"):
        LocalStore(path).holder()
