"""A run that was suspended, such as a laptop that slept: which API calls it still makes when it wakes up."""

import time

import pytest

from tests.cli.conftest import Start, api, pipesync, start, world  # noqa: F401  fixtures
from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Shell, spec_of
from tests.stores.conftest import MakeGround
from tests.stores.kinds import S3, Ground


class Sleep:
    """Puts the machine to sleep for `seconds` when a request of `method` arrives at Aiven."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.method = ""
        self.seconds = 0.0
        self._slept = 0.0
        clock = time.clock_gettime
        patch.setattr(time, "clock_gettime", lambda identity: clock(identity) + self._slept)

    def __call__(self, request: str) -> None:
        """`request` has arrived, and is not answered yet."""
        method = request.partition(" ")[0]
        if method != "GET":
            self.calls.append(method)
        if method == self.method:
            self._slept = self.seconds


@pytest.fixture
def there(pipesync: Shell, ground_of: MakeGround) -> Ground:  # noqa: F811
    ground = ground_of(S3)
    pipesync.patch.setenv("PIPESYNC_STATE", ground.location)
    return ground


@pytest.fixture
def sleep(pipesync: Shell, start: Start, there: Ground, monkeypatch: pytest.MonkeyPatch) -> Sleep:  # noqa: F811
    """Not armed yet: `method` is to be named."""
    made = Sleep(monkeypatch)
    pipesync.patch.setenv("PIPESYNC_API_URL", start(before=made).url)
    return made


@pytest.mark.parametrize(("seconds", "calls"), [(100, ["POST", "POST"]), (130, ["POST"])])
def test_no_call_begins_two_minutes_after_the_last_renewal(
    pipesync: Shell,  # noqa: F811
    there: Ground,
    sleep: Sleep,
    seconds: float,
    calls: list[str],
) -> None:
    """A sleep of 100 s does no harm; after 130 s the call that was under way is the last one, and the run says why."""
    sleep.method, sleep.seconds = "POST", seconds
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", "--yes")
    assert sleep.calls == calls
    assert result.code == (0 if len(calls) == 2 else 1)
    assert ("the lock of the state could not be renewed" in result.both) == (len(calls) == 1)
    assert there.open().holder() is None
    sleep.method = ""
    pipesync.ok("apply", "--yes")
    assert "No changes." in pipesync.ok("plan").out


@pytest.mark.parametrize(("seconds", "calls"), [(130, ["DELETE", "POST"]), (250, ["DELETE"])])
def test_a_pair_is_finished_until_the_fourth_minute(
    pipesync: Shell,  # noqa: F811
    there: Ground,
    sleep: Sleep,
    seconds: float,
    calls: list[str],
) -> None:
    """The POST of a replace goes out after 130 s; after 250 s it does not, and the lost gate is told loudly."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}"))
    sleep.calls.clear()
    sleep.method, sleep.seconds = "DELETE", seconds
    pipesync.write(spec_of(f"{STAGING} > {PROD}"))
    result = pipesync("apply", "--yes")
    assert sleep.calls == calls
    assert result.code == (0 if len(calls) == 2 else 1)
    assert ("GATE LOST:" in result.out) == (len(calls) == 1)
    assert there.open().holder() is None
    sleep.method = ""
    pipesync.ok("apply", "--yes")
    assert "No changes." in pipesync.ok("plan").out
