"""What a run does when calls fail, and what it says of each change."""

import pytest

from pipesync.ownership import interrupted
from tests.unit.nouns import spec, told, wanted
from tests.unit.runs import AFTER, BEFORE, LIVE_AFTER, accounted, groups, refuse
from tests.unit.world import STEPS, World

WRITES = "[PD]*"
"""A glob for POST, PATCH and DELETE."""


def test_a_canary_whose_create_is_refused_leaves_the_live_steps_unchanged(world: World) -> None:
    """The replace that was to hang production under the canary is not attempted."""
    world.apply(spec(wanted("dev/a", "prod/a")))
    refuse(world, "POST")
    outcome = world.apply(spec(wanted("dev/a", "mid/a"), wanted("mid/a", "prod/a")))
    assert world.edges() == {"prod/a": ("dev/a", 7)}
    assert groups(outcome) == {"failed": ["create mid/a"], "not attempted": ["replace prod/a"]}
    assert outcome.not_attempted[0].reason == "mid/a failed before it in its chain"
    assert (outcome.failed[0].status, outcome.failed[0].error_code, outcome.failed[0].message) == (
        403, "permission_denied", "No.",
    )  # fmt: skip


def test_a_refused_replace_puts_the_old_step_back(world: World) -> None:
    """It is ours under its new id, so that the same plan can be made again."""
    world.apply(spec(wanted("dev/a", "prod/a")))
    was = world.state.steps[0].step_id
    refuse(world, "POST")
    outcome = world.apply(spec(wanted("dev/b", "prod/a")))
    (failure,) = outcome.failed
    assert (failure.restored, failure.gate_lost) == (True, False)
    assert world.edges() == {"prod/a": ("dev/a", 7)}
    assert world.state.steps[0].step_id != was
    assert world.state.pending == ()
    assert told(world.plan(spec(wanted("dev/b", "prod/a")))) == [("replace", "prod/a", "spec_changed")]
    assert world.plan(spec(wanted("dev/a", "prod/a"))).changes == ()


def test_a_lost_gate_stops_everything_and_says_so(world: World) -> None:
    """Not even a create of another chain begins; the next plan makes the gate again."""
    want = spec(wanted("mid/b", "mid/a"), wanted("dev/c", "prod/c"))
    world.apply(spec(wanted("dev/a", "mid/a")))
    refuse(world, "POST", times=2)
    outcome = world.apply(want, parallelism=1)
    assert groups(outcome) == {"failed": ["replace mid/a"], "not attempted": ["create prod/c"]}
    assert (outcome.failed[0].gate_lost, outcome.failed[0].restored) == (True, False)
    assert outcome.not_attempted[0].reason == "mid/a was left without its gate, so nothing new began"
    assert (world.edges(), world.state.steps, world.state.pending) == ({}, (), ())
    assert world.apply(want).complete
    assert world.plan(want).changes == ()


def test_after_a_failure_others_are_still_created_and_updated_but_nothing_is_destroyed(world: World) -> None:
    """The failed chain stops; in the others creates and updates go on, deletes and replaces do not begin."""
    world.apply(
        spec(
            wanted("dev/b", "prod/b"), wanted("dev/c", "prod/c"), wanted("dev/d", "prod/d"), wanted("dev/d", "mid/d"),
        )
    )  # fmt: skip
    refuse(world, "POST")
    outcome = world.apply(
        spec(
            wanted("dev/a", "mid/a"), wanted("mid/a", "prod/a"),
            wanted("dev/b", "prod/b", 9), wanted("dev/b", "mid/b"),
            wanted("mid/c", "prod/c"),
            wanted("dev/d", "mid/d"),
        ),
        parallelism=1,
    )  # fmt: skip
    assert groups(outcome) == {
        "done": ["create mid/b", "update prod/b"],
        "failed": ["create mid/a"],
        "not attempted": ["create prod/a", "replace prod/c", "delete prod/d"],
    }
    assert {skipped.reason for skipped in outcome.not_attempted[1:]} == {
        "no new destroy or replace begins after a failure"
    }
    assert world.state.pending == ()


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("parallelism", [1, 4])
def test_whatever_fails_every_change_stands_in_one_group(near: World, number: int, parallelism: int) -> None:
    """The n-th writing request is refused; the groups say what is so, and the next apply does the rest."""
    near.apply(BEFORE)
    made = near.plan(AFTER)
    near.fault(method=WRITES, path=STEPS + "*", skip=number, status=403, error_code="permission_denied")
    outcome = near.run(made, parallelism=parallelism)
    assert accounted(outcome, made)
    assert outcome.complete is (number >= 8)
    assert [failure.unclear for failure in outcome.failed] == [False] * (number < 8)
    live = near.edges()
    for change in outcome.done:
        now = live.get(change.address)
        assert now == (change.after and (str(change.after.source), change.after.auto_validation_delay_days))
    assert near.apply(AFTER).complete
    assert (near.edges(), near.plan(AFTER).changes) == (LIVE_AFTER, ())


@pytest.mark.parametrize("number", range(1, 11))
def test_when_answers_stop_coming_nothing_is_lost_doubled_or_unowned(near: World, number: int) -> None:
    """From the n-th request on Aiven does as it is told and answers 503: what nobody knows stays pending."""
    near.apply(BEFORE)
    made = near.plan(AFTER)
    near.fault(path=STEPS + "*", skip=number, times=None, status=503, effect=True)
    outcome = near.run(made, parallelism=1)
    assert accounted(outcome, made)
    unclear = {failure.change.address for failure in outcome.failed if failure.unclear}
    assert interrupted(near.state).keys() == unclear
    near.no_faults()
    following = near.plan(AFTER)
    assert (following.refusals, following.unmanaged) == ((), ())
    assert near.apply(AFTER).complete
    assert (near.edges(), near.plan(AFTER).changes) == (LIVE_AFTER, ())
