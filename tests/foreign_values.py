"""All that can be rendered, with one text wherever foreign text may stand."""

from datetime import date

from pipesync.drift import DriftReport
from pipesync.errors import Problem, SpecError
from pipesync.forecast import Forecast, Paths
from pipesync.model import (
    DesiredStep,
    LiveStep,
    Origin,
    PendingUpdate,
    Service,
    ServiceRef,
    UpgradeStep,
    Validation,
)
from pipesync.outcome import Failure, NotAttempted, Outcome
from pipesync.plan import (
    Base,
    Brake,
    Change,
    Create,
    Delete,
    Drift,
    Finding,
    Forget,
    Import,
    Neighbour,
    Options,
    Place,
    Plan,
    PlanLimits,
    Reason,
    Replace,
    Summary,
    Unmanaged,
    Update,
)  # fmt: skip
from pipesync.plan import digest as plan_digest
from pipesync.release import Destination, Release
from pipesync.standing import Code
from pipesync.state import LastApply, PendingChange, RecordedStep, State, StepValues
from pipesync.status import GateStatus, ServiceStatus, StatusReport, Tree, UpdateStatus, ValidationStatus
from pipesync.timeline import Span

API = "https://api.aiven.io"
DIGEST = plan_digest(None, API, ())


def address(text: str) -> str:
    return str(ServiceRef("prod", text))


def values(text: str, *, days: int = 7, protect: bool = False) -> StepValues:
    return StepValues(
        step_id=text,
        source=ServiceRef("dev", text),
        destination=ServiceRef("prod", text),
        auto_validation_delay_days=days,
        protect=protect,
    )


def changes(text: str) -> tuple[Change, ...]:
    step, slower, place = values(text), values(text, days=8, protect=True), Place(file=f"spec/{text}", line=3, column=1)
    moved = step.model_copy(update={"source": ServiceRef("staging", text)})
    shared = {"address": address(text), "pipeline": text, "owner": text, "origin": place}
    return (
        Create(reason=Reason.NEW_IN_SPEC, after=step, **shared),
        Import(reason=Reason.NEW_IN_SPEC, before=step, after=slower, **shared),
        Update(reason=Reason.SPEC_CHANGED, before=step, after=slower, **shared),
        Replace(reason=Reason.SPEC_CHANGED, before=step, after=moved, **shared),
        Delete(reason=Reason.REMOVED_FROM_SPEC, before=step, **shared),
        Forget(reason=Reason.REMOVED_OUTSIDE, before=step, **shared),
    )


def offline_plan(text: str) -> Plan:
    return plan(text, Base(ref=text, commit=text))


def plan(text: str, base: Base | None = None) -> Plan:
    place = Place(file=f"spec/{text}", line=3, column=1)
    finding = Finding(code="x", address=address(text), message=text, next=text, origin=place, policy=place)
    step = values(text)
    return Plan(
        pipesync_version=text,
        organization=text,
        api_url=API,
        lineage=text,
        serial=1,
        spec=DIGEST,
        commit=text,
        base=base,
        options=Options(only=(text,), exclude=(text,), take_over=(text,)),
        limits=PlanLimits(max_chain_steps=2, max_auto_validation_delay_days=30),
        changes=changes(text),
        kept=changes(text)[3:5],
        neighbours=(Neighbour(address=str(ServiceRef(text, text)), live=neighbour(text), pipeline=text),),
        drift=(
            Drift(address=address(text), reason=Reason.REMOVED_OUTSIDE, before=step, after=None),
            Drift(address=address(text), reason=Reason.CHANGED_OUTSIDE, before=step, after=values(text, days=8)),
        ),
        unmanaged=(Unmanaged(address=address(text), live=step, pipeline=text, origin=place),),
        unmanaged_by_spec=(Unmanaged(address=address(text), live=None, pipeline=text, origin=place),),
        warnings=(finding,),
        refusals=(finding,),
        errors=(finding,),
        brake=Brake(destroys=2, recorded=2),
        summary=Summary.of(changes(text), 0),
        digest=DIGEST,
        context={
            "forecast": {address(text): {"before": days(0, 0), "after": days(2, None)}},
            "powered_off": [address(text)],
        },
    )


def neighbour(text: str) -> StepValues:
    """A step whose four names are all foreign, below the ones that change."""
    return StepValues(
        source=ServiceRef("prod", text), destination=ServiceRef(text, text), auto_validation_delay_days=3, protect=True
    )


def days(earliest: int | None, latest: int | None) -> dict[str, int | None]:
    return {"earliest_days": earliest, "latest_days": latest}


def drift(text: str) -> DriftReport:
    whole = plan(text)
    return DriftReport(
        organization=text, api_url=API, lineage=text, serial=1, recorded=9, drift=whole.drift, unmanaged=whole.unmanaged
    )


def forecast(text: str) -> Forecast:
    """A source that is off, a gate that is void, a live step that differs, and a project that cannot be read."""
    source, here, below = (ServiceRef(project, text) for project in ("dev", "prod", text))
    steps = (UpgradeStep(source, here, 3), UpgradeStep(here, below, 7))
    return Forecast.of(
        Paths(steps, {str(here): text, str(below): text}),
        {"dev": {text: Service(source, "pg", "POWEROFF")}, "prod": {text: Service(here, "pg", "RUNNING")}},
        {text: text},
        Span.day(date(2026, 5, 4)),
        organization=text,
        api_url=API,
        beside=[LiveStep(text, UpgradeStep(below, here, 3))],
    )


def outcome(text: str) -> Outcome:
    failures = tuple(
        Failure(
            change=change, operation=text, status=400, error_code=text, message=text, next=text,
            gate_lost=number == 0, restored=number == 1, unclear=number == 2,
        )
        for number, change in enumerate(changes(text))
    )  # fmt: skip
    return Outcome(
        plan=DIGEST,
        done=changes(text),
        failed=failures,
        not_attempted=tuple(NotAttempted(change=change, reason=text) for change in changes(text)),
        notes=(text,),
        interrupted=True,
    )


def recorded(text: str) -> RecordedStep:
    step = values(text)
    return RecordedStep(
        step_id=text,
        source=step.source,
        destination=step.destination,
        auto_validation_delay_days=7,
        protect=True,
        pipeline=text,
    )


def state(text: str) -> State:
    last = LastApply(plan=DIGEST, spec=DIGEST, files=(text,), commit=text, at=text, by=text)
    return State(
        serial=1,
        lineage=text,
        write_id=text,
        organization=text,
        api_url=API,
        steps=(recorded(text),),
        pending=(PendingChange(action="create", before=None, after=values(text), pipeline=text),),
        last_apply=last,
    )


def problems(text: str) -> SpecError:
    found = [Problem(Origin(f"spec/{text}", 1, 2), "shape", text), Problem(Origin(text, 3, 4), "rule", text)]
    return SpecError(found, [Problem(Origin(text, 5, 6), "policy", text, "warning")])


def status(text: str, *, chains: bool = False) -> StatusReport:
    """A report of trees, or of chains explained."""
    gate = GateStatus(
        source=address(text),
        auto_validation_delay_days=7,
        step_id=text,
        pipeline=text,
        owner=text,
        last_validation=ValidationStatus(validated_at=text, automatic=False, by=text, comment=text),
        waits_for=Code.WAITING_FOR_VALIDATION,
        words=f"unknown: {text}",
        because=(f"it runs {text}",),
        automatic_from="2026-05-04T12:30:00Z",
        automatic_by=None,
        window_on=None,
        differs_from_spec=True,
    )
    top = ServiceStatus(
        address=address(text),
        depth=0,
        service_type=f"x{text}",
        version=text,
        state=text,
        window="never",
        updates=(UpdateStatus(description=text, start_after=text, start_at=text, deadline=text),),
        gate=None,
    )
    below = ServiceStatus(address=address(text), depth=1, unseen=f"its project cannot be read ({text})", gate=gate)
    return StatusReport(
        organization=text,
        api_url=API,
        read_at=text,
        addresses=(address(text),) if chains else (),
        unreadable={text: text},
        outside=2,
        summary={Code.WAITING_FOR_VALIDATION: 1},
        trees=(Tree(pipelines=(text,), owners=(text,), services=(top, below)),),
    )


def release(text: str) -> Release:
    source = ServiceRef("staging", text)
    step = UpgradeStep(source, ServiceRef("prod", text), 7)
    service = Service(source, text, text, text, None, (PendingUpdate(text, text, text, text), PendingUpdate()))
    desired = DesiredStep(step, Origin(text, 1, 1), text, text)
    destinations = (
        Destination(step, True, service, None, desired),
        Destination(step, False, None, text, desired),
        Destination(step, True, None, text, None),
    )
    return Release(service, (LiveStep(text, step, Validation(text, text, text)),), destinations)
