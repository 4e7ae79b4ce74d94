"""Ctrl-C and SIGTERM while the store of the state hangs: the run ends soon, and what it did is found again."""

import os
import signal
from collections.abc import Iterator
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
from tests.stores.kinds import S3, Engines, Ground
from tests.stores.runs import info

PLAN = PlanKind("creates of a fan-out", None, fan("pg-a", "stage", "eu", "us"))
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
MOST_SECONDS = 10
"""5 s are promised, on a machine that has nothing else to do."""


@pytest.fixture(params=[S3, HTTP])
def ground(request: pytest.FixtureRequest, engines: Engines, tmp_path: Path) -> Iterator[Ground]:
    assert request.param in PLAIN
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
    state = ground.open().read()
    assert state is not None
    assert {step.step.address: step.step_id for step in state.steps} == on.ids()


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
