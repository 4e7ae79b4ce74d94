"""An offline plan: a spec against the spec of another commit, decided by the same table as one against live steps.

The base's steps stand in for what is live and recorded: as if all of the base had been applied, and nothing else. A
step that the base leaves alone (`manage: false`) stands in for a live one that is not recorded.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipesync import drafting, planning
from pipesync.model import DesiredStep, LiveStep, Spec
from pipesync.plan import Base, Change, Finding, Import, LinesChanged, Options, Place, Plan, Reason, Unmanaged, digest
from pipesync.state import RecordedStep, State, StepValues

if TYPE_CHECKING:
    from pipesync.compliance import AppliedPolicy


def compare(
    spec: Spec,
    before: Spec,
    *,
    base: Base,
    options: Options,
    api_url: str,
    version: str,
    commit: str | None = None,
    read_at: str | None = None,
    remarks: tuple[Finding, ...] = (),
    lines_changed: LinesChanged | None = None,
    policy: "AppliedPolicy | None" = None,
) -> Plan:
    """What turns the steps of the spec `before` into those of `spec`.

    No step has an id, since none was looked up. Rules that need the API are not judged; protection is, by the base's
    flag for a delete and by the spec's for a replace.
    """
    wanted = {step.step.destination: step for step in spec.steps}
    live = tuple(_live(step, wanted.get(step.step.destination)) for step in before.steps)
    recorded = tuple(
        RecordedStep.of(at, protect=step.protect, pipeline=step.pipeline)
        for step, at in zip(before.steps, live, strict=True)
        if step.manage
    )
    basis = drafting.Basis(
        spec=spec,
        live=live,
        state=State.new(spec.organization, api_url).model_copy(update={"steps": recorded}),
        api_url=api_url,
        options=options,
        version=version,
        commit=commit,
        read_at=read_at,
        remarks=(*remarks, *_surroundings(spec, before, base), *_taken_up(spec, before, base)),
        lines_changed=lines_changed,
        policy=policy,
    )
    return _without_ids(planning.plan(drafting.draft(basis), {}, {}), spec, before, base)


def _live(step: DesiredStep, now: DesiredStep | None) -> LiveStep:
    """The live step that the base stands for; what one is that the base leaves alone, it cannot know."""
    values = step.step
    if not step.manage and now is not None:
        values = replace(now.step, auto_validation_delay_days=values.auto_validation_delay_days)
    return LiveStep(step.step.address, values)


def _surroundings(spec: Spec, before: Spec, base: Base) -> Iterator[Finding]:
    """Another organization, or other limits: no step shows them."""
    if not before.files:
        return
    if spec.limits != before.limits:
        yield Finding(
            code="limits_changed",
            message=f"the spec says that the account allows {_limits(spec)} here, and {_limits(before)} in {base.ref}",
            next="see that this is so: a spec is judged by what it says itself",
        )
    if spec.organization != before.organization:
        yield Finding(
            code="organization_changed",
            message=f"the spec is of {_organization(spec)} here, and of {_organization(before)} in {base.ref}: the "
            "state of one is refused by the other",
            next="give each organization a spec and a state of its own",
        )


def _limits(spec: Spec) -> str:
    limits = spec.limits
    return f"{limits.max_chain_steps} steps in a row and delays of {limits.max_auto_validation_delay_days} days"


def _organization(spec: Spec) -> str:
    return "no organization" if spec.organization is None else f"organization {spec.organization}"


def _taken_up(spec: Spec, before: Spec, base: Base) -> Iterator[Finding]:
    """Steps that are managed from now on."""
    alone = {step.step.destination for step in before.steps if not step.manage}
    for step in spec.steps:
        if step.manage and step.step.destination in alone:
            yield Finding(
                code="taken_up",
                address=step.step.address,
                message=f"{step.step.address} is left alone in {base.ref} (manage: false): what is live there decides "
                "what becomes of it",
                next="look at a plan with what is live, too",
                origin=Place.of(step.origin),
            )


def _without_ids(made: Plan, spec: Spec, before: Spec, base: Base) -> Plan:
    """`made`, without what only stands in: ids, lineage, serial; with the owners that the base names."""
    owners = {step.step.address: step.owner for step in before.steps}
    known = (*before.steps, *spec.steps, *(step for step in before.steps if step.manage))  # the last one counts
    values = {step.step.address: StepValues.of(step.step, protect=False) for step in known}

    def change(one: Change) -> Change:
        reason = Reason.SPEC_CHANGED if isinstance(one, Import) else one.reason  # it was named there, and left alone
        update = {
            "reason": reason,
            "before": _bare(one.before),
            "after": _bare(one.after),
            "owner": one.owner or owners.get(one.address),
        }
        return one.model_copy(update=update)

    def alone(one: Unmanaged) -> Unmanaged:
        return one.model_copy(update={"live": values[one.address]})

    changes = tuple(map(change, made.changes))
    named = (owner for one in changes for owner in (one.owner, owners.get(one.address)) if owner is not None)
    touched = {*made.blast_radius.owners, *named}  # who owns a step in the base is concerned, too
    return made.model_copy(
        update={
            "base": base,
            "lineage": None,
            "serial": 0,
            "changes": changes,
            "kept": tuple(map(change, made.kept)),
            "unmanaged": tuple(map(alone, made.unmanaged)),
            "unmanaged_by_spec": tuple(map(alone, made.unmanaged_by_spec)),
            "blast_radius": made.blast_radius.model_copy(update={"owners": tuple(sorted(touched))}),
            "digest": digest(made.organization, made.api_url, changes),
        }
    )


def _bare(values: StepValues | None) -> StepValues | None:
    return None if values is None else values.model_copy(update={"step_id": None})
