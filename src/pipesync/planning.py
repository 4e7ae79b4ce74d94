"""From a spec, the live steps and the state to a Plan.

Two pure steps, because the services to look up follow from the changes: `draft` decides the changes, and `plan`
judges them once the services of the chains that change are known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipesync import impact, safety, selection
from pipesync.blast import blast_radius
from pipesync.circumstances import circumstances
from pipesync.compliance import AppliedPolicy, Case, judged
from pipesync.diff import Diff, diff
from pipesync.drift import drift
from pipesync.model import LiveStep, Service, Spec, UpgradeStep
from pipesync.neighbours import neighbours
from pipesync.ownership import REMOVING, Interrupted, interrupted, settle
from pipesync.plan import (
    Brake,
    Change,
    Delete,
    Finding,
    Forget,
    JudgedBy,
    LinesChanged,
    Options,
    Plan,
    PlanLimits,
    Replace,
    Summary,
    digest,
)
from pipesync.schedule import Chain, chains
from pipesync.state import RecordedStep, State


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan is made of. Each recorded step that `live` lacks is known to be gone.

    `remarks` are warnings about the surroundings, `lines_changed` what the spec's files say beside their steps.
    """

    spec: Spec
    live: tuple[LiveStep, ...]
    state: State | None
    api_url: str
    options: Options
    version: str
    commit: str | None = None
    read_at: str | None = None
    show_users: bool = False
    policy: AppliedPolicy | None = None
    remarks: tuple[Finding, ...] = ()
    lines_changed: LinesChanged | None = None


@dataclass(frozen=True)
class Draft:
    """The decided changes: those of this plan, those kept back, and those that `--only` and `--exclude` leave out."""

    basis: Basis
    recorded: tuple[RecordedStep, ...]
    interrupted: Interrupted
    diff: Diff
    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    left_out: tuple[Change, ...]

    @property
    def result(self) -> tuple[UpgradeStep, ...]:
        """The steps that exist once this plan is carried out."""
        return resulting((live.step for live in self.basis.live), self.changes)

    @property
    def whole(self) -> tuple[UpgradeStep, ...]:
        """The same, and what `--only` and `--exclude` leave out is carried out, too."""
        return resulting((live.step for live in self.basis.live), (*self.changes, *self.left_out))

    @cached_property
    def changing(self) -> tuple[Chain, ...]:
        """The chains that change."""
        acting = [change for change in self.changes if not isinstance(change, Forget)]
        return tuple(chains((step.step for step in self.basis.live), acting)) if acting else ()

    @cached_property
    def concerned(self) -> tuple[UpgradeStep, ...]:
        """The steps of the chains that change, as they are once this plan is carried out."""
        return tuple(step for chain in self.changing for step in resulting(chain.steps, chain.changes))

    @property
    def covered(self) -> tuple[str, ...]:
        """The projects whose services a policy wants to know about."""
        steps = (*(desired.step for desired in self.basis.spec.steps), *(live.step for live in self.basis.live))
        return self.basis.policy.projects_to_read(steps) if self.basis.policy else ()

    @property
    def refreshed(self) -> tuple[RecordedStep, ...]:
        """Records of the steps that are as they should be, as they are now."""
        return tuple(
            RecordedStep.of(live, protect=desired.protect, pipeline=desired.pipeline)
            for desired, live in self.diff.unchanged
        )


def draft(basis: Basis) -> Draft:
    """Decide every change; nothing is judged yet."""
    settled = settle(basis.state, basis.live) if basis.state else None
    recorded = settled.steps if settled else ()
    left = interrupted(basis.state) if basis.state else {}
    options = basis.options
    desired = [step for step in basis.spec.steps if not (options.destroy and step.manage)]
    decided = diff(desired, basis.live, recorded, interrupted=left, take_over=frozenset(options.take_over))
    changes: list[Change] = []
    kept: list[Change] = []
    left_out: list[Change] = []
    for change in decided.changes:
        if not _selected(change.address, change.pipeline, options):
            left_out.append(change)
        elif options.no_destroy and isinstance(change, Delete | Replace):
            kept.append(change)
        else:
            changes.append(change)
    return Draft(basis, recorded, left, decided, tuple(changes), tuple(kept), tuple(left_out))


def _selected(address: str, pipeline: str | None, options: Options) -> bool:
    return selection.selected(selection.names_of(address, pipeline), options.only, options.exclude)


def plan(made: Draft, services: Mapping[str, Mapping[str, Service]], unreadable: Mapping[str, str]) -> Plan:
    """Judge a draft. `services` are those of each project concerned, `unreadable` says why a project lacks there."""
    basis = made.basis
    brake = _brake(made)
    changes, kept = _told(made, made.changes), _told(made, made.kept)
    result, whole = made.result, made.whole
    errors, broken = safety.rule_findings(
        made.changes,
        concerned=made.concerned,
        result=result,
        whole=whole,
        limits=basis.spec.limits,
        services=services,
        desired=basis.spec.steps,
    )
    breaches, doubts = judged(basis.policy, Case.of(made.changes, result, whole, basis.spec.steps, services))
    pipelines = {step.step.address: step.pipeline for step in basis.spec.steps}

    def selected(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        chosen = (f for f in findings if f.address and _selected(f.address, pipelines.get(f.address), basis.options))
        return tuple(chosen)

    return Plan(
        pipesync_version=basis.version,
        organization=basis.spec.organization,
        api_url=basis.api_url,
        lineage=basis.state.lineage if basis.state else None,
        serial=basis.state.serial if basis.state else 0,
        spec=basis.spec.digest,
        commit=basis.commit,
        options=basis.options,
        limits=PlanLimits.of(basis.spec.limits),
        changes=changes,
        kept=kept,
        neighbours=tuple(
            neighbours(
                made.changes,
                basis.live,
                chains=(step for chain in made.changing for step in chain.steps),
                in_the_way={finding.address for finding in made.diff.conflicts if finding.address is not None},
                desired=basis.spec.steps,
                recorded=made.recorded,
            )
        ),
        drift=drift(basis.state, basis.live) if basis.state else (),
        unmanaged=tuple(made.diff.unmanaged),
        unmanaged_by_spec=tuple(made.diff.unmanaged_by_spec),
        warnings=(
            *basis.remarks,
            *safety.missing_files(made.changes, basis.state, basis.spec.files),
            *safety.idle_options(basis.options, _names(made) if basis.options.partial else frozenset(), made.diff),
            *safety.left_out(made.left_out),
            *safety.brake_warning(brake),
            *(safety.unreadable(project, why) for project, why in unreadable.items()),
            *broken,
            *doubts,
        ),
        refusals=(
            *safety.adoptions(made.changes, basis.state, basis.options),
            *selected(made.diff.conflicts),
            *safety.protections(made.changes),
        ),
        errors=(*selected(made.diff.stale_names), *errors, *breaches),
        brake=brake,
        policy=JudgedBy.of(basis.policy.policy) if basis.policy else None,
        files=basis.spec.files,
        blast_radius=blast_radius(changes, basis.spec.steps, made.recorded),
        lines_changed=basis.lines_changed,
        summary=Summary.of(made.changes, len(made.diff.unchanged)),
        digest=digest(basis.spec.organization, basis.api_url, made.changes),
        context=circumstances(
            changes,
            basis.live,
            services,
            chains=(tuple(step for chain in made.changing for step in chain.steps), made.concerned),
            read_at=basis.read_at,
            show_users=basis.show_users,
            braked=brake.engaged,
        ),
    )


def resulting(steps: Iterable[UpgradeStep], changes: Iterable[Change]) -> tuple[UpgradeStep, ...]:
    """`steps` after `changes`; one per destination, in an order that does not depend on how Aiven lists them."""
    standing = {step.destination: step for step in steps}
    for change in changes:
        if isinstance(change, Forget):
            continue
        if change.before is not None:
            standing.pop(change.before.destination, None)
        if change.after is not None:
            standing[change.after.destination] = change.after.step
    return tuple(sorted(standing.values(), key=lambda step: step.destination))


def _told(made: Draft, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes, each with what it means."""
    if not changes:
        return ()
    live = tuple(at.step for at in made.basis.live)
    depths = impact.Depths.of(resulting(live, changes), live, changes)
    return tuple(change.model_copy(update={"impact": impact.told(change, depths)}) for change in changes)


def _brake(made: Draft) -> Brake:
    """Deletes, replaces, and recorded steps found gone that no run of ours removed.

    One that was made again outside and is now taken over is found gone, or replaced, but not both.
    """
    live = {step.step_id for step in made.basis.live}
    destroys = [change for change in made.changes if isinstance(change, Delete | Replace)]
    ours = {record.step_id for record in made.recorded}
    taken_over = {change.address for change in destroys if change.before.step_id not in ours}
    gone = [
        record
        for record in made.recorded
        if record.step_id not in live
        and record.step.address not in taken_over
        and made.interrupted.get(record.step.address) not in REMOVING
        and _selected(record.step.address, record.pipeline, made.basis.options)
    ]
    brake = Brake(destroys=len(destroys) + len(gone), recorded=len(made.recorded))
    return brake.judged_by(made.basis.policy.policy.brake) if made.basis.policy else brake


def _names(made: Draft) -> frozenset[str]:
    """Every address and pipeline that a pattern could mean."""
    names = {step.step.address for step in made.basis.spec.steps} | {live.step.address for live in made.basis.live}
    names |= {record.step.address for record in made.recorded}
    names |= {step.pipeline for step in made.basis.spec.steps if step.pipeline}
    return frozenset(names | {record.pipeline for record in made.recorded if record.pipeline})
