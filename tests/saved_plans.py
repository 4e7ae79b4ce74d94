"""A plan with every kind of change in it, as it is saved."""

from pipesync.plan import (
    Brake,
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
    Summary,
    Unmanaged,
    Update,
    digest,
)  # fmt: skip
from pipesync.state import StepValues


def values(name: str, *, step_id: str | None = None, source: str = "dev", delay: int = 7) -> StepValues:
    return StepValues.model_validate(
        {
            "step_id": step_id,
            "source": f"{source}/pg",
            "destination": f"prod/{name}",
            "auto_validation_delay_days": delay,
        }
    )


PLACE = Place(file="pipesync.yaml", line=12, column=9)

CHANGES = (
    Create(
        address="prod/a", reason=Reason.NEW_IN_SPEC, pipeline="orders", owner="@dba", after=values("a"), origin=PLACE
    ),
    Import(
        address="prod/b", reason=Reason.NEW_IN_SPEC, before=values("b", step_id="2"), after=values("b", step_id="2")
    ),
    Update(
        address="prod/c",
        reason=Reason.SPEC_CHANGED,
        before=values("c", step_id="3"),
        after=values("c", step_id="3", delay=9),
    ),
    Replace(
        address="prod/d",
        reason=Reason.SPEC_CHANGED,
        before=values("d", step_id="4"),
        after=values("d", source="staging"),
    ),
    Delete(address="prod/e", reason=Reason.REMOVED_FROM_SPEC, before=values("e", step_id="5")),
    Forget(address="prod/f", reason=Reason.REMOVED_OUTSIDE, before=values("f", step_id="6")),
)

PLAN = Plan(
    pipesync_version="1.2.3",
    organization="org1a23f456789",
    api_url="https://api.aiven.io",
    lineage=None,
    serial=0,
    spec="sha256:" + "b" * 64,
    commit=None,
    options=Options(only=("orders",)),
    limits=PlanLimits(max_chain_steps=2, max_auto_validation_delay_days=30),
    changes=CHANGES,
    kept=(Delete(address="prod/g", reason=Reason.REMOVED_FROM_SPEC, before=values("g", step_id="7")),),
    drift=(
        Drift(address="prod/f", reason=Reason.REMOVED_OUTSIDE, before=values("f", step_id="6"), after=None),
        Drift(
            address="prod/c", reason=Reason.CHANGED_OUTSIDE, before=values("c", step_id="3"), after=values("c", delay=1)
        ),
    ),
    unmanaged=(Unmanaged(address="prod/x", live=values("x", step_id="8")),),
    unmanaged_by_spec=(Unmanaged(address="prod/y", live=None, pipeline="orders", origin=PLACE),),
    warnings=(Finding(code="service_missing", address="prod/a", message="there is no service prod/a", origin=PLACE),),
    brake=Brake(destroys=3, recorded=7),
    summary=Summary.of(CHANGES, unchanged=2),
    digest=digest("org1a23f456789", "https://api.aiven.io", CHANGES),
    context={"read_at": "2026-11-01T10:00:00Z", "share": 0.5, "nested": [{"deep": None}]},
)
