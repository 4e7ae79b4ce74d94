"""What a run of apply is to do: the changes of a fresh plan, or those of a saved one that are still due."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipesync import compliance, drafting, safety
from pipesync.brake import Brake
from pipesync.cli.history import Named
from pipesync.cli.reaching import Api
from pipesync.cli.reading import make_plan, read_live
from pipesync.compliance import AppliedPolicy
from pipesync.errors import RefusedError
from pipesync.model import ByProject, LiveStep, Spec
from pipesync.ownership import cleared, interrupted, settle
from pipesync.plan import Change, Options, Plan
from pipesync.recheck import check_origin, recheck
from pipesync.state import RecordedStep, State

if TYPE_CHECKING:
    from pipesync.aiven.client import Client
    from pipesync.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Job:
    """The changes to make now; `done` ones were made by an earlier run of the same plan, or (`unowned`) by others.

    `brake` is what the changes amount to as things are now; it may be more than a saved plan says of itself.
    """

    plan: Plan
    changes: tuple[Change, ...]
    live: tuple[LiveStep, ...]
    settled: State
    brake: Brake
    refreshed: tuple[RecordedStep, ...] = ()
    done: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    unowned: tuple[Change, ...] = ()


Source = Plan | tuple[Spec, Options, Named]
"""A saved plan, or what a plan is made of."""


def organization_of(source: Source) -> str | None:
    return source.organization if isinstance(source, Plan) else source[0].organization


def of(
    source: Source,
    client: "Client",
    state: State | None,
    store: "Store",
    api: Api,
    policy: AppliedPolicy | None = None,
) -> Job:
    """The job that a source leads to now, judged by `policy`; see `fresh` and `saved`."""
    if isinstance(source, Plan):
        return saved(client, source, state, store, api, policy)
    return fresh(client, *source, state, store, api, policy)


def fresh(
    client: "Client",
    spec: Spec,
    options: Options,
    named: Named,
    state: State | None,
    store: "Store",
    api: Api,
    policy: AppliedPolicy | None,
) -> Job:
    """All changes of a plan made now."""
    draft, plan = make_plan(client, spec, state, store, options, api, named, policy)
    live = draft.basis.live
    ours = _ours(state, settle(state, live) if state else None, plan, live, plan.changes)
    return Job(plan, plan.changes, live, ours, plan.brake, draft.refreshed)


def saved(
    client: "Client", plan: Plan, state: State | None, store: "Store", api: Api, policy: AppliedPolicy | None
) -> Job:
    """The changes of a saved plan that are due, judged by the policy of now.

    RefusedError if it is another state's, StalePlanError if what it was made for has moved.
    """
    check_origin(plan, state, api.url)
    live, services = read_live(client, state, store, plan.organization, api)
    checked = recheck(plan, live, state)
    judged = _rejudged(client, plan, checked.due, live, services, policy)
    then = {finding.message for finding in plan.warnings}
    return Job(
        judged,
        tuple(checked.due),
        live,
        _ours(state, checked.settled, plan, live, checked.due),
        checked.brake.judged_by(policy.policy.brake) if policy else checked.brake,
        done=tuple(checked.done),
        notes=(*checked.notes, *(now.message for now in judged.warnings if now.message not in then)),
        unowned=checked.unowned,
    )


def _rejudged(
    client: "Client",
    plan: Plan,
    due: Sequence[Change],
    live: tuple[LiveStep, ...],
    services: ByProject,
    policy: AppliedPolicy | None,
) -> Plan:
    """A saved plan with what the policy of now finds; one that is applied already is not judged again."""
    from pipesync import preflight

    if policy is None or not due:
        return compliance.unjudged(plan) if due else plan
    steps = drafting.resulting((step.step for step in live), due)
    found = preflight.look_up(client, (), services, policy.projects_to_read(steps))
    judged = compliance.rejudged(plan, policy, due, steps, found.known)
    unread = tuple(safety.unreadable(project, why) for project, why in found.unreadable.items())
    return judged.model_copy(update={"warnings": (*judged.warnings, *unread)})


def _ours(
    state: State | None, settled: State | None, plan: Plan, live: tuple[LiveStep, ...], changes: Sequence[Change]
) -> State:
    """The state to go on from: of the plan's organization, also where it was made without one."""
    if settled is None:
        return State.new(plan.organization, plan.api_url)
    left = interrupted(state) if state else {}
    return cleared(settled, left, live, changes).model_copy(update={"organization": plan.organization})


def check_given(plan: Plan, *, expect: str | None, allow_destroy: int | None) -> None:
    """RefusedError unless what the command line says of the plan is true of it."""
    if expect is not None and plan.digest != expect:
        raise RefusedError(
            f"this is not the plan that was expected: its digest is {plan.digest}, expected was {expect}",
            next="review this plan, and give its digest to --expect",
        )
    if allow_destroy is not None and allow_destroy != plan.brake.destroys:
        raise RefusedError(
            f"--allow-destroy is {allow_destroy}, and the plan shows {plan.brake.destroys}",
            next="review the plan again: it is not the one that this number was given for",
        )


def check_allowed(job: Job, *, expect: str | None, allow_destroy: int | None) -> None:
    """RefusedError unless this job's plan may be applied as far as flags can say."""
    check_given(job.plan, expect=expect, allow_destroy=allow_destroy)
    protected = next(safety.protections(job.plan.changes), None)
    if protected is not None:
        raise RefusedError(protected.message, next=protected.next)
    if job.unowned:
        raise RefusedError(
            f"there is no state, and {job.unowned[0].address} is live already as the plan would make it",
            next="if the state is elsewhere, name it with --state; if what is live is to be managed from now on, "
            "plan again with --adopt",
        )
    if job.changes and allow_destroy is None:
        _check_brake(job)


def _check_brake(job: Job) -> None:
    """What the plan says and what is so now, each by the numbers of then and of now; the plan tells the number."""
    then, now = job.plan.brake, job.brake
    for brake in (then, then.judged_by(now.numbers), now, now.judged_by(then.numbers)):
        if brake.engaged:
            raise RefusedError(
                f"the brake: {brake.destroys} of {brake.recorded} recorded steps would be destroyed or replaced, "
                "or were found gone",
                next=f"if that is meant, add --allow-destroy {job.plan.brake.destroys}",
            )
