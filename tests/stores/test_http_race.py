"""Eight processes that want the state of an HTTP store at once, round after round: bare runs, and whole applies."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.cli.conftest import api, pipesync, start, world
from tests.cli.shell import Shell
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_runs import store
from tests.stores.http_server import serving
from tests.stores.test_http_promises import Ground
from tests.stores.test_races import door, test_of_eight_applies_one_wins

__all__ = ["api", "door", "pipesync", "start", "test_of_eight_applies_one_wins", "world"]

RUN = """
import sys
from pipesync.errors import LockedError
from pipesync.state import State
from pipesync.store.http.store import HttpStore
from pipesync.store.lock import LockInfo

place = HttpStore.of(sys.argv[1], {})
print("ready", flush=True)
for number, line in enumerate(sys.stdin):
    info = LockInfo(lock_id=f"{sys.argv[2]}-{number}", who="ada", host="ci", pid=1, ci_url=None, since="noon")
    try:
        with place.lock(info, 0):
            print("won", flush=True)
            sys.stdin.readline()
            found = place.read()
            place.write((found or State.new(None, "https://api.aiven.io")).next(), replacing=found)
        print("written", flush=True)
    except LockedError:
        print("lost", flush=True)
"""
"""A run that locks when it is told to, and writes when it is told to."""

PROCESSES = 8
ROUNDS = 5


@pytest.mark.parametrize("rules", [Plain, GitLab])
def test_one_of_eight_processes_wins(rules: type[Plain | GitLab]) -> None:
    """Each round has exactly one winner, whose write is the only one; the lock is free after it."""
    with serving(rules()) as server, ExitStack() as stack:
        runs = [_started(stack, server.url, f"run-{number}") for number in range(PROCESSES)]
        assert [_heard(run) for run in runs] == ["ready"] * PROCESSES
        for number in range(ROUNDS):
            for run in runs:
                _tell(run)
            answers = [_heard(run) for run in runs]
            assert sorted(answers) == ["lost"] * (PROCESSES - 1) + ["won"]
            winner = runs[answers.index("won")]
            _tell(winner)
            assert _heard(winner) == "written"
            found = store(server).read()
            assert found is not None
            assert (found.serial, server.rules.lock_id) == (number + 1, None)


def _started(stack: ExitStack, url: str, name: str) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, url, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stack.enter_context(run)
    stack.callback(run.kill)
    return run


def _heard(run: subprocess.Popen[str]) -> str:
    assert run.stdout
    return run.stdout.readline().strip()


def _tell(run: subprocess.Popen[str]) -> None:
    assert run.stdin
    run.stdin.write("\n")
    run.stdin.flush()


@pytest.fixture(params=[Plain, GitLab])
def there(request: pytest.FixtureRequest, pipesync: Shell) -> Iterator[Ground]:
    """What the shared test of applies that race takes place on."""
    with serving(request.param()) as server:
        pipesync.patch.setenv("PIPESYNC_STATE", server.url)
        yield Ground(request.param.__name__, server)
