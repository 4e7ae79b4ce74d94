"""A saved plan against what is live now: which changes are due, done or moved. Nothing else is ever acted on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipesync.drafting import resulting
from pipesync.drift import drift
from pipesync.errors import RefusedError, StalePlanError
from pipesync.model import LiveStep
from pipesync.ownership import REMOVING, interrupted, settle
from pipesync.plan import Brake, Change, Create, Delete, Forget, Import, Plan, Replace, Update
from pipesync.rules import violations
from pipesync.state import RecordedStep, State, StepValues


@dataclass(slots=True)
class Recheck:
    """`due` changes are to be made, `done` ones are skipped, `moved` says old → new for each that no longer fits.

    `settled` is the state without `pending` and with what the done changes led to; None if there is no state, unless
    the plan was made with `--adopt`. `unowned` are done changes whose steps no state holds, so that may be others'.
    `brake` is what the due changes amount to now, whatever the plan says of itself.
    """

    due: list[Change] = field(default_factory=list)
    done: list[Change] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    settled: State | None = None
    unowned: tuple[Change, ...] = ()
    brake: Brake = field(default_factory=Brake)


def check_origin(plan: Plan, state: State | None, api_url: str) -> None:
    """RefusedError if the plan was made for another address, organization or lineage than `state`'s."""
    if plan.api_url != api_url:
        raise RefusedError(
            f"the plan was made for {plan.api_url}, not for {api_url}", next="use the same --api-url, or plan again"
        )
    lineage = state.lineage if state else None
    made_by_this_plan = state is not None and state.last_apply is not None and state.last_apply.plan == plan.digest
    if plan.lineage != lineage and not (plan.lineage is None and made_by_this_plan):
        raise RefusedError(
            f"the plan was made with a state of lineage {plan.lineage or 'none'}; "
            f"the state here is of lineage {lineage or 'none'}",
            next="name the state that the plan was made with (--state), or plan again",
        )


def recheck(plan: Plan, live: tuple[LiveStep, ...], state: State | None) -> Recheck:
    """Sort the changes of `plan`; `live` is complete, and what it lacks is gone.

    Raises StalePlanError if a change has moved, or if live and the plan together now break a rule.
    """
    settled = settle(state, live) if state else None
    records = {record.step_id: record for record in settled.steps} if settled else {}
    lives = {step.step.address: step for step in live}
    by_id = {step.step_id: step for step in live}
    result = Recheck()
    for change in plan.changes:
        at = lives.get(change.address)
        record = records.get(at.step_id) if at else None
        ours = record is not None or change.address in plan.options.take_over
        _sort(change, _Now(at, _same(change, by_id), records, ours, _halfway(change, plan, state)), result)
    _check_rules(plan, live, result)
    if result.moved:
        raise StalePlanError(
            "the plan is stale: what it was made for has moved", moved=result.moved, next="plan again, and review that"
        )
    result.notes += _elsewhere(plan, live, state)
    result.brake = _brake(result.due, state, live) if state else Brake()
    if settled is None and plan.options.adopt:
        settled = State.new(plan.organization, plan.api_url)
    if settled is not None:
        result.settled = _taken_in(settled, result.done, lives)
    else:
        result.unowned = tuple(change for change in result.done if change.after is not None)
    return result


def _brake(due: Iterable[Change], state: State, live: tuple[LiveStep, ...]) -> Brake:
    """Due deletes, replaces, and changes where a recorded step was found gone, against all that is recorded now."""
    recorded, left, ids = settle(state, live).steps, interrupted(state), {step.step_id for step in live}
    lost = {record.step.address for record in recorded if record.step_id not in ids}
    gone = {address for address in lost if left.get(address) not in REMOVING}
    going = [change for change in due if isinstance(change, Delete | Replace) or change.address in gone]
    return Brake(destroys=len(going), recorded=len(recorded))


def _taken_in(settled: State, done: Iterable[Change], lives: Mapping[str, LiveStep]) -> State:
    """`settled` as the run that made `done` would have left it: a killed one may not have come to write that down."""
    made = [change for change in done if not isinstance(change, Forget)]
    past = {change.before.step_id for change in made if change.before is not None}
    addresses = {change.address for change in made}
    now = {step.step_id: address for address, step in lives.items()}
    kept = (
        record
        for record in settled.steps
        if record.step_id not in past and now.get(record.step_id, record.step.address) not in addresses
    )
    new = (
        RecordedStep.of(lives[change.address], protect=change.after.protect, pipeline=change.pipeline)
        for change in made
        if change.after is not None
    )
    return settled.model_copy(update={"steps": (*kept, *new)})


@dataclass(frozen=True, slots=True)
class _Now:
    """What stands at an address: the live step, the one that the change was made for (under whatever names), all
    records by id, whether the step is ours to change, and whether a run of ours stopped between the two halves of a
    replace there.
    """

    live: LiveStep | None
    same: LiveStep | None
    records: dict[str, RecordedStep]
    ours: bool
    halfway: bool

    @property
    def record(self) -> RecordedStep | None:
        return None if self.live is None else self.records.get(self.live.step_id)

    @property
    def values(self) -> StepValues | None:
        return self._values(self.live)

    @property
    def renamed(self) -> StepValues | None:
        """The step that the change was made for, if it is at another address by now."""
        return self._values(self.same) if self.same is not None and self.same != self.live else None

    def _values(self, live: LiveStep | None) -> StepValues | None:
        if live is None:
            return None
        record = self.records.get(live.step_id)
        return StepValues.of_live(live, protect=record is not None and record.protect)


def _sort(change: Change, now: _Now, result: Recheck) -> None:
    """Put one change where it belongs."""
    values = now.values
    match change:
        case Forget():
            (result.due if change.before.step_id in now.records else result.done).append(change)
        case _ if now.renamed is not None:
            result.moved.append(_moved(change, now.renamed))
        case Import() if values == change.after and now.record and now.record.values.ends == values.ends:
            result.done.append(change)
        case Create() | Replace() if values is not None and values.step == change.after.step:
            result.done.append(change)
        case Update() | Delete() if values == change.after:
            result.done.append(change)
        case Replace() if values is None and now.halfway:
            result.due.append(_second_half(change))
        case Update() | Replace() | Delete() if values == change.before and not now.ours:
            name = f"({change.before.step_id})"
            result.moved.append(f"{change.address}: a step of ours {name} → one that the state does not hold")
        case _ if values == change.before:
            result.due.append(change)
        case _:
            result.moved.append(_moved(change, values))


def _same(change: Change, by_id: Mapping[str, LiveStep]) -> LiveStep | None:
    """The live step that a change was made for."""
    return None if change.before is None or change.before.step_id is None else by_id.get(change.before.step_id)


def _halfway(change: Change, plan: Plan, state: State | None) -> bool:
    """Whether a run of ours may have deleted the old step of a replace, and stopped before the new one stood.

    Either that is still to be found out (`pending`), or this very plan was the last and left nothing at the address:
    a replace that came about has a record there, and so has one that never began.
    """
    if state is None or not isinstance(change, Replace):
        return False
    for entry in state.pending:
        if entry.action == "replace" and (entry.before, entry.after) == (change.before, change.after):
            return True
    last = state.last_apply is not None and state.last_apply.plan == plan.digest
    return last and all(record.step.address != change.address for record in state.steps)


def _second_half(change: Replace) -> Create:
    return Create(
        address=change.address,
        reason=change.reason,
        pipeline=change.pipeline,
        owner=change.owner,
        after=change.after,
        origin=change.origin,
    )


def _check_rules(plan: Plan, live: Iterable[LiveStep], result: Recheck) -> None:
    new = {change.after.step for change in result.due if isinstance(change, Create | Replace)}
    for violation in violations(resulting((step.step for step in live), result.due), plan.limits.value):
        if new.intersection(violation.steps):
            result.moved.append(f"with the steps that are live now, {violation.message}")


def _moved(change: Change, now: StepValues | None) -> str:
    """Old → new of what the plan was made for."""
    if change.before is None or now is None:
        return f"{change.address}: {_in_words(change.before)} → {_in_words(now)}"
    return f"{change.address}: {', '.join(_differences(change.before, now))}"


def _in_words(values: StepValues | None) -> str:
    if values is None:
        return "no step"
    return f"a step from {values.source}, {values.auto_validation_delay_days} days ({values.step_id})"


def _differences(before: StepValues, now: StepValues) -> Iterator[str]:
    from deepdiff import DeepDiff

    changed = DeepDiff(before.model_dump(mode="json"), now.model_dump(mode="json")).get("values_changed", {})
    for path, values in sorted(changed.items()):
        name = path.removeprefix("root['").removesuffix("']")
        yield f"{name} {values['old_value']} → {values['new_value']}"


def _elsewhere(plan: Plan, live: tuple[LiveStep, ...], state: State | None) -> Iterator[str]:
    """What else is no longer as it was when the plan was made."""
    known = {change.address for change in (*plan.changes, *plan.kept)}
    for entry in drift(state, live) if state else ():
        if entry.address not in known and entry not in plan.drift:
            yield f"{entry.address} is not in this plan and has been {entry.reason.replace('_', ' ')} since"
    ours = {record.step_id for record in settle(state, live).steps} if state else set()
    then = {entry.address: entry.live for entry in (*plan.unmanaged, *plan.unmanaged_by_spec)}
    others = {step.step.address: StepValues.of_live(step) for step in live if step.step_id not in ours}
    for address, now in sorted(others.items()):
        untold = plan.options.partial and address not in then  # a partial plan does not know how the rest was
        if address not in known and not untold and then.get(address) != now:
            yield f"{address} is not in this plan and has appeared or changed since"
    lives = {step.step.address for step in live}
    for address, was in then.items():
        if was is not None and address not in known | lives:
            yield f"{address} is not in this plan and is gone"
