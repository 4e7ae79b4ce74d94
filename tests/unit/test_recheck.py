"""A saved plan, later: what is still due, what is done already, and what has moved."""

from dataclasses import dataclass

import pytest

from pipesync.errors import StalePlanError
from pipesync.model import LiveStep, Spec
from pipesync.plan import Brake, Change, Create, Plan
from pipesync.recheck import recheck
from pipesync.state import State
from tests.unit.nouns import (
    OTHER_DIGEST,
    decide,
    last_apply,
    live,
    ours,
    pending,
    recording,
    spec,
    state,
    step,
    wanted,
)  # fmt: skip

OLD = live("dev/pg", "prod/pg")
SLOW = live("dev/pg", "prod/pg", 9)
NEW = live("stage/pg", "prod/pg", step_id="id-new")
FOREIGN = live("other/pg", "prod/pg", 3, step_id="id-foreign")


@dataclass(frozen=True)
class Case:
    """A plan made when `live` and `known` were so, and what is live and known now."""

    name: str
    want: Spec
    live: list[LiveStep]
    known: State
    now: list[LiveStep]
    known_now: State
    verdict: str
    moved: str | None = None


CREATE = spec(wanted("dev/pg", "prod/pg"))
UPDATE = spec(wanted("dev/pg", "prod/pg", 9))
REPLACE = spec(wanted("stage/pg", "prod/pg"))
NONE, OURS = recording(), recording(OLD)

CASES = [
    Case("create: nothing there", CREATE, [], NONE, [], NONE, "due"),
    Case("create: made already", CREATE, [], NONE, [OLD], OURS, "done"),
    Case("create: another source", CREATE, [], NONE, [FOREIGN], NONE, "moved",
         "prod/pg: no step → a step from other/pg, 3 days (id-foreign)"),
    Case("create: another delay", CREATE, [], NONE, [SLOW], NONE, "moved",
         "prod/pg: no step → a step from dev/pg, 9 days (id-prod/pg)"),
    Case("import: as it was", CREATE, [OLD], NONE, [OLD], NONE, "due"),
    Case("import: recorded already", CREATE, [OLD], NONE, [OLD], OURS, "done"),
    Case("import: recorded, not yet updated", UPDATE, [OLD], NONE, [OLD], OURS, "due"),
    Case("import: recorded and updated", UPDATE, [OLD], NONE, [SLOW], recording(SLOW), "done"),
    Case("import: another delay", CREATE, [OLD], NONE, [live("dev/pg", "prod/pg", 3)], NONE, "moved",
         "prod/pg: auto_validation_delay_days 7 → 3"),
    Case("import: gone", CREATE, [OLD], NONE, [], NONE, "moved",
         "prod/pg: a step from dev/pg, 7 days (id-prod/pg) → no step"),
    Case("update: as it was", UPDATE, [OLD], OURS, [OLD], OURS, "due"),
    Case("update: made already", UPDATE, [OLD], OURS, [SLOW], OURS, "done"),
    Case("update: another delay", UPDATE, [OLD], OURS, [live("dev/pg", "prod/pg", 3)], OURS, "moved",
         "prod/pg: auto_validation_delay_days 7 → 3"),
    Case("update: another step", UPDATE, [OLD], OURS, [live("dev/pg", "prod/pg", step_id="id-2")], OURS, "moved",
         "prod/pg: step_id id-prod/pg → id-2"),
    Case("update: gone", UPDATE, [OLD], OURS, [], OURS, "moved",
         "prod/pg: a step from dev/pg, 7 days (id-prod/pg) → no step"),
    Case("update: not ours any more", UPDATE, [OLD], OURS, [OLD], NONE, "moved",
         "prod/pg: a step of ours (id-prod/pg) → one that the state does not hold"),
    Case("protect alone: as it was", spec(wanted("dev/pg", "prod/pg", protect=True)), [OLD], OURS, [OLD], OURS, "due"),
    Case("protect alone: made already", spec(wanted("dev/pg", "prod/pg", protect=True)), [OLD], OURS, [OLD],
         state(ours(OLD, protect=True)), "done"),
    Case("replace: as it was", REPLACE, [OLD], OURS, [OLD], OURS, "due"),
    Case("replace: made already", REPLACE, [OLD], OURS, [NEW], recording(NEW), "done"),
    Case("replace: another source", REPLACE, [OLD], OURS, [FOREIGN], OURS, "moved",
         "prod/pg: auto_validation_delay_days 7 → 3, source dev/pg → other/pg, step_id id-prod/pg → id-foreign"),
    Case("replace: gone", REPLACE, [OLD], OURS, [], OURS, "moved",
         "prod/pg: a step from dev/pg, 7 days (id-prod/pg) → no step"),
    Case("replace: not ours any more", REPLACE, [OLD], OURS, [OLD], NONE, "moved",
         "prod/pg: a step of ours (id-prod/pg) → one that the state does not hold"),
    Case("delete: as it was", spec(), [OLD], OURS, [OLD], OURS, "due"),
    Case("delete: made already", spec(), [OLD], OURS, [], NONE, "done"),
    Case("delete: gone outside", spec(), [OLD], OURS, [], OURS, "done"),
    Case("delete: another delay", spec(), [OLD], OURS, [SLOW], OURS, "moved",
         "prod/pg: auto_validation_delay_days 7 → 9"),
    Case("delete: protected since", spec(), [OLD], OURS, [OLD], state(ours(OLD, protect=True)), "moved",
         "prod/pg: protect False → True"),
    Case("delete: handed over since", spec(), [OLD], OURS, [OLD], NONE, "moved",
         "prod/pg: a step of ours (id-prod/pg) → one that the state does not hold"),
    Case("forget: recorded", spec(), [], OURS, [], OURS, "due"),
    Case("forget: forgotten already", spec(), [], OURS, [], NONE, "done"),
]  # fmt: skip


def verdict(case: Case) -> tuple[str, tuple[str, ...]]:
    made = decide(case.want, case.live, case.known)
    assert len(made.changes) == 1
    try:
        checked = recheck(made, tuple(case.now), case.known_now)
    except StalePlanError as stale:
        return "moved", stale.moved
    assert [*checked.due, *checked.done] == list(made.changes)
    return ("due" if checked.due else "done"), ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_change_is_due_done_or_moved(case: Case) -> None:
    """Due if live is still what the plan was made for, done if it is what the plan leads to, else the plan is stale."""
    assert verdict(case) == (case.verdict, (case.moved,) if case.moved else ())


def test_a_take_over_is_due_without_being_ours() -> None:
    """It was made for a step that is not ours, and by name."""
    made = decide(REPLACE, [OLD], NONE, take_over=("prod/pg",))
    assert recheck(made, (OLD,), NONE).due == list(made.changes)


def test_all_that_moved_is_told_at_once_and_nothing_is_due() -> None:
    """One moved change makes the whole plan stale; each is named old → new."""
    steps = [live("dev/pg", f"prod/s{number}") for number in range(3)]
    made = decide(spec(), steps, recording(*steps))
    now = (live("dev/pg", "prod/s0", 8), steps[1], live("dev/pg", "prod/s2", 8))
    with pytest.raises(StalePlanError) as stale:
        recheck(made, now, recording(*steps))
    assert stale.value.moved == (
        "prod/s0: auto_validation_delay_days 7 → 8",
        "prod/s2: auto_validation_delay_days 7 → 8",
    )
    assert stale.value.next == "plan again, and review that"


HALF = decide(REPLACE, [OLD], OURS)


@pytest.mark.parametrize(
    "left",
    [
        state(ours(OLD), pending=[pending("replace", OLD, NEW.step)], last=last_apply(HALF.digest)),
        state(last=last_apply(HALF.digest)),
        state(ours(OLD), pending=[pending("replace", OLD, NEW.step)], last=last_apply(OTHER_DIGEST)),
    ],
    ids=["killed between", "refused twice", "the same plan, made anew"],
)
def test_a_replace_that_was_cut_in_two_is_due_with_its_second_half(left: State) -> None:
    """Our own run deleted the old step; what is left of the change is the POST."""
    (due,) = recheck(HALF, (), left).due
    assert isinstance(due, Create)
    assert (due.address, due.after) == ("prod/pg", HALF.changes[0].after)


def halves(known: State) -> tuple[Plan, tuple[LiveStep, ...], State]:
    """A plan of four changes of which a killed run made two; what is live now, and what it left in the state."""
    steps = (OLD, live("dev/pg", "far/pg"), live("dev/pg", "old/pg"))
    want = spec(wanted("stage/pg", "prod/pg"), wanted("dev/pg", "far/pg", 9), wanted("dev/pg", "new/pg"))
    made = decide(want, steps, recording(*steps))
    now = (OLD, live("dev/pg", "far/pg", 9), steps[2], live("dev/pg", "new/pg"))
    entries = [
        pending("create", None, step("dev/pg", "new/pg")),
        pending("update", steps[1], step("dev/pg", "far/pg", 9)),
        pending("replace", OLD, NEW.step),
        pending("delete", steps[2], None),
    ]
    left = state(*known.steps, pending=entries, last=last_apply(made.digest), serial=2)
    return made, now, left


def by_action(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.action, change.address) for change in changes]


def test_a_plan_that_was_carried_out_halfway_goes_on_where_it_stopped() -> None:
    """What it made already is skipped, the rest is due, and nothing counts as moved."""
    steps = (OLD, live("dev/pg", "far/pg"), live("dev/pg", "old/pg"))
    made, now, left = halves(recording(*steps))
    checked = recheck(made, now, left)
    assert by_action(checked.done) == [("update", "far/pg"), ("create", "new/pg")]
    assert by_action(checked.due) == [("delete", "old/pg"), ("replace", "prod/pg")]
    assert checked.notes == []


def test_a_plan_that_was_carried_out_is_done() -> None:
    """Applying it once more changes nothing."""
    made = decide(spec(wanted("dev/pg", "stage/pg"), wanted("stage/pg", "prod/pg", 9)), [OLD], recording(OLD))
    now = (live("dev/pg", "stage/pg"), live("stage/pg", "prod/pg", 9, step_id="id-2"))
    checked = recheck(made, now, state(*(ours(at) for at in now), last=last_apply(made.digest)))
    assert (checked.due, by_action(checked.done)) == ([], [("replace", "prod/pg"), ("create", "stage/pg")])


def test_rules_that_live_and_plan_would_now_break_make_the_plan_stale() -> None:
    """Since the plan was made someone lengthened the chain that it adds to."""
    made = decide(spec(wanted("b/pg", "c/pg")), [], NONE)
    with pytest.raises(StalePlanError) as stale:
        recheck(made, (live("x/pg", "a/pg"), live("a/pg", "b/pg")), NONE)
    (moved,) = stale.value.moved
    assert moved == (
        "with the steps that are live now, the chain x/pg → a/pg → b/pg → c/pg has 3 steps; allowed are 2 "
        "(limits.max_chain_steps, if your account allows more)"
    )


def test_rules_broken_elsewhere_are_no_reason_to_stop() -> None:
    """A chain of other people's that is too long has nothing to do with this plan."""
    made = decide(CREATE, [], NONE)
    others = tuple(live(f"x/s{number}", f"x/s{number + 1}") for number in range(3))
    assert recheck(made, others, NONE).due == list(made.changes)


@pytest.mark.parametrize("case", [case for case in CASES if case.verdict == "done"], ids=lambda case: case.name)
def test_what_is_done_is_recorded_as_if_this_run_had_done_it(case: Case) -> None:
    """A killed run may not have come to write it down: the plan after this one has no changes."""
    checked = recheck(decide(case.want, case.live, case.known), tuple(case.now), case.known_now)
    following = decide(case.want, case.now, checked.settled)
    assert (following.changes, following.drift, following.unmanaged) == ((), (), ())


def test_without_a_state_nothing_that_is_done_becomes_ours() -> None:
    """The state that owns it may be elsewhere: that takes --adopt."""
    checked = recheck(decide(CREATE, []), (OLD,), None)
    assert (by_action(checked.done), checked.settled) == ([("create", "prod/pg")], None)
    assert checked.unowned == tuple(checked.done)


def test_with_adopt_what_is_done_goes_into_a_new_state() -> None:
    """The next plan has no changes."""
    checked = recheck(decide(CREATE, [], adopt=True), (OLD,), None)
    assert (checked.unowned, decide(CREATE, [OLD], checked.settled).changes) == ((), ())


def test_steps_that_a_killed_run_removed_do_not_count_for_the_brake() -> None:
    """Only those do that others removed, and what is still to be destroyed."""
    left = state(ours(OLD), pending=[pending("delete", OLD, None)])
    assert recheck(decide(CREATE, [], left), (), left).brake == Brake(destroys=0, recorded=1)
    assert recheck(decide(CREATE, [], OURS), (), OURS).brake == Brake(destroys=1, recorded=1)
    assert recheck(decide(REPLACE, [OLD], OURS), (OLD,), OURS).brake == Brake(destroys=1, recorded=1)
