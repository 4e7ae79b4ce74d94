"""A run of apply that SIGKILL ends: the next one puts right what it left, by the new spec, the same plan or the old."""

import pytest

from tests.faults.figures import Tell
from tests.faults.kills.commands import commands_killed
from tests.faults.kills.points import short
from tests.faults.kills.promise import PROMISE, follow
from tests.faults.kills.rows import kill_in_a_row
from tests.faults.kills.sweep import Sweep
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import Stage

IN_A_ROW = (*PLANS[2:16:2], PLANS[-1])


@pytest.mark.parametrize("kind", PLANS, ids=lambda kind: kind.name)
def test_a_killed_run_is_put_right(on: Stage, kind: PlanKind, tell: Tell) -> None:
    """Killed around each call and each write of the state: no step is lost, doubled or unowned, no gate lost unsaid."""
    sweep = Sweep.of(on, kind, in_turn=True)
    follow(sweep, short(PLANS.index(kind)))
    tell(PROMISE, sweep.figures)
    kills = sweep.kills
    assert (kills["received"], kills["effect"]) == (sweep.calls, sweep.calls)
    assert kills["answered"] > sweep.calls
    assert kills["asked"] >= 1
    assert kills["file"] >= 4
    assert kills["call"] >= 1


@pytest.mark.parametrize("kind", IN_A_ROW, ids=lambda kind: kind.name)
def test_kills_in_a_row_are_put_right(on: Stage, kind: PlanKind, tell: Tell) -> None:
    """The run that mends is killed, and the one that mends that: still the next one puts everything right."""
    sweep = Sweep.of(on, kind, in_turn=True)
    kill_in_a_row(sweep, 1)
    tell(PROMISE, sweep.figures)
    assert sweep.figures.trials >= 3


def test_a_killed_command_leaves_a_whole_state_and_no_lock(on: Stage, tell: Tell) -> None:
    """`state push`, `rm` and `unlock`: the state is as before or as it is to be, and the next apply is not kept out."""
    figures = commands_killed(on)
    tell(PROMISE, figures)
    assert figures.trials >= 15
