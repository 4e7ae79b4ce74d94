"""The decision table of docs/decision-table.md, one test a row."""

from dataclasses import dataclass

import pytest

from pipesync.diff import Diff, diff
from pipesync.model import DesiredStep, LiveStep, Origin, ServiceRef, UpgradeStep
from pipesync.plan import Reason
from pipesync.state import RecordedStep

PROD = "prod/pg"


def step(source: str, days: int = 7, destination: str = PROD) -> UpgradeStep:
    return UpgradeStep(ServiceRef.parse(source), ServiceRef.parse(destination), days)


def desired(source: str, days: int = 7, *, protect: bool = False, manage: bool = True) -> DesiredStep:
    return DesiredStep(
        step(source, days), Origin("pipesync.yaml", 3, 5), "orders", "@acme/dba", protect=protect, manage=manage
    )


def live(source: str, days: int = 7, step_id: str = "id-1", destination: str = PROD) -> LiveStep:
    return LiveStep(step_id, step(source, days, destination))


def recorded(
    source: str, days: int = 7, step_id: str = "id-1", *, protect: bool = False, destination: str = PROD
) -> RecordedStep:
    return RecordedStep.of(LiveStep(step_id, step(source, days, destination)), protect=protect, pipeline="orders")


@dataclass(frozen=True)
class Row:
    name: str
    desired: DesiredStep | None
    live: LiveStep | None
    recorded: RecordedStep | None
    action: str | None
    reason: Reason | None = None
    interrupted: str | None = None


ROWS = [
    Row("same source, same delay, ours", desired("dev/pg"), live("dev/pg"), recorded("dev/pg"), None),
    Row("other delay in the spec", desired("dev/pg", 9), live("dev/pg"), recorded("dev/pg"), "update",
        Reason.SPEC_CHANGED),
    Row("other delay outside", desired("dev/pg"), live("dev/pg", 9), recorded("dev/pg"), "update",
        Reason.CHANGED_OUTSIDE),
    Row("other delay in both: the outside one is told", desired("dev/pg", 3), live("dev/pg", 9), recorded("dev/pg"),
        "update", Reason.CHANGED_OUTSIDE),
    Row("an update that an interrupted run left", desired("dev/pg", 9), live("dev/pg"), recorded("dev/pg"), "update",
        Reason.LEFT_BY_INTERRUPTED_APPLY, "update"),
    Row("only protect differs", desired("dev/pg", protect=True), live("dev/pg"), recorded("dev/pg"), "update",
        Reason.SPEC_CHANGED),
    Row("other source, ours", desired("stage/pg"), live("dev/pg"), recorded("dev/pg"), "replace",
        Reason.SPEC_CHANGED),
    Row("other source, ours, delay changed outside", desired("stage/pg"), live("dev/pg", 9), recorded("dev/pg"),
        "replace", Reason.CHANGED_OUTSIDE),
    Row("same source, not ours", desired("dev/pg"), live("dev/pg"), None, "import", Reason.NEW_IN_SPEC),
    Row("same source, not ours, other delay", desired("dev/pg", 9), live("dev/pg"), None, "import",
        Reason.NEW_IN_SPEC),
    Row("made again outside", desired("dev/pg"), live("dev/pg", step_id="id-2"), recorded("dev/pg"), "import",
        Reason.CHANGED_OUTSIDE),
    Row("other source, not ours", desired("stage/pg"), live("dev/pg"), None, "conflict"),
    Row("other source, made again outside", desired("stage/pg"), live("dev/pg", step_id="id-2"), recorded("dev/pg"),
        "conflict"),
    Row("absent, never ours", desired("dev/pg"), None, None, "create", Reason.NEW_IN_SPEC),
    Row("absent, was ours", desired("dev/pg"), None, recorded("dev/pg"), "create", Reason.REMOVED_OUTSIDE),
    Row("absent, the run that replaced it was interrupted", desired("dev/pg"), None, recorded("dev/pg"), "create",
        Reason.LEFT_BY_INTERRUPTED_APPLY, "replace"),
    Row("absent, the run that created it was interrupted", desired("dev/pg"), None, None, "create",
        Reason.LEFT_BY_INTERRUPTED_APPLY, "create"),
    Row("not in the spec, ours", None, live("dev/pg"), recorded("dev/pg"), "delete", Reason.REMOVED_FROM_SPEC),
    Row("not in the spec, ours, changed outside", None, live("dev/pg", 9), recorded("dev/pg"), "delete",
        Reason.CHANGED_OUTSIDE),
    Row("not in the spec, made by an interrupted run", None, live("dev/pg"), recorded("dev/pg"), "delete",
        Reason.LEFT_BY_INTERRUPTED_APPLY, "create"),
    Row("not in the spec, not ours", None, live("dev/pg"), None, "unmanaged"),
    Row("not in the spec, absent, was ours", None, None, recorded("dev/pg"), "forget", Reason.REMOVED_OUTSIDE),
    Row("not in the spec, another id", None, live("dev/pg", step_id="id-2"), recorded("dev/pg"), "forget",
        Reason.REMOVED_OUTSIDE),
    Row("manage: false, ours", desired("dev/pg", manage=False), live("dev/pg", 9), recorded("dev/pg"), "forget",
        Reason.SPEC_CHANGED),
    Row("manage: false, not ours", desired("dev/pg", manage=False), live("stage/pg"), None, None),
    Row("renamed by Aiven, and so in the spec", desired("dev/pg"), live("dev/pg"),
        recorded("dev/pg", destination="prod/old"), "import", Reason.RENAMED_OUTSIDE),
    Row("source renamed by Aiven, and so in the spec", desired("dev/new"), live("dev/new"), recorded("dev/old"),
        "import", Reason.RENAMED_OUTSIDE),
    Row("renamed by Aiven, other source in the spec", desired("stage/pg"), live("dev/pg"),
        recorded("dev/pg", destination="prod/old"), "replace", Reason.RENAMED_OUTSIDE),
    Row("renamed by Aiven, not in the spec", None, live("dev/pg"), recorded("dev/pg", destination="prod/old"),
        "delete", Reason.RENAMED_OUTSIDE),
    Row("source renamed by Aiven, old name in the spec", desired("dev/old"), live("dev/new"), recorded("dev/old"),
        "stale name"),
]  # fmt: skip


def decide(row: Row, *, take_over: bool = False) -> Diff:
    return diff(
        [row.desired] if row.desired else [],
        [row.live] if row.live else [],
        [row.recorded] if row.recorded else [],
        interrupted={PROD: row.interrupted} if row.interrupted else {},  # type: ignore[dict-item]
        take_over=frozenset([PROD] if take_over else []),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    """Each row gives its one change, with its reason."""
    decided = decide(row)
    found: list[tuple[str, Reason | None]] = [(change.action, change.reason) for change in decided.changes]
    found += [("conflict", None) for _ in decided.conflicts]
    found += [("stale name", None) for _ in decided.stale_names]
    if row.action == "unmanaged":
        assert [entry.address for entry in decided.unmanaged] == [PROD]
        assert found == []
    else:
        assert found == ([] if row.action is None else [(row.action, row.reason)])


@pytest.mark.parametrize("row", [row for row in ROWS if row.action == "conflict"], ids=lambda row: row.name)
def test_take_over_turns_a_conflict_into_a_replace(row: Row) -> None:
    """What is not ours is replaced only if its address was named."""
    (change,) = decide(row, take_over=True).changes
    assert (change.action, change.address) == ("replace", PROD)


def test_another_step_at_the_address_is_listed_as_unmanaged() -> None:
    """A step made again outside is not ours, and is left alone while its record is forgotten."""
    row = next(row for row in ROWS if row.name == "not in the spec, another id")
    assert [entry.live.step_id for entry in decide(row).unmanaged if entry.live] == ["id-2"]


def test_hands_off_steps_are_always_listed() -> None:
    """`manage: false` stands in every plan, with the live step as it is."""
    decided = diff([desired("dev/pg", manage=False)], [live("stage/pg", 9)], [], interrupted={})
    (entry,) = decided.unmanaged_by_spec
    assert entry.live is not None
    assert (entry.address, entry.live.source, entry.live.auto_validation_delay_days) == (
        PROD, ServiceRef("stage", "pg"), 9,
    )  # fmt: skip


def test_old_name_of_a_renamed_destination_is_an_error_that_tells_the_new_one() -> None:
    """Nothing is created under the old name or deleted under the new one."""
    decided = diff([desired("dev/pg")], [live("dev/pg", destination="prod/new")], [recorded("dev/pg")], interrupted={})
    (finding,) = decided.stale_names
    assert decided.changes == []
    assert "prod/pg is now prod/new" in finding.message
    assert finding.next == "write the new name in the spec (pipesync.yaml:3)"


def test_before_and_after_carry_the_step_id() -> None:
    """An update keeps the id; a replace's new step has none yet."""
    (update,) = decide(ROWS[1]).changes
    (replace,) = decide(next(row for row in ROWS if row.action == "replace")).changes
    assert update.before is not None
    assert update.after is not None
    assert replace.after is not None
    assert (update.before.step_id, update.after.step_id, replace.after.step_id) == ("id-1", "id-1", None)
