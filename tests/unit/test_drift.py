"""What differs between the state and the live steps, whatever the spec says."""

import json

import pytest

from pipesync.drift import DriftReport, drift
from pipesync.model import LiveStep, Validation
from pipesync.plan import Drift, Reason
from pipesync.state import PendingChange
from tests.unit.nouns import API_URL, ORGANIZATION, live, ours, pending, recording, state, step, values

OLD = live("dev/pg", "prod/pg")


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ([OLD], None),
        ([live("dev/pg", "prod/pg", 9)], Reason.CHANGED_OUTSIDE),
        ([], Reason.REMOVED_OUTSIDE),
        ([live("dev/pg", "prod/pg", step_id="id-2")], Reason.REMOVED_OUTSIDE),
        ([live("dev/pg", "prod/new", step_id=OLD.step_id)], Reason.RENAMED_OUTSIDE),
        ([live("dev/new", "prod/pg", 9)], Reason.RENAMED_OUTSIDE),
    ],
    ids=["as recorded", "other delay", "gone", "made again", "destination renamed", "source renamed, other delay"],
)
def test_a_recorded_step_is_as_it_was_or_drifted(now: list[LiveStep], reason: Reason | None) -> None:
    """The step is told by its id: the entry holds what was recorded and what is live under that id."""
    found = {at.step_id: at for at in now}.get(OLD.step_id)
    known = state(ours(OLD, protect=True))
    entry = None if reason is None else Drift(
        address="prod/pg", reason=reason, before=values(OLD, protect=True),
        after=None if found is None else values(found, protect=True),
    )  # fmt: skip
    assert drift(known, now) == (() if entry is None else (entry,))


def test_a_new_validation_is_no_drift() -> None:
    """It moves by itself."""
    validated = LiveStep(OLD.step_id, OLD.step, Validation("2026-05-04T12:30:00Z", None, ""))
    assert drift(recording(OLD), [validated]) == ()


@pytest.mark.parametrize(
    ("entry", "now"),
    [
        (pending("delete", OLD, None), []),
        (pending("replace", OLD, step("new/pg", "prod/pg")), []),
        (pending("replace", OLD, step("new/pg", "prod/pg")), [live("new/pg", "prod/pg", step_id="id-2")]),
        (pending("update", OLD, step("dev/pg", "prod/pg", 9)), [live("dev/pg", "prod/pg", 9)]),
    ],
    ids=["deleted", "replaced by half", "replaced", "updated"],
)
def test_what_a_killed_run_of_ours_did_is_no_drift(entry: PendingChange, now: list[LiveStep]) -> None:
    """Nobody else did it, and nothing of it is listed as foreign."""
    report = DriftReport.of(state(ours(OLD), pending=[entry]), now)
    assert (report.drift, report.unmanaged) == ((), ())


def test_what_others_did_is_drift_even_after_a_killed_run() -> None:
    """A step that the run was only about to update has been removed by somebody else."""
    left = state(ours(OLD), pending=[pending("update", OLD, step("dev/pg", "prod/pg", 9))])
    assert [entry.reason for entry in drift(left, [])] == [Reason.REMOVED_OUTSIDE]


def test_the_report_lists_by_address_what_drifted_and_what_is_not_ours() -> None:
    """In the same order however Aiven lists the steps."""
    known = recording(live("dev/pg", "prod/b"), live("dev/pg", "prod/a"), OLD)
    now = [live("dev/pg", "x/d"), OLD, live("dev/pg", "x/c")]
    report = DriftReport.of(known, now)
    assert report == DriftReport.of(known, now[::-1])
    assert [entry.address for entry in report.drift] == ["prod/a", "prod/b"]
    assert [entry.address for entry in report.unmanaged] == ["x/c", "x/d"]
    assert (report.recorded, report.organization, report.api_url) == (3, ORGANIZATION, API_URL)
    assert json.loads(report.to_json())["format"] == "pipesync.drift"


def test_a_report_without_a_stored_state_names_no_lineage() -> None:
    """There is none yet: all that lives is not ours."""
    fresh = state(serial=0)
    report = DriftReport.of(fresh, [OLD])
    assert (report.lineage, report.serial, report.drift) == (None, 0, ())
    assert [entry.live for entry in report.unmanaged] == [values(OLD)]
