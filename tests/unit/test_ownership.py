"""Which steps are ours after a killed run, and what the next plan makes of it."""

from dataclasses import dataclass

import pytest

from pipesync.model import DesiredStep, LiveStep
from pipesync.ownership import settle
from pipesync.state import PendingChange, RecordedStep, State
from tests.unit.nouns import decide, live, ours, owned, pending, recording, spec, state, step, told, wanted

OLD = live("dev/pg", "prod/pg")
NEW = live("stage/pg", "prod/pg", step_id="id-new")
OLD_SPEC, NEW_SPEC = wanted("dev/pg", "prod/pg"), wanted("stage/pg", "prod/pg")


def killed(entry: PendingChange, *known: RecordedStep) -> State:
    """The state that a run leaves which is killed after its first write."""
    return state(*known, pending=[entry])


@dataclass(frozen=True)
class Kill:
    """A moment at which a run is killed: what it had written down, what lives, and what the next plan says to the
    spec that it followed and to the one before that.
    """

    name: str
    left: State
    live: list[LiveStep]
    new_spec: list[DesiredStep]
    old_spec: list[DesiredStep]
    forward: list[tuple[str, str]]
    back: list[tuple[str, str]]


CREATE = killed(pending("create", None, OLD.step))
UPDATE = killed(pending("update", OLD, step("dev/pg", "prod/pg", 9)), ours(OLD))
REPLACE = killed(pending("replace", OLD, NEW.step), ours(OLD))
DELETE = killed(pending("delete", OLD, None), ours(OLD))
LEFT = "left_by_interrupted_apply"

KILLS = [
    Kill("before a create", CREATE, [], [OLD_SPEC], [], [("create", LEFT)], []),
    Kill("after a create", CREATE, [OLD], [OLD_SPEC], [], [], [("delete", LEFT)]),
    Kill("before an update", UPDATE, [OLD], [wanted("dev/pg", "prod/pg", 9)], [OLD_SPEC], [("update", LEFT)], []),
    Kill("after an update", UPDATE, [live("dev/pg", "prod/pg", 9)], [wanted("dev/pg", "prod/pg", 9)], [OLD_SPEC],
         [], [("update", LEFT)]),
    Kill("before a replace", REPLACE, [OLD], [NEW_SPEC], [OLD_SPEC], [("replace", LEFT)], []),
    Kill("after the DELETE of a replace", REPLACE, [], [NEW_SPEC], [OLD_SPEC], [("create", LEFT)],
         [("create", LEFT)]),
    Kill("after the POST of a replace", REPLACE, [NEW], [NEW_SPEC], [OLD_SPEC], [], [("replace", LEFT)]),
    Kill("after a replace was undone", REPLACE, [live("dev/pg", "prod/pg", step_id="id-restored")], [NEW_SPEC],
         [OLD_SPEC], [("replace", LEFT)], []),
    Kill("before a delete", DELETE, [OLD], [], [OLD_SPEC], [("delete", LEFT)], []),
    Kill("after a delete", DELETE, [], [], [OLD_SPEC], [("forget", LEFT)], [("create", LEFT)]),
]  # fmt: skip


@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: kill.name)
def test_the_next_plan_puts_right_what_a_killed_run_left(kill: Kill) -> None:
    """The same spec again leads on to its goal, with no step doubled and none refused as foreign."""
    made = decide(spec(*kill.new_spec), kill.live, kill.left)
    assert [(action, reason) for action, _, reason in told(made)] == kill.forward
    assert (made.refusals, made.unmanaged) == ((), ())


@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: kill.name)
def test_the_old_spec_after_a_killed_run_leads_back(kill: Kill) -> None:
    """Whoever takes the change back instead finds nothing left over: what the run made is ours to take away."""
    made = decide(spec(*kill.old_spec), kill.live, kill.left)
    assert [(action, reason) for action, _, reason in told(made)] == kill.back
    assert (made.refusals, made.unmanaged) == ((), ())


@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: kill.name)
def test_what_our_own_run_removed_is_no_drift(kill: Kill) -> None:
    """Only what others did counts as drift, and only that comes near the brake."""
    made = decide(spec(*kill.new_spec), kill.live, kill.left)
    assert made.drift == ()
    assert made.brake.destroys == sum(action in {"replace", "delete"} for action, _ in kill.forward)


@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: kill.name)
def test_settling_leaves_nothing_pending_and_one_step_an_address(kill: Kill) -> None:
    """The next write starts from a clean state."""
    settled = settle(kill.left, kill.live)
    assert settled.pending == ()
    assert len({record.destination for record in settled.steps}) == len(settled.steps)


def test_a_step_made_in_the_last_moment_is_ours_with_the_delay_that_it_has() -> None:
    """Its four names are enough, whatever its id and delay: it is recorded as it is, in its pipeline."""
    found = live("dev/pg", "prod/pg", 21, step_id="id-late")
    assert owned(CREATE, [found]) == {"prod/pg": ours(found)}


@pytest.mark.parametrize(
    ("entry", "known", "found", "protected"),
    [
        (pending("create", None, OLD.step, protect=(False, True)), (), OLD, True),
        (pending("replace", OLD, NEW.step, protect=(False, True)), (ours(OLD),), NEW, True),
        (pending("replace", OLD, NEW.step, protect=(False, True)), (ours(OLD),), OLD, False),
        (
            pending("replace", OLD, NEW.step, protect=(True, False)),
            (ours(OLD, protect=True),),
            live("dev/pg", "prod/pg", step_id="id-restored"),
            True,
        ),
        (
            pending("update", OLD, step("dev/pg", "prod/pg", 9), protect=(True, False)),
            (ours(OLD, protect=True),),
            OLD,
            True,
        ),
        (
            pending("update", OLD, step("dev/pg", "prod/pg", 9), protect=(True, False)),
            (ours(OLD, protect=True),),
            live("dev/pg", "prod/pg", 9),
            False,
        ),
    ],
    ids=["created", "replaced", "not replaced", "restored", "not updated", "updated"],
)
def test_the_protection_follows_what_came_about(
    entry: PendingChange, known: tuple[RecordedStep, ...], found: LiveStep, protected: bool
) -> None:
    """A step is protected as the change that made it said; one that the change did not reach keeps its flag."""
    assert owned(killed(entry, *known), [found])["prod/pg"].protect is protected


def test_a_protected_step_of_a_killed_run_is_not_destroyed() -> None:
    """The protection holds from the moment the step exists, although the run never wrote it down as made."""
    left = killed(pending("create", None, OLD.step, protect=(False, True)))
    (refusal,) = decide(spec(), [OLD], left).refusals
    assert (refusal.code, refusal.address) == ("protected", "prod/pg")


def test_an_update_that_someone_else_overtook_is_told_as_theirs() -> None:
    """The live delay is neither the old nor the new one: it was changed outside."""
    made = decide(spec(wanted("dev/pg", "prod/pg", 9)), [live("dev/pg", "prod/pg", 3)], UPDATE)
    assert told(made) == [("update", "prod/pg", "changed_outside")]


def test_an_entry_that_matches_nothing_any_more_is_dropped() -> None:
    """A step from elsewhere at the address of a create that never came about is not ours."""
    other = live("other/pg", "prod/pg")
    assert owned(CREATE, [other]) == {}
    assert [finding.code for finding in decide(spec(OLD_SPEC), [other], CREATE).refusals] == ["conflict"]


def test_a_step_that_aiven_renamed_meanwhile_is_still_ours() -> None:
    """The id tells: the record keeps the old names, so that the next plan sees the renaming."""
    renamed = live("dev/pg", "prod/pg-new", 7, step_id=OLD.step_id)
    assert owned(UPDATE, [renamed]) == {"prod/pg": ours(OLD)}
    made = decide(spec(wanted("dev/pg", "prod/pg-new")), [renamed], UPDATE)
    assert told(made) == [("import", "prod/pg-new", "renamed_outside")]


def test_a_state_without_pending_stays_as_it_is() -> None:
    """Ownership changes by what a run left behind, never by what the live list says alone."""
    known = recording(OLD, live("prod/pg", "far/pg"))
    assert settle(known, [NEW]) == known
