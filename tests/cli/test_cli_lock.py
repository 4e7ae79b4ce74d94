"""The state's lock, held by a real second process."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell

HOLD = """
import sys
from pathlib import Path
from pipesync.store.local import LocalStore
from pipesync.store.lock import LockInfo
info = LockInfo(lock_id="lock-1", who="alice", host="runner", pid=1, ci_url="https://ci.example.org/7", since="noon")
with LocalStore(Path("pipesync.state.json")).lock(info, 0):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held(pipesync: Shell) -> Iterator[subprocess.Popen[str]]:
    """Another process has the lock of this folder's state while the block runs."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=pipesync.folder
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    "command", [("apply", "--yes"), ("state", "rm", "prod-project/pg-prod"), ("state", "push", "copy.json")]
)
def test_what_writes_the_state_waits_for_nobody_by_default(pipesync: Shell, api: Api, command: tuple[str, ...]) -> None:
    """Code 4 at once, with who holds the lock, where and since when; nothing is read from the API or written."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(pipesync.read(), "copy.json")
    api.forget_requests()
    with held(pipesync):
        before = pipesync.files()
        result = pipesync(*command)
        assert result.code == 4
        assert (
            "Error: the state is locked by alice on runner (process 1, https://ci.example.org/7) since noon"
            in result.err
        )
        assert (pipesync.files(), api.requests()) == (before, [])
    assert pipesync(*command).code == 0


def test_lock_timeout_waits_until_the_other_run_has_ended(
    pipesync: Shell, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock becomes free while we wait for it, and apply goes on."""
    pipesync.write(THREE_ENVIRONMENTS)
    attempts: list[float] = []
    sleep = time.sleep
    with held(pipesync) as other:

        def end_the_other_run(seconds: float) -> None:
            attempts.append(seconds)
            if len(attempts) == 10:
                other.kill()
            sleep(seconds)

        monkeypatch.setattr(time, "sleep", end_the_other_run)
        assert pipesync("apply", "--yes").code == 4
        assert 0 < len(attempts) < 10
        attempts.clear()
        assert pipesync("apply", "--yes", "--lock-timeout", "60").code == 0
    assert len(api.steps()) == 2


def test_reading_takes_no_lock_and_tells_of_one(pipesync: Shell) -> None:
    """plan, drift, show and the reading state commands go on, with a word on who may be changing things."""
    pipesync.apply(THREE_ENVIRONMENTS)
    with held(pipesync):
        for command in (("plan",), ("drift",), ("show",), ("state", "list"), ("state", "pull")):
            result = pipesync.ok(*command)
            assert "The state is locked by alice on runner" in result.err
            assert "alice" not in result.out
    assert pipesync.ok("plan").err == ""


def test_unlock_leaves_a_live_lock_and_clears_a_dead_one(pipesync: Shell) -> None:
    """A running process keeps its lock (code 4); what a killed one left is cleared by its id alone."""
    with held(pipesync):
        assert pipesync("state", "unlock", "lock-1").code == 4
    assert pipesync("state", "unlock", "lock-2").code == 1
    assert pipesync("state", "unlock", "lock-1").code == 0
    again = pipesync("state", "unlock", "lock-1")
    assert (again.code, "the state is not locked" in again.err) == (1, True)
