"""What the state says of changes that failed, or of which nobody knows."""

from pathlib import Path

from pipesync.calls import Failed
from pipesync.errors import ApiError, Unreachable
from pipesync.plan import Plan
from pipesync.state import State
from tests.unit.ledger import Ledger, creates
from tests.unit.nouns import decide, live, ours, recording, spec, state, wanted

REFUSED = ApiError("no", operation="create upgrade step", status=403)
LOST = Unreachable("no answer", operation="create upgrade step")
OLD = live("dev/pg", "prod/pg")
TWO = tuple(live("dev/pg", f"prod/{name}") for name in "ab")


def ended(tmp_path: Path, made: Plan, known: State | None, *results: Failed) -> State:
    """The state after a run with these ends."""
    ledger = Ledger(tmp_path, known)
    record = ledger.open(made)
    record.begin(made.changes)
    for result in results:
        record.settle(result)
    record.finish()
    return ledger.stored


def test_an_outcome_that_is_not_known_stays_pending(tmp_path: Path) -> None:
    """The next plan reads what has become of it; what was refused is over."""
    made = creates(2)
    one, other = made.changes
    found = ended(tmp_path, made, None, Failed(one, LOST, unclear=True), Failed(other, REFUSED))
    assert [entry.after for entry in found.pending] == [one.after]


def test_changes_that_were_not_begun_do_not_stay_pending(tmp_path: Path) -> None:
    """What becomes of them is known: nothing. What had begun and did not answer stays."""
    made = creates(3)
    ledger = Ledger(tmp_path, None)
    record = ledger.open(made)
    record.begin(made.changes)
    record.finish(unanswered=[made.changes[0].address])
    assert [entry.after for entry in ledger.stored.pending] == [made.changes[0].after]


REPLACE = decide(spec(wanted("new/pg", "prod/pg", protect=False)), [OLD], state(ours(OLD, protect=True)))


def test_a_step_that_was_restored_is_ours_under_its_new_id(tmp_path: Path) -> None:
    """With the protection and the pipeline that the old one had."""
    restored = live("dev/pg", "prod/pg", step_id="id-restored")
    failed = Failed(REPLACE.changes[0], REFUSED, restored=restored)
    found = ended(tmp_path, REPLACE, state(ours(OLD, protect=True, pipeline="before")), failed)
    assert found.steps == (ours(restored, protect=True, pipeline="before"),)
    assert found.pending == ()


def test_a_lost_gate_is_not_recorded_any_more(tmp_path: Path) -> None:
    """The old step is gone for certain, and no other stands."""
    found = ended(tmp_path, REPLACE, recording(OLD), Failed(REPLACE.changes[0], REFUSED, gate_lost=True))
    assert (found.steps, found.pending) == ((), ())


def test_a_lost_gate_of_which_nobody_knows_stays_pending(tmp_path: Path) -> None:
    """One of the two creates may have come about: the entry's names tell the next plan that it is ours."""
    failed = Failed(REPLACE.changes[0], LOST, unclear=True, gate_lost=True)
    found = ended(tmp_path, REPLACE, recording(OLD), failed)
    assert [(entry.before, entry.after) for entry in found.pending] == [
        (REPLACE.changes[0].before, REPLACE.changes[0].after)
    ]


def test_a_refused_change_leaves_its_step_as_it_was(tmp_path: Path) -> None:
    """Neither an update nor a delete that Aiven refused changes what is ours."""
    made = decide(spec(wanted("dev/pg", "prod/a", 9)), TWO, recording(*TWO))
    found = ended(tmp_path, made, recording(*TWO), *(Failed(change, REFUSED) for change in made.changes))
    assert (found.steps, found.pending) == ((ours(TWO[0]), ours(TWO[1])), ())
