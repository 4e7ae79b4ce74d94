"""The second half of planning: from a draft, and the services of the chains that change, to a Plan that is judged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipesync import impact, safety
from pipesync.blast import blast_radius
from pipesync.context import context_of
from pipesync.drafting import Draft, is_selected, resulting
from pipesync.drift import drift
from pipesync.model import ByProject
from pipesync.neighbours import neighbours
from pipesync.ownership import REMOVING
from pipesync.plan import (
    Brake,
    Change,
    Delete,
    Finding,
    JudgedBy,
    Neighbour,
    Plan,
    PlanLimits,
    Replace,
    Summary,
    digest,
)


def plan(made: Draft, services: ByProject, unreadable: Mapping[str, str]) -> Plan:
    """Judge a draft. `services` are those of each project concerned, `unreadable` says why a project lacks there."""
    basis, spec, state = made.basis, made.basis.spec, made.basis.state
    brake = _brake(made)
    changes = _told(made, made.changes)
    verdict = _verdict(made, services, unreadable, brake)
    return Plan(
        pipesync_version=basis.version,
        organization=spec.organization,
        api_url=basis.api_url,
        lineage=state.lineage if state else None,
        serial=state.serial if state else 0,
        spec=spec.digest,
        commit=basis.commit,
        options=basis.options,
        limits=PlanLimits.of(spec.limits),
        changes=changes,
        kept=_told(made, made.kept),
        neighbours=_neighbours(made),
        drift=drift(state, basis.live) if state else (),
        unmanaged=tuple(made.diff.unmanaged),
        unmanaged_by_spec=tuple(made.diff.unmanaged_by_spec),
        warnings=verdict.warnings,
        refusals=verdict.refusals,
        errors=verdict.errors,
        brake=brake,
        policy=JudgedBy.of(basis.policy.policy) if basis.policy else None,
        files=spec.files,
        blast_radius=blast_radius(changes, spec.steps, made.recorded),
        lines_changed=basis.lines_changed,
        summary=Summary.of(made.changes, len(made.diff.unchanged)),
        digest=digest(spec.organization, basis.api_url, made.changes),
        context=_context(made, changes, services, brake),
    )


class _Verdict(NamedTuple):
    """What is found about a draft: each is rendered, errors and refusals forbid it."""

    warnings: tuple[Finding, ...]
    refusals: tuple[Finding, ...]
    errors: tuple[Finding, ...]


def _verdict(made: Draft, services: ByProject, unreadable: Mapping[str, str], brake: Brake) -> _Verdict:
    basis, steps = made.basis, made.basis.spec.steps
    result, whole = made.result, made.whole
    errors, broken = safety.rule_findings(
        made.changes,
        concerned=made.concerned,
        result=result,
        whole=whole,
        limits=basis.spec.limits,
        services=services,
        desired=steps,
    )
    breaches, doubts = _judged(made, services)
    return _Verdict(
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
            *_selected(made, made.diff.conflicts),
            *safety.protections(made.changes),
        ),
        errors=(*_selected(made, made.diff.stale_names), *errors, *breaches),
    )


def _judged(made: Draft, services: ByProject) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """What the policy finds, errors and warnings; without a policy nothing of it is loaded."""
    if made.basis.policy is None:
        return (), ()
    from pipesync.compliance import Case

    return made.basis.policy.findings(Case.of(made.changes, made.result, made.whole, made.basis.spec.steps, services))


def _selected(made: Draft, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those about steps that `--only` and `--exclude` mean."""
    pipelines = {step.step.address: step.pipeline for step in made.basis.spec.steps}
    for finding in findings:
        if finding.address and is_selected(finding.address, pipelines.get(finding.address), made.basis.options):
            yield finding


def _neighbours(made: Draft) -> tuple[Neighbour, ...]:
    found = neighbours(
        made.changes,
        made.basis.live,
        chains=(step for chain in made.changing for step in chain.steps),
        in_the_way={finding.address for finding in made.diff.conflicts if finding.address is not None},
        desired=made.basis.spec.steps,
        recorded=made.recorded,
    )
    return tuple(found)


def _context(made: Draft, changes: tuple[Change, ...], services: ByProject, brake: Brake) -> dict[str, Any]:
    return context_of(
        changes,
        made.basis.live,
        services,
        chains=(tuple(step for chain in made.changing for step in chain.steps), made.concerned),
        read_at=made.basis.read_at,
        show_users=made.basis.show_users,
        braked=brake.engaged,
    )


def _told(made: Draft, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes, each with what it means; of a step that is no longer in the spec, what is left of its pipeline has
    the owner.
    """
    if not changes:
        return ()
    owners: dict[str | None, str | None] = {
        step.pipeline: step.owner for step in made.basis.spec.steps if step.pipeline is not None
    }
    live = tuple(at.step for at in made.basis.live)
    depths = impact.Depths.of(resulting(live, changes), live, changes, offline=made.basis.options.offline)
    return tuple(
        change.model_copy(
            update={
                "impact": impact.told(change, depths),
                "owner": change.owner or owners.get(change.pipeline),
            }
        )
        for change in changes
    )


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
