"""Short ways to write the values of the core: services as `project/service`, steps, specs, states and plans."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pipesync.drafting import Basis, draft
from pipesync.model import ByProject, DesiredStep, Limits, LiveStep, Origin, Service, ServiceRef, Spec, UpgradeStep
from pipesync.ownership import settle
from pipesync.plan import Options, Plan
from pipesync.planning import plan
from pipesync.state import LastApply, PendingChange, RecordedStep, State, StepValues

ORGANIZATION = "org1a23f456789"
API_URL = "https://api.aiven.io"
SOME_DIGEST = "sha256:" + "0" * 64
OTHER_DIGEST = "sha256:" + "1" * 64


def step(source: str, destination: str, days: int = 7) -> UpgradeStep:
    return UpgradeStep(ServiceRef.parse(source), ServiceRef.parse(destination), days)


def live(source: str, destination: str, days: int = 7, *, step_id: str | None = None) -> LiveStep:
    """A live step; unless told otherwise its id is made of its destination."""
    return LiveStep(step_id or f"id-{destination}", step(source, destination, days))


def ours(at: LiveStep, *, protect: bool = False, pipeline: str | None = "orders") -> RecordedStep:
    return RecordedStep.of(at, protect=protect, pipeline=pipeline)


def wanted(
    source: str,
    destination: str,
    days: int = 7,
    *,
    protect: bool = False,
    manage: bool = True,
    pipeline: str | None = "orders",
    line: int = 5,
) -> DesiredStep:
    return DesiredStep(
        step(source, destination, days),
        Origin("pipesync.yaml", line, 9),
        pipeline,
        "@acme/dba",
        protect=protect,
        manage=manage,
    )


def gates(count: int) -> tuple[LiveStep, ...]:
    """Live steps from one source to as many services."""
    return tuple(live("dev/pg", f"prod/s{number}") for number in range(count))


def wanting(steps: Iterable[LiveStep]) -> tuple[DesiredStep, ...]:
    """A spec's steps that ask for `steps` as they are."""
    return tuple(wanted(str(at.step.source), at.step.address) for at in steps)


def spec(*steps: DesiredStep, files: tuple[str, ...] = ("pipesync.yaml",), chain: int = 2) -> Spec:
    return Spec(ORGANIZATION, Limits(chain), steps, files, SOME_DIGEST)


def values(at: LiveStep | UpgradeStep, *, protect: bool = False) -> StepValues:
    """What a plan or a pending change writes of a step; of a live one with its id."""
    return StepValues.of_live(at, protect=protect) if isinstance(at, LiveStep) else StepValues.of(at, protect=protect)


def pending(
    action: Literal["create", "update", "replace", "delete"],
    before: LiveStep | None,
    after: UpgradeStep | None,
    *,
    protect: tuple[bool, bool] = (False, False),
) -> PendingChange:
    """What a run was about to do; `protect` is that of before and after."""
    return PendingChange(
        action=action,
        before=None if before is None else values(before, protect=protect[0]),
        after=None if after is None else values(after, protect=protect[1]),
        pipeline="orders",
    )


def last_apply(plan_digest: str = SOME_DIGEST, files: tuple[str, ...] = ("pipesync.yaml",)) -> LastApply:
    return LastApply(plan=plan_digest, spec=SOME_DIGEST, files=files, commit=None, at="2026-05-04T12:30:00Z", by=None)


def state(
    *steps: RecordedStep, pending: Iterable[PendingChange] = (), last: LastApply | None = None, serial: int = 1
) -> State:
    return State(
        serial=serial,
        lineage="lineage-1",
        write_id="write-1",
        organization=ORGANIZATION,
        api_url=API_URL,
        steps=steps,
        pending=tuple(pending),
        last_apply=last,
    )


def recording(*steps: LiveStep) -> State:
    """A state that owns `steps` as they are."""
    return state(*(ours(at) for at in steps))


def services(*names: str, kind: str = "pg") -> dict[str, Mapping[str, Service]]:
    """Running services of one type by project, as the client reads them."""
    found: dict[str, dict[str, Service]] = {}
    for ref in map(ServiceRef.parse, names):
        found.setdefault(ref.project, {})[ref.service] = Service(ref, kind, "RUNNING")
    return dict(found)


def decide(
    want: Spec,
    are: Iterable[LiveStep],
    known: State | None = None,
    *,
    there: ByProject | None = None,
    unreadable: Mapping[str, str] | None = None,
    commit: str | None = None,
    read_at: str | None = None,
    show_users: bool = False,
    **options: Any,
) -> Plan:
    """The plan for a spec, the live steps and a state; `options` are those of `Options`."""
    basis = Basis(want, tuple(are), known, API_URL, Options(**options), "0.1.0", commit, read_at, show_users)
    return plan(draft(basis), there or {}, unreadable or {})


def told(made: Plan) -> list[tuple[str, str, str]]:
    """The action, address and reason of each change."""
    return [(change.action, change.address, change.reason.value) for change in made.changes]


def codes(findings: Iterable[Any]) -> list[str]:
    return [finding.code for finding in findings]


def owned(known: State, are: Iterable[LiveStep]) -> dict[str, RecordedStep]:
    """What is ours by address once `pending` is read against the live steps."""
    return {record.step.address: record for record in settle(known, are).steps}
