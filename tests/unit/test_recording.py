"""The state during a run: what is written when."""

from pathlib import Path
from typing import Any

import pytest

from pipesync.calls import Done, Failed
from pipesync.errors import ApiError, StateError, Unreachable
from pipesync.plan import Plan
from pipesync.recording import SAVE_EVERY_SECONDS
from pipesync.state import RecordedStep, State
from tests.unit.ledger import Ledger, by_address, creates, made_live
from tests.unit.nouns import decide, last_apply, live, ours, recording, spec, state, values, wanted

REFUSED = ApiError("no", operation="create upgrade step", status=403)
LOST = Unreachable("no answer", operation="create upgrade step")
OLD = live("dev/pg", "prod/pg")


FIVE = tuple(live("dev/pg", f"prod/{name}") for name in ("a", "b", "c", "d", "e"))
"""Steps to keep, update, replace, delete and import."""


def all_kinds() -> tuple[State, Plan]:
    """A plan with one change of each kind."""
    known = recording(*FIVE[:4], live("dev/pg", "prod/gone"))
    want = spec(
        wanted("dev/pg", "prod/a"), wanted("dev/pg", "prod/b", 9), wanted("new/pg", "prod/c"),
        wanted("dev/pg", "prod/e", 9, protect=True), wanted("dev/pg", "prod/f", protect=True),
    )  # fmt: skip
    return known, decide(want, FIVE, known)


def test_what_a_run_is_about_to_do_is_written_before_it_does_it(tmp_path: Path) -> None:
    """Each call with its before and after, and the id that was there; what needs no call is owned at once."""
    known, made = all_kinds()
    ledger = Ledger(tmp_path, known)
    ledger.open(made).begin(made.changes)
    changes = by_address(made)
    assert [(entry.action, entry.before, entry.after) for entry in ledger.stored.pending] == [
        ("update", changes["prod/b"].before, changes["prod/b"].after),
        ("replace", changes["prod/c"].before, changes["prod/c"].after),
        ("delete", changes["prod/d"].before, None),
        ("update", changes["prod/e"].before, changes["prod/e"].after),
        ("create", None, changes["prod/f"].after),
    ]
    assert [entry.before.step_id for entry in ledger.stored.pending if entry.before] == [
        "id-prod/b", "id-prod/c", "id-prod/d", "id-prod/e",
    ]  # fmt: skip
    assert ledger.stored.steps == tuple(ours(at) for at in FIVE)
    assert ledger.stored.serial == known.serial + 1
    assert ledger.stored.last_apply == last_apply(made.digest, made.files)


def test_a_whole_run_writes_twice_and_leaves_nothing_pending(tmp_path: Path) -> None:
    """What came about is recorded with the ids that Aiven gave, and with the protection that was asked for."""
    known, made = all_kinds()
    ledger = Ledger(tmp_path, known)
    record = ledger.open(made)
    record.begin(made.changes)
    for change in made.changes:
        if change.action in {"create", "replace"}:
            record.settle(made_live(change, "new-" + change.address))
        elif change.action != "forget":
            record.settle(Done(change, None))
        record.save_if_due()
    record.finish()
    assert ledger.stored.pending == ()
    assert ledger.stored.serial == known.serial + 2
    assert ledger.stored.steps == (
        ours(FIVE[0]),
        ours(live("dev/pg", "prod/b", 9)),
        ours(live("new/pg", "prod/c", step_id="new-prod/c")),
        ours(live("dev/pg", "prod/e", 9), protect=True),
        ours(live("dev/pg", "prod/f", step_id="new-prod/f"), protect=True),
    )


def test_a_long_run_writes_at_most_every_twenty_seconds(tmp_path: Path) -> None:
    """Ten creates of 15 s each: the first write, one for each 20 s that brought something, and the last one."""
    made = creates(10)
    ledger = Ledger(tmp_path, None)
    record = ledger.open(made)
    record.begin(made.changes)
    serials = []
    for change in made.changes:
        ledger.clock.now += 15
        record.settle(made_live(change, "new-" + change.address))
        record.save_if_due()
        serials.append(ledger.stored.serial)
    record.finish()
    assert SAVE_EVERY_SECONDS == 20
    assert serials == [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert (ledger.stored.serial, ledger.stored.pending) == (6, ())


def test_a_run_in_which_nothing_ends_writes_nothing_in_between(tmp_path: Path) -> None:
    """Time alone is nothing new, and neither is an outcome that nobody knows."""
    made = creates(1)
    ledger = Ledger(tmp_path, None)
    record = ledger.open(made)
    record.begin(made.changes)
    ledger.clock.now += 100
    assert record.save_in() is None
    record.settle(Failed(made.changes[0], LOST, unclear=True))
    assert record.save_in() is None
    record.save_if_due()
    record.finish()
    assert ledger.stored.serial == 1
    assert [entry.action for entry in ledger.stored.pending] == ["create"]


def test_a_write_that_fails_is_tried_again_no_sooner_than_the_next(tmp_path: Path) -> None:
    """A store that is out of order is not asked again and again while calls are under way."""
    made = creates(2)
    ledger = Ledger(tmp_path, None)
    record = ledger.open(made)
    record.begin(made.changes)
    ledger.store.overwrite(state())
    ledger.clock.now += 30
    record.settle(made_live(made.changes[0], "new"))
    with pytest.raises(StateError, match="the state has changed since it was read"):
        record.save_if_due()
    assert record.save_in() == SAVE_EVERY_SECONDS


@pytest.mark.parametrize("known", [recording(OLD), None], ids=["a state", "no state"])
def test_nothing_new_is_nothing_written(tmp_path: Path, known: State | None) -> None:
    """The serial stays put; a state that does not exist is not made to say nothing."""
    made = decide(spec(wanted("dev/pg", "prod/pg")), [OLD], known) if known else decide(spec(), [])
    ledger = Ledger(tmp_path, known)
    record = ledger.open(made, (ours(OLD, pipeline="renamed"),) if known else ())
    record.begin(made.changes)
    record.finish()
    assert ledger.store.read() == known


def test_an_apply_with_nothing_to_change_still_records_what_live_steps_are(tmp_path: Path) -> None:
    """A delay that was changed outside to what the spec says by now is drift no more."""
    known, now = recording(OLD), live("dev/pg", "prod/pg", 9)
    made = decide(spec(wanted("dev/pg", "prod/pg", 9)), [now], known)
    assert made.changes == ()
    ledger = Ledger(tmp_path, known)
    record = ledger.open(made, (ours(now, pipeline="renamed"),))
    record.begin(())
    record.finish()
    assert ledger.stored.steps == (ours(now, pipeline="renamed"),)
    assert ledger.stored.serial == known.serial + 1


@pytest.mark.parametrize(
    ("want", "known", "steps"),
    [
        (spec(wanted("dev/pg", "prod/pg", protect=True)), recording(), (ours(OLD, protect=True),)),
        (spec(wanted("dev/pg", "prod/pg", protect=True)), recording(OLD), (ours(OLD, protect=True),)),
        (spec(wanted("dev/pg", "prod/pg", manage=False)), recording(OLD), ()),
    ],
    ids=["import", "protect", "forget"],
)
def test_changes_without_a_call_take_one_write(
    tmp_path: Path, want: Any, known: State, steps: tuple[RecordedStep, ...]
) -> None:
    """There is nothing that could be left pending."""
    made = decide(want, [OLD], known)
    ledger = Ledger(tmp_path, known)
    record = ledger.open(made)
    record.begin(made.changes)
    record.finish()
    assert (ledger.stored.steps, ledger.stored.pending, ledger.stored.serial) == (steps, (), known.serial + 1)


def test_a_run_whose_first_write_fails_has_done_nothing(tmp_path: Path) -> None:
    """Somebody else wrote the state meanwhile; theirs stands."""
    made = creates(1)
    ledger = Ledger(tmp_path, None)
    theirs = recording(OLD)
    ledger.store.write(theirs, replacing=None)
    with pytest.raises(StateError, match="the state has changed since it was read"):
        ledger.open(made).begin(made.changes)
    assert ledger.stored == theirs
    assert values(OLD).step_id == theirs.steps[0].step_id
