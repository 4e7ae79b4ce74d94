"""Eight applies of one state at once, as processes of their own: one of them does it, and the others change nothing."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Start, api, pipesync, start, world  # noqa: F401  fixtures
from tests.cli.shell import DEV, PROD, STAGING, Shell, spec_of
from tests.stores.conftest import MakeGround
from tests.stores.kinds import ALL, EVERY_ENGINE, Ground

ROUNDS = 20 if EVERY_ENGINE else 2


class Door:
    """Keeps the requests of whoever gets as far as Aiven waiting until it is opened."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def __call__(self, request: str) -> None:
        if request.startswith(("GET /v1", "POST /v1")):
            assert self._open.wait(60)

    def open(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._open.clear()


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.open()


@pytest.fixture(params=ALL)
def there(request: pytest.FixtureRequest, pipesync: Shell, ground_of: MakeGround) -> Ground:  # noqa: F811
    ground = ground_of(request.param)
    pipesync.patch.setenv("PIPESYNC_STATE", ground.location)
    return ground


def test_of_eight_applies_one_wins(pipesync: Shell, start: Start, there: Ground, door: Door) -> None:  # noqa: F811
    """Round after round: one ends with 0, seven with 4, each change is made once, and no lock is left."""
    behind = start(before=door)
    pipesync.patch.setenv("PIPESYNC_API_URL", behind.url)
    for number in range(ROUNDS):
        pipesync.write(
            spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: {1 + number % 2}", f"{STAGING} > {PROD}")
        )
        door.close()
        behind.forget_requests()
        codes = race(pipesync, door)
        assert sorted(codes) == [0] + [4] * 7, f"round {number}"
        made = [request.partition(" ")[0] for request in behind.writes()]
        assert made == (["POST", "POST"] if number == 0 else ["PATCH"])
        assert there.open().holder() is None
    assert "No changes." in pipesync.ok("plan").out


def race(pipesync: Shell, door: Door) -> list[int]:  # noqa: F811
    """The codes of eight applies; the door is opened when all but one are over."""
    ended = threading.Semaphore(0)
    codes: list[int] = []

    def run() -> None:
        command = [sys.executable, "-m", "pipesync", "apply", "--yes"]
        done = subprocess.run(command, cwd=pipesync.folder, capture_output=True, check=False)
        codes.append(done.returncode)
        ended.release()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(7):
        assert ended.acquire(timeout=60)
    door.open()
    for thread in threads:
        thread.join(60)
    return codes
