"""A run that is being ended while it needs the place of its state: what it still waits for, and what it leaves."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from pipesync.errors import LockedError, StateError
from pipesync.store import parting as partings
from pipesync.store.location import open_store
from pipesync.store.parting import Parting
from pipesync.store.protocol import Store
from tests.faults.fences.line import Line, Moment, line
from tests.faults.gate import Hold
from tests.faults.places import HTTP, PLAIN, place
from tests.stored_states import FIRST, SECOND
from tests.stores.kinds import POSTGRES, S3, Engines, Ground
from tests.stores.runs import info


@pytest.fixture(params=[kind for kind in (S3, POSTGRES, HTTP) if kind in PLAIN])
def ground(request: pytest.FixtureRequest, engines: Engines, tmp_path: Path) -> Iterator[Ground]:
    with place(request.param, engines, tmp_path) as made:
        yield made


@contextmanager
def behind(ground: Ground, parting: Parting) -> Iterator[tuple[Store, Line]]:
    """The store, reached by a line."""
    assert ground.engine is not None
    with line(ground.engine.port) as made, pytest.MonkeyPatch.context() as patch:
        for name, value in ground.engine.through(made.port).items():
            patch.setenv(name, value)
        yield (
            open_store(ground.location.replace(f":{ground.engine.port}/", f":{made.port}/"), os.environ, parting),
            made,
        )


def test_a_place_that_hangs_is_given_up(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write in the last half second: an error that says why; then nothing is asked, and the lock left is told."""
    monkeypatch.setattr(partings, "CUT_SECONDS", 0.0)
    hold, parting = Hold(), Parting()
    with behind(ground, parting) as (store, wire):
        with store.lock(info(), 0) as lock:
            store.write(FIRST, replacing=None)
            wire.expect(1, Moment.LATE, hold, lasting=True)
            parting.begin()
            for _ in range(2):
                with pytest.raises(StateError, match="no answer, and the run is being ended"):
                    store.write(SECOND, replacing=FIRST)
            with pytest.raises(StateError, match="no answer, and the run is being ended"):
                store.overwrite(SECOND)
        assert "mine" in (lock.left_behind() or "")
    assert ground.open().read() == FIRST
    hold.release()


def test_a_place_that_answers_is_heard_out(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long ago the run was asked to end."""
    monkeypatch.setattr(partings, "CUT_SECONDS", -60.0)
    parting = Parting()
    with behind(ground, parting) as (store, _):
        with store.lock(info(), 0) as lock:
            parting.begin()
            store.write(FIRST, replacing=None)
        assert lock.left_behind() is None
    assert ground.open().read() == FIRST


def test_no_pause_is_made_that_there_is_no_time_for() -> None:
    """A minute is not waited for by a run that has seconds."""
    parting = Parting()
    parting.begin()
    begun = monotonic()
    parting.pause(60)
    assert monotonic() - begun < 30


@pytest.mark.parametrize("moment", [Moment.LATE, Moment.ANSWERED])
def test_ctrl_c_at_each_request_leaves_no_lock(ground: Ground, moment: Moment) -> None:
    """While the lock is asked for, has been given, or is given back."""
    interrupted = 0
    for number in count(1):
        with behind(ground, Parting()) as (store, wire):
            wire.expect(number, moment, lambda: os.kill(os.getpid(), signal.SIGINT))
            try:
                with store.lock(info(), 0):
                    pass
            except KeyboardInterrupt:
                interrupted += 1
            else:
                break
        try:
            with ground.open().lock(info("next"), 0) as lock:
                assert lock.taken_from is None
        except LockedError as error:
            pytest.fail(f"request {number}: {error.what}")
    assert interrupted >= 3
