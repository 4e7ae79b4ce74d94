"""What a run that is killed leaves, and how the next one puts it right."""

import pytest

from pipesync.model import Spec
from tests.unit.nouns import spec, told, wanted
from tests.unit.runs import AFTER, BEFORE, LIVE_AFTER, LIVE_BEFORE, Killed, refuse
from tests.unit.world import World


def kill(world: World, after: int) -> None:
    """A run from BEFORE towards AFTER that is killed on the way."""
    world.apply(BEFORE)
    killed = Killed(world, after)
    world.apply(AFTER, parallelism=1, interrupt=killed.interrupt, report=killed)
    killed.put_back()
    assert len(world.state.pending) == 6


@pytest.mark.parametrize("after", range(2, 13, 2))
@pytest.mark.parametrize(("want", "edges"), [(AFTER, LIVE_AFTER), (BEFORE, LIVE_BEFORE)], ids=["on", "back"])
def test_a_killed_run_is_put_right_by_the_next_apply(
    near: World, after: int, want: Spec, edges: dict[str, tuple[str, int]]
) -> None:
    """With the new spec it goes on, with the old one it goes back: no refusal, nothing foreign, nothing left over."""
    kill(near, after)
    made = near.plan(want)
    assert (made.refusals, made.unmanaged, made.drift) == ((), (), ())
    assert near.apply(want).complete
    assert near.edges() == edges
    assert near.plan(want).changes == ()
    assert {step.step.address for step in near.state.steps} == set(edges)


@pytest.mark.parametrize("after", range(2, 13, 2))
def test_a_saved_plan_goes_on_after_a_kill(near: World, after: int) -> None:
    """The very same file again: what it made is skipped, the rest is due, and then all of it is done."""
    near.apply(BEFORE)
    made, killed = near.plan(AFTER), Killed(near, after)
    near.run(made, parallelism=1, interrupt=killed.interrupt, report=killed)
    killed.put_back()
    checked, outcome = near.saved(made)
    assert outcome.complete
    assert len(checked.done) + len(checked.due) == len(made.changes)
    assert (near.edges(), near.plan(AFTER).changes) == (LIVE_AFTER, ())
    again, _ = near.saved(made)
    assert (again.due, len(again.done)) == ([], len(made.changes))


@pytest.mark.parametrize("source", ["dev/b", "dev/a"], ids=["on", "back"])
def test_a_run_killed_between_the_halves_of_a_replace_is_put_right(near: World, source: str) -> None:
    """The old gate is down and the new one not up: the next apply creates the one that its spec names."""
    near.apply(spec(wanted("dev/a", "prod/a")))
    killed = Killed(near, after=0)
    refuse(near, "POST", times=2)
    near.apply(spec(wanted("dev/b", "prod/a")), report=killed)
    killed.put_back()
    assert near.edges() == {}
    assert told(near.plan(spec(wanted(source, "prod/a")))) == [("create", "prod/a", "left_by_interrupted_apply")]
    assert near.apply(spec(wanted(source, "prod/a"))).complete
    assert near.edges() == {"prod/a": (source, 7)}
    assert near.plan(spec(wanted(source, "prod/a"))).changes == ()


def test_a_saved_plan_makes_the_second_half_of_a_replace(near: World) -> None:
    """Its first half was made by a run that was killed."""
    near.apply(spec(wanted("dev/a", "prod/a")))
    made, killed = near.plan(spec(wanted("dev/b", "prod/a"))), Killed(near, after=0)
    refuse(near, "POST", times=2)
    near.run(made, report=killed)
    killed.put_back()
    near.forget_traffic()
    _, outcome = near.saved(made)
    assert (near.writes(), outcome.complete) == (["POST"], True)
    assert near.edges() == {"prod/a": ("dev/b", 7)}
    assert near.plan(spec(wanted("dev/b", "prod/a"))).changes == ()
