"""What a run still begins when the lock of its state is not renewed any more."""

from tests.unit.nouns import spec, wanted
from tests.unit.runs import groups
from tests.unit.world import World


def test_a_run_whose_lock_was_never_renewed_makes_no_call(world: World) -> None:
    """Every change is listed as not attempted, with the reason; nothing is live, and nothing is left pending."""
    outcome = world.apply(spec(wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b")), fresh=lambda: False)
    assert groups(outcome) == {"not attempted": ["create prod/a", "create prod/b"]}
    assert {skipped.reason for skipped in outcome.not_attempted} == {"the lock of the state could not be renewed"}
    assert (world.edges(), world.state.pending) == ({}, ())


def test_no_change_begins_after_the_lock_went_stale(world: World) -> None:
    """What had begun is finished; the chain goes no further, even if the lock is renewed later."""
    answers = iter([True, False])
    outcome = world.apply(
        spec(wanted("dev/a", "mid/a"), wanted("mid/a", "prod/a")), fresh=lambda: next(answers, True), parallelism=1
    )
    assert groups(outcome) == {"done": ["create mid/a"], "not attempted": ["create prod/a"]}
    assert world.edges() == {"mid/a": ("dev/a", 7)}
    assert world.apply(spec(wanted("dev/a", "mid/a"), wanted("mid/a", "prod/a"))).complete
