"""A run of apply that SIGKILL ends: the next one puts right what it left, by the new spec, the same plan or the old."""

import pytest

from tests.faults.fate import Point
from tests.faults.figures import Figures, Tell
from tests.faults.kills.aftermath import kill
from tests.faults.kills.promise import PROMISE
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import Scene, Stage, opening


@pytest.mark.parametrize("kind", PLANS, ids=lambda kind: kind.name)
def test_a_killed_run_is_put_right(on: Stage, kind: PlanKind, tell: Tell) -> None:
    """Killed between effect and answer, before an effect, or while it writes: no step is lost, doubled or unowned."""
    scene = opening(on, kind)
    figures = Figures()
    points = _points(on, kind, scene)
    killed = [kill(on, kind, scene, at, figures, saved=number % 2 == 0) for number, at in enumerate(points)]
    tell(PROMISE, figures)
    assert all(killed), [str(at) for at, dead in zip(points, killed, strict=True) if not dead]


def _points(on: Stage, kind: PlanKind, scene: Scene) -> list[Point]:
    """The first and last write call of a run that is left in peace, and its first and last write of the state.

    After the last effect every other call has been answered, and before the last rename all are.
    """
    on.set(scene)
    had_state = on.state() is not None
    if kind.refused:
        on.fault(method="POST", times=kind.refused, status=400)
    assert on.apply(*kind.flags).code == (1 if kind.refused else 0)
    calls = sum(request.writes for request in on.gate.requests)
    # The backup and the state; the first write of all has nothing to back up.
    renames = 2 * (2 if calls else 1) - (0 if had_state else 1)
    points = [Point("received", calls), Point("effect", 1), Point("effect", calls)] if calls else []
    return list(dict.fromkeys([*points, Point("rename", 1), Point("rename", renames)]))
