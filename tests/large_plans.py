"""Plans of any size with every kind of change in them, and all that a plan tells of each."""

from collections.abc import Iterator, Mapping
from typing import Final

from pipesync import impact, risk
from pipesync.blast import BlastRadius
from pipesync.impact import Depths
from pipesync.model import Setting, UpgradeStep
from pipesync.plan import (
    Brake,
    Change,
    Create,
    Delete,
    Drift,
    Finding,
    Forget,
    Import,
    Options,
    Place,
    Plan,
    PlanLimits,
    Reason,
    Replace,
    SetBy,
    Summary,
    Unmanaged,
    Update,
    digest,
)  # fmt: skip
from pipesync.state import StepValues

ORGANIZATION: Final = "org1a23f456789"
API: Final = "https://api.aiven.io"

KINDS: Final = (Create, Update, Replace, Delete, Import)


def large(size: int, *, kinds: tuple[type[Change], ...] = KINDS) -> Plan:
    """A plan of `size` changes, in pipelines of two steps each; the kinds take turns."""
    plain = [_change(number, kinds[number % len(kinds)]) for number in range(size)]
    depths = Depths.of((change.after.step for change in plain if change.after is not None), _live(plain), plain)
    changes = tuple(change.model_copy(update={"impact": impact.told(change, depths)}) for change in plain)
    destroys = sum(change.action in {"delete", "replace"} for change in changes)
    brake = Brake(destroys=destroys, recorded=sum(change.before is not None for change in changes))
    pipelines = tuple(sorted({change.pipeline for change in changes if change.pipeline is not None}))
    owners = tuple(sorted({change.owner for change in changes if change.owner is not None}))
    return Plan(
        pipesync_version="1.2.3",
        organization=ORGANIZATION,
        api_url=API,
        lineage=None,
        serial=3,
        spec="sha256:" + "5" * 64,
        commit="4f1c2d9e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e",
        options=Options(),
        limits=PlanLimits(max_chain_steps=2, max_auto_validation_delay_days=30),
        changes=changes,
        drift=tuple(_drift(size)),
        unmanaged=tuple(Unmanaged(address=f"lab/redis-{number}", live=_values(number)) for number in range(size // 10)),
        warnings=tuple(
            Finding(code="service_missing", address=f"lab/redis-{number}", message=f"there is no lab/redis-{number}")
            for number in range(min(3, size))
        ),
        brake=brake,
        blast_radius=BlastRadius(
            steps=size, of_steps=size + 7, pipelines=pipelines, of_pipelines=len(pipelines) + 2, owners=owners
        ),
        summary=Summary.of(changes, 7),
        digest=digest(ORGANIZATION, API, changes),
        context={
            "read_at": "2026-11-27T09:00:00Z",
            "forecast": dict(_moved(size)),
            "risk": risk.written(risk.judge(changes, {}, braked=brake.engaged)),
        },
    )


def _change(number: int, kind: type[Change]) -> Change:
    before, after = _values(number, step_id=True), _values(number, days=14)
    shared = {
        "address": str(before.destination),
        "pipeline": f"orders-{number // 2:05}",
        "owner": f"@acme/team-{number % 40:02}",
    }
    place = Place(file=f"pipelines/orders-{number // 2:05}.yaml", line=4 + number % 2 * 3, column=9)
    sides: Mapping[str, object] = {
        "before": None if kind is Create else before,
        "after": None
        if kind in {Delete, Forget}
        else _values(number, days=14, source="copy")
        if kind is Replace
        else after,
    }
    reason = Reason.REMOVED_FROM_SPEC if kind is Delete else Reason.SPEC_CHANGED
    by = {} if kind in {Delete, Forget} else {"origin": place, "delay_set_by": SetBy(level=Setting.STAGE, place=place)}
    return kind.model_validate({"reason": reason, **sides, **shared, **by})


def _values(number: int, *, days: int = 7, source: str = "pg", step_id: bool = False) -> StepValues:
    chain, second = divmod(number, 2)
    stages = (f"dev-{chain % 10}", f"staging-{chain % 10}", f"prod-{chain % 10}")
    return StepValues.model_validate(
        {
            "step_id": f"a0000000-0000-4000-8000-{number:012}" if step_id else None,
            "source": f"{stages[second]}/{source}-orders-{chain:05}",
            "destination": f"{stages[second + 1]}/pg-orders-{chain:05}",
            "auto_validation_delay_days": days,
        }
    )


def _live(changes: list[Change]) -> Iterator[UpgradeStep]:
    return (change.before.step for change in changes if change.before is not None)


def _drift(size: int) -> Iterator[Drift]:
    for number in range(0, size, 50):
        yield Drift(address=f"prod-0/pg-{number}", reason=Reason.REMOVED_OUTSIDE, before=_values(number), after=None)


def _moved(size: int) -> Iterator[tuple[str, object]]:
    for number in range(0, size, 5):
        address = str(_values(number).destination)
        yield (
            address,
            {
                "before": {"earliest_days": 0, "latest_days": 7},
                "after": {"earliest_days": 0, "latest_days": 14},
            },
        )
