"""The loop that acts, against a sandbox on a socket: order, side by side, interrupts."""

from time import monotonic

import pytest

from pipesync.apply import GRACE_SECONDS, Progress
from pipesync.errors import StateError
from pipesync.workers import Interrupt
from tests.unit.nouns import spec, state, told, wanted
from tests.unit.runs import AFTER, BEFORE, LIVE_AFTER, LIVE_BEFORE, Watch, groups
from tests.unit.world import STEPS, World


def test_a_run_makes_every_change_and_the_next_plan_is_empty(world: World) -> None:
    """Creates, an update, replaces and a delete; counted as Terraform counts; two writes of the state each time."""
    world.apply(BEFORE)
    assert (world.edges(), world.state.serial) == (LIVE_BEFORE, 2)
    outcome = world.apply(AFTER)
    assert outcome.complete
    assert outcome.counts == (4, 1, 3)
    assert (world.edges(), world.state.serial) == (LIVE_AFTER, 4)
    assert world.plan(AFTER).changes == ()
    assert world.state.pending == ()


@pytest.mark.parametrize("parallelism", [1, 3])
def test_no_more_calls_at_once_than_asked_for(world: World, parallelism: int) -> None:
    """As many chains run side by side as may, never more; Aiven's side of the wire sees the same."""
    watch = Watch()
    world.forget_traffic()
    want = spec(*(wanted(f"dev/{name}", f"prod/{name}") for name in "abcd"), wanted("dev/a", "mid/a"))
    world.apply(want, parallelism=parallelism, report=watch)
    assert watch.most == parallelism
    posts = [one for one in world.traffic()["requests"] if one["method"] == "POST"]
    assert max(one["in_flight"] for one in posts) <= parallelism
    assert len(world.edges()) == 5


def test_the_first_replace_of_a_project_runs_alone(world: World) -> None:
    """The others there wait for it, then run side by side; other projects do not wait."""
    names = "abcd"
    world.apply(spec(*(wanted(f"dev/{n}", f"prod/{n}") for n in names), wanted("dev/a", "mid/a")))
    watch = Watch()
    world.apply(spec(*(wanted(f"mid/{n}", f"prod/{n}") for n in "bcd"), wanted("dev/b", "mid/a")), report=watch)
    replaced = [address for address in watch.beside if address.startswith("prod/") and address != "prod/a"]
    first = replaced[0]
    assert not any(other.startswith("prod/") for other in watch.beside[first])
    assert not any(first in watch.beside[address] for address in replaced[1:])
    assert first in watch.beside["mid/a"] or "mid/a" in watch.beside[first]


def test_an_interrupt_begins_nothing_new(world: World) -> None:
    """What is under way ends, the rest is not attempted, and nothing stays pending."""
    asked = Interrupt()

    def on_the_first(progress: Progress) -> None:
        if progress.kind == "begun":
            asked.request()

    want = spec(wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b"), wanted("prod/b", "mid/b"))
    outcome = world.apply(want, parallelism=1, interrupt=asked, report=on_the_first)
    assert (outcome.interrupted, outcome.complete) == (True, False)
    assert groups(outcome) == {"done": ["create prod/b"], "not attempted": ["create mid/b", "create prod/a"]}
    assert {skipped.reason for skipped in outcome.not_attempted} == {"the run was interrupted"}
    assert world.state.pending == ()
    assert len(world.state.steps) == len(world.edges()) == 1


def test_a_replace_that_is_under_way_at_an_interrupt_is_made_whole(world: World) -> None:
    """Its DELETE and its POST are one thing."""
    asked = Interrupt()
    world.apply(spec(wanted("dev/a", "prod/a")))
    outcome = world.apply(spec(wanted("dev/b", "prod/a")), interrupt=asked, report=lambda _: asked.request())
    assert groups(outcome) == {"done": ["replace prod/a"]}
    assert world.edges() == {"prod/a": ("dev/b", 7)}


def test_what_hangs_at_an_interrupt_stays_pending(world: World) -> None:
    """The four seconds are over: the run ends without an answer, and the next plan will look."""
    asked = Interrupt()
    world.fault(method="POST", path=STEPS, latency_ms=600_000)

    def long_ago(_: Progress) -> None:
        asked.requested_at = monotonic() - GRACE_SECONDS
        asked.request()

    want = spec(wanted("dev/a", "prod/a"), wanted("prod/a", "mid/a"))
    outcome = world.apply(want, interrupt=asked, report=long_ago)
    assert groups(outcome) == {"failed": ["create prod/a"], "not attempted": ["create mid/a"]}
    assert (outcome.failed[0].unclear, outcome.failed[0].message) == (
        True, "the API had not answered when the run was stopped",
    )  # fmt: skip
    assert [str(entry.after.destination) for entry in world.state.pending if entry.after] == ["prod/a"]
    assert told(world.plan(want))[1] == ("create", "prod/a", "left_by_interrupted_apply")


def test_a_run_whose_state_cannot_be_written_begins_nothing_new(world: World) -> None:
    """Somebody else wrote the state in the middle of the run: theirs stands, and the run ends."""
    theirs = state()

    def meddle(progress: Progress) -> None:
        if progress.kind == "begun":
            world.clock.now += 20
            world.store.overwrite(theirs)

    with pytest.raises(StateError, match="the state has changed since it was read"):
        world.apply(spec(wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b")), parallelism=1, report=meddle)
    assert len(world.edges()) == 1
    assert world.state == theirs


def test_a_call_that_takes_long_is_told(world: World) -> None:
    """After ten seconds, and with the time that it has taken."""
    seen: list[tuple[str, float]] = []

    def watch(progress: Progress) -> None:
        seen.append((progress.kind, progress.seconds))
        if progress.kind == "begun":
            world.clock.now += 12

    world.fault(method="POST", path=STEPS, latency_ms=100)
    world.apply(spec(wanted("dev/a", "prod/a")), report=watch)
    assert seen == [("begun", 0.0), ("still", 12.0), ("done", 12.0)]


def test_changes_without_a_call_are_done_without_one(world: World) -> None:
    """Imports, protection and forgetting are a line of the state each."""
    world.insert("dev/a", "prod/a")
    world.insert("dev/b", "prod/b", 9)
    world.apply(spec(wanted("dev/c", "prod/c"), wanted("dev/d", "prod/d")))
    world.forget_traffic()
    outcome = world.apply(
        spec(
            wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b", 3),
            wanted("dev/c", "prod/c", protect=True), wanted("dev/d", "prod/d", manage=False),
        )
    )  # fmt: skip
    assert world.writes() == ["PATCH"]
    assert groups(outcome) == {"done": ["import prod/a", "update prod/c", "forget prod/d", "import prod/b"]}
    assert outcome.counts == (0, 2, 0)
    assert [(step.step.address, step.protect) for step in world.state.steps] == [
        ("prod/a", False), ("prod/b", False), ("prod/c", True),
    ]  # fmt: skip
