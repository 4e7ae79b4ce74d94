"""One change against the API: the requests that it takes, and what is said of how they ended."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipesync.calls import Done, Failed, call, needs_call
from pipesync.model import DesiredStep, LiveStep
from pipesync.plan import Change
from tests.unit.nouns import decide, live, recording, spec, wanted
from tests.unit.world import STEPS, World, pg

OLD = live("dev/pg", "prod/pg")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Four services, and a step from the first to the last that is ours."""
    with World.on_a_socket(tmp_path, pg("dev/pg", "stage/pg", "prod/pg", "far/pg")) as opened:
        opened.apply(spec(wanted("dev/pg", "prod/pg")))
        opened.forget_traffic()
        yield opened


def change_to(world: World, *steps: DesiredStep) -> Change:
    """The one change that leads to these steps."""
    (change,) = world.plan(spec(*steps)).changes
    world.forget_traffic()
    return change


def ended(world: World, change: Change) -> Failed:
    """The change was tried, and did not come about."""
    result = call(world.client, change)
    assert isinstance(result, Failed)
    assert result.change == change
    return result


KEEP = wanted("dev/pg", "prod/pg")
REPLACE = wanted("stage/pg", "prod/pg")


@pytest.mark.parametrize(
    ("steps", "methods", "edges"),
    [
        ((KEEP, wanted("dev/pg", "far/pg", 3)), ["POST"], {"prod/pg": ("dev/pg", 7), "far/pg": ("dev/pg", 3)}),
        ((wanted("dev/pg", "prod/pg", 9),), ["PATCH"], {"prod/pg": ("dev/pg", 9)}),
        ((wanted("stage/pg", "prod/pg", 9),), ["DELETE", "POST"], {"prod/pg": ("stage/pg", 9)}),
        ((), ["DELETE"], {}),
    ],
    ids=["create", "update", "replace", "delete"],
)
def test_each_change_takes_the_calls_of_its_kind(
    world: World, steps: tuple[DesiredStep, ...], methods: list[str], edges: dict[str, tuple[str, int]]
) -> None:
    """No more and no fewer; what stands afterwards is what the change said."""
    change = change_to(world, *steps)
    result = call(world.client, change)
    assert isinstance(result, Done)
    assert world.writes() == methods
    assert world.edges() == edges
    if change.after is None:
        assert result.live is None
    else:
        assert result.live is not None
        assert result.live.step == change.after.step


def test_a_delete_of_a_step_that_is_gone_is_done(world: World) -> None:
    """Somebody else was faster, and nothing is left to do."""
    change = change_to(world)
    world.remove("prod/pg")
    assert call(world.client, change) == Done(change, None)


@pytest.mark.parametrize(
    ("steps", "method"),
    [((KEEP, wanted("dev/pg", "far/pg")), "POST"), ((wanted("dev/pg", "prod/pg", 9),), "PATCH"), ((), "DELETE")],
    ids=["create", "update", "delete"],
)
def test_a_refusal_is_told_in_aivens_own_words(world: World, steps: tuple[DesiredStep, ...], method: str) -> None:
    """What did not come about is known not to have."""
    change, before = change_to(world, *steps), world.edges()
    world.fault(method=method, status=403, error_code="permission_denied", message="Not for you")
    failed = ended(world, change)
    assert (failed.error.status, failed.error.error_code, failed.error.message) == (
        403, "permission_denied", "Not for you",
    )  # fmt: skip
    assert (failed.unclear, failed.gate_lost, failed.restored) == (False, False, None)
    assert world.edges() == before


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_lost_answer_is_asked_for_again(world: World, method: str) -> None:
    """Twice is as good as once where a step is named by its id."""
    change = change_to(world, *([wanted("dev/pg", "prod/pg", 9)] if method == "PATCH" else []))
    world.fault(method=method, lose="after")
    assert isinstance(call(world.client, change), Done)
    assert world.writes() == [method, method]


def test_a_create_whose_answer_is_lost_is_looked_for_before_it_is_made_again(world: World) -> None:
    """It had come about, so there is one POST and one step."""
    change = change_to(world, KEEP, wanted("dev/pg", "far/pg"))
    world.fault(method="POST", path=STEPS, lose="after")
    result = call(world.client, change)
    assert isinstance(result, Done)
    assert [one["method"] for one in world.traffic()["requests"]] == ["POST", "GET"]
    assert world.edges() == {"prod/pg": ("dev/pg", 7), "far/pg": ("dev/pg", 7)}


def test_a_create_of_which_nobody_knows_is_unclear(world: World) -> None:
    """The answer is lost, and the steps cannot be listed to see."""
    change = change_to(world, KEEP, wanted("dev/pg", "far/pg"))
    world.fault(method="POST", path=STEPS, lose="after")
    world.fault(method="GET", path=STEPS, status=503, times=None)
    assert ended(world, change).unclear
    world.no_faults()
    assert world.edges()["far/pg"] == ("dev/pg", 7)


def test_a_replace_whose_create_is_refused_makes_the_old_step_again(world: World) -> None:
    """Under another id, for Aiven gives ids; its validations are lost."""
    change = change_to(world, REPLACE)
    world.fault(method="POST", path=STEPS, status=403, error_code="permission_denied", message="Not for you")
    failed = ended(world, change)
    assert failed.restored is not None
    assert change.before is not None
    assert failed.restored.step == change.before.step
    assert failed.restored.step_id != change.before.step_id
    assert (failed.unclear, failed.gate_lost, failed.error.message) == (False, False, "Not for you")
    assert world.writes() == ["DELETE", "POST", "POST"]
    assert world.edges() == {"prod/pg": ("dev/pg", 7)}


def test_a_replace_whose_old_step_cannot_be_made_again_has_lost_its_gate(world: World) -> None:
    """The refusal of the new step is what is told; that the gate is lost is said beside."""
    change = change_to(world, REPLACE)
    world.fault(method="POST", path=STEPS, status=403, error_code="permission_denied", message="First")
    world.fault(method="POST", path=STEPS, status=403, error_code="permission_denied", message="Second")
    failed = ended(world, change)
    assert (failed.gate_lost, failed.unclear, failed.restored, failed.error.message) == (True, False, None, "First")
    assert world.edges() == {}


def test_a_replace_whose_create_is_unclear_makes_nothing_else(world: World) -> None:
    """A second step might stand against the first one; the next plan sees which one there is."""
    change = change_to(world, REPLACE)
    world.fault(method="POST", path=STEPS, lose="after")
    world.fault(method="GET", path=STEPS, status=503, times=None)
    failed = ended(world, change)
    assert (failed.gate_lost, failed.unclear) == (True, True)
    assert world.writes() == ["DELETE", "POST"]
    world.no_faults()
    assert world.edges() == {"prod/pg": ("stage/pg", 7)}


def test_a_replace_whose_create_keeps_failing_makes_the_old_step_again(world: World) -> None:
    """Each time the list shows no step, so that nothing is made blindly."""
    change = change_to(world, REPLACE)
    world.fault(method="POST", path=STEPS, status=503, times=2)  # as often as this client tries
    failed = ended(world, change)
    assert failed.restored is not None
    assert (failed.gate_lost, failed.unclear) == (False, False)
    assert world.edges() == {"prod/pg": ("dev/pg", 7)}


def test_a_create_that_finds_the_step_there_puts_its_delay_right(world: World) -> None:
    """Somebody made the very step in the meantime, with another delay."""
    change = change_to(world, KEEP, wanted("dev/pg", "far/pg"))
    world.insert("dev/pg", "far/pg", 9)
    result = call(world.client, change)
    assert isinstance(result, Done)
    assert world.edges()["far/pg"] == ("dev/pg", 7)


def test_a_step_whose_delay_cannot_be_put_right_stands_all_the_same(world: World) -> None:
    """The change has failed, and the step is known to be there."""
    change = change_to(world, KEEP, wanted("dev/pg", "far/pg"))
    world.insert("dev/pg", "far/pg", 9)
    world.fault(method="PATCH", status=403, error_code="permission_denied", message="Not for you")
    failed = ended(world, change)
    assert failed.standing is not None
    assert failed.standing.step.auto_validation_delay_days == 9
    assert (failed.unclear, failed.gate_lost, failed.error.message) == (False, False, "Not for you")


def test_a_replace_whose_delete_is_refused_makes_nothing(world: World) -> None:
    """The old gate stands as it did."""
    change = change_to(world, REPLACE)
    world.fault(method="DELETE", status=403, error_code="permission_denied")
    failed = ended(world, change)
    assert (failed.gate_lost, failed.unclear, failed.restored) == (False, False, None)
    assert world.writes() == ["DELETE"]


@pytest.mark.parametrize(
    ("steps", "needed"),
    [
        ((wanted("dev/pg", "prod/pg", 9),), [True]),
        ((wanted("dev/pg", "prod/pg", protect=True),), [False]),
        ((wanted("dev/pg", "prod/pg", manage=False),), [False]),
        ((KEEP, wanted("dev/pg", "other/pg")), [False]),
        ((KEEP, wanted("dev/pg", "other/pg", 9)), [True]),
        ((KEEP, wanted("dev/pg", "far/pg")), [True]),
        ((REPLACE,), [True]),
        ((), [True]),
    ],
    ids=["delay", "protect", "forget", "import", "import with another delay", "create", "replace", "delete"],
)
def test_only_what_changes_a_live_step_needs_a_call(steps: tuple[DesiredStep, ...], needed: list[bool]) -> None:
    """The rest is a line of the state."""
    other: LiveStep = live("dev/pg", "other/pg")
    made = decide(spec(*steps), [OLD, other], recording(OLD))
    assert [needs_call(change) for change in made.changes] == needed
