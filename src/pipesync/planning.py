"""The second half of planning: from a draft, and the services of the chains that change, to a Plan that is judged."""

from collections.abc import Iterable, Mapping

from pipesync import impact, safety
from pipesync.blast import blast_radius
from pipesync.compliance import Case, judged
from pipesync.context import context_of
from pipesync.drafting import Draft, is_selected, resulting
from pipesync.drift import drift
from pipesync.model import Service
from pipesync.neighbours import neighbours
from pipesync.ownership import REMOVING
from pipesync.plan import (
    Brake,
    Change,
    Delete,
    Finding,
    JudgedBy,
    Plan,
    PlanLimits,
    Replace,
    Summary,
    digest,
)


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
        chosen = (f for f in findings if f.address and is_selected(f.address, pipelines.get(f.address), basis.options))
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
            *safety.idle_options(basis.options, made.names if basis.options.partial else frozenset(), made.diff),
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
        context=context_of(
            changes,
            basis.live,
            services,
            chains=(tuple(step for chain in made.changing for step in chain.steps), made.concerned),
            read_at=basis.read_at,
            show_users=basis.show_users,
            braked=brake.engaged,
        ),
    )


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
        and is_selected(record.step.address, record.pipeline, made.basis.options)
    ]
    brake = Brake(destroys=len(destroys) + len(gone), recorded=len(made.recorded))
    return brake.judged_by(made.basis.policy.policy.brake) if made.basis.policy else brake
