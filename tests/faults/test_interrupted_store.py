"""Ctrl-C and SIGTERM while a run waits for the store of its state: it ends soon, and what it did is found again."""

import os
import signal
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import monotonic

import pytest

from pipesync.errors import LockedError
from pipesync.state import State
from tests.faults.fences.line import Line, Moment, line
from tests.faults.gate import Hold
from tests.faults.places import HTTP, PLAIN, make_state, place
from tests.faults.plans import ORGANIZATION, PlanKind, fan
from tests.faults.stage import Scene, Stage
from tests.stores.kinds import POSTGRES, S3, Engines, Ground
from tests.stores.runs import info

PLAN = PlanKind("creates of a fan-out", None, fan("pg-a", "stage", "eu", "us"))
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
MOST_SECONDS = 10
"""5 s are promised, on a machine that has nothing else to do."""


@pytest.fixture(params=[kind for kind in (S3, POSTGRES, HTTP) if kind in PLAIN])
def ground(request: pytest.FixtureRequest, engines: Engines, tmp_path: Path) -> Iterator[Ground]:
    with place(request.param, engines, tmp_path) as made:
        yield made


@pytest.fixture
def wire(ground: Ground) -> Iterator[Line]:
    assert ground.engine is not None
    with line(ground.engine.port) as made:
        yield made


@pytest.mark.parametrize(
    ("part", "number"),
    [(0.0, signal.SIGINT), (0.4, signal.SIGTERM), (0.8, signal.SIGINT), (1.0, signal.SIGTERM)],
)
def test_a_signal_while_the_store_hangs(
    on: Stage, ground: Ground, wire: Line, hold: Hold, part: float, number: signal.Signals
) -> None:
    """From any of its requests on: the run ends with the signal's code, and the next one puts things right."""
    _set(on, ground)
    wire.count()
    assert _apply(on, ground, wire) == 0
    at = max(1, round(part * wire.counted))
    _set(on, ground)
    wire.expect(at, Moment.LATE, hold, lasting=True)
    [process] = on.begin((("apply", "--auto-approve"), _through(ground, wire), {}))
    hold.has_caught(1)
    begun = monotonic()
    os.kill(process, number)
    _, ended = on.end()
    assert monotonic() - begun < MOST_SECONDS
    assert ended.code == CODES[number], ended
    assert "Traceback" not in ended.err
    if part == 1.0:
        assert "could not be given back" in ended.err
    hold.release()
    on.gate.wait_until_quiet()
    state = ground.open().read()
    assert state is not None
    if on.ids() and (len(state.steps) < len(PLAN.new) or state.pending):
        assert (on.there / "errored.pipesync.json").exists()
    _unlock(ground)
    wire.count()
    assert _apply(on, ground, wire) == 0
    _check_recorded(on, ground)


def test_a_signal_at_each_request_to_the_store(on: Stage, ground: Ground, wire: Line) -> None:
    """The store answers: no lock is left, whatever the signal comes between, and what was done is recorded."""
    for at in count(1):
        _set(on, ground)
        if not _ended_by_a_signal(on, ground, wire, at, (Moment.LATE, Moment.ANSWERED)[at % 2]):
            break
        with ground.open().lock(info("onlooker"), 0) as hold:
            assert hold.taken_from is None, at
        wire.count()
        assert _apply(on, ground, wire) == 0, at
        _check_recorded(on, ground)
    assert at > 6  # asking for the lock, reading, two writes, unlocking


def _ended_by_a_signal(on: Stage, ground: Ground, wire: Line, at: int, moment: Moment) -> bool:
    """Whether the run got as far as its request `at`."""
    begun, struck = threading.Event(), threading.Event()
    processes: list[int] = []

    def strike() -> None:
        begun.wait()
        struck.set()
        os.kill(processes[0], signal.SIGINT)

    wire.expect(at, moment, strike)
    processes += on.begin((("apply", "--auto-approve"), _through(ground, wire), {}))
    begun.set()
    _, ended = on.end()
    on.gate.wait_until_quiet()
    if struck.is_set():
        assert ended.code in {0, 130}, ended
        assert "Traceback" not in ended.err
        assert "could not be given back" not in ended.err
        assert not (on.there / "errored.pipesync.json").exists()
    return struck.is_set()


def _check_recorded(on: Stage, ground: Ground) -> None:
    state = ground.open().read()
    assert state is not None
    assert {step.step.address: step.step_id for step in state.steps} == on.ids()
    assert state.pending == ()


def _apply(on: Stage, ground: Ground, wire: Line) -> int:
    """The code of a run that nothing happens to."""
    on.begin((("apply", "--auto-approve"), _through(ground, wire), {}))
    return on.end()[1].code


def _set(on: Stage, ground: Ground) -> None:
    on.set(Scene((), {"pipesync.yaml": PLAN.text(PLAN.new).encode()}))
    make_state(ground, State.new(ORGANIZATION, on.url).next(), on.folder)


def _unlock(ground: Ground) -> None:
    try:
        with ground.open().lock(info("onlooker"), 0):
            return
    except LockedError as error:
        ground.open().unlock(error.what.rpartition("lock id ")[2])


def _through(ground: Ground, wire: Line) -> dict[str, str]:
    assert ground.engine is not None
    location = ground.location.replace(f":{ground.engine.port}/", f":{wire.port}/")
    return {**ground.engine.through(wire.port), "PIPESYNC_STATE": location}
