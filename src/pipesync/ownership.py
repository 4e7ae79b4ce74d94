"""Which live steps are ours: the state, with what an interrupted run left in `pending` read against the live list."""

from collections.abc import Iterable
from typing import Literal

from pipesync.model import LiveStep, UpgradeStep
from pipesync.plan import Change, Delete, Forget
from pipesync.state import PendingChange, RecordedStep, State, StepValues

Interrupted = dict[str, Literal["create", "update", "replace", "delete"]]
"""Address → what an interrupted run was about to do there."""

REMOVING = frozenset({"replace", "delete"})
"""What explains that a step is gone: the run itself deleted it."""


def settle(state: State, live: Iterable[LiveStep]) -> State:
    """`state` without `pending`: what has become of each entry is read off the live list.

    A live step with the four names of an entry's before or after is ours, whatever its id and delay: the killed
    run made it, or was about to change it.
    """
    by_ends = {(step.step.source, step.step.destination): step for step in live}
    records = {record.step_id: record for record in state.steps}
    for entry in state.pending:
        for values in (entry.after, entry.before):
            found = None if values is None else by_ends.get(values.ends)
            if values is not None and found is not None:
                records[found.step_id] = _record(records.get(found.step_id), found, values, entry)
                break
    return state.model_copy(update={"steps": tuple(_one_per_address(records.values(), live)), "pending": ()})


def unseen(state: State, live: Iterable[LiveStep]) -> tuple[UpgradeStep, ...]:
    """What entries of `pending` speak of that is not live, before or after: did nothing come of it, or is it hidden?"""
    ends = {(step.step.source, step.step.destination) for step in live}
    spoken = ([values for values in (entry.before, entry.after) if values is not None] for entry in state.pending)
    return tuple(values.step for entry in spoken if ends.isdisjoint({one.ends for one in entry}) for values in entry)


def _record(known: RecordedStep | None, found: LiveStep, values: StepValues, entry: PendingChange) -> RecordedStep:
    """The record of a step that an entry speaks of; a known one changes only if the entry came about."""
    came_about = found.step.auto_validation_delay_days == values.auto_validation_delay_days
    if known is not None and (not came_about or values is entry.before):
        return known
    pipeline = entry.pipeline if known is None else known.pipeline
    return RecordedStep.of(found, protect=values.protect, pipeline=pipeline)


def _one_per_address(records: Iterable[RecordedStep], live: Iterable[LiveStep]) -> Iterable[RecordedStep]:
    """A step that was made again under another id takes the place of the record that is gone."""
    ids = {step.step_id for step in live}
    chosen: dict[str, RecordedStep] = {}
    for record in records:
        address = record.step.address
        if address not in chosen or record.step_id in ids:
            chosen[address] = record
    return chosen.values()


def cleared(settled: State, left: Interrupted, live: Iterable[LiveStep], changes: Iterable[Change]) -> State:
    """`settled` without the records of steps that are gone and of which nothing is to be told any more.

    Either an interrupted run of ours deleted the step, as what it `left` says: a run that does not make it again must
    not leave a record of it, or it would look removed by somebody else. Or at its address another one of ours is let
    go: Aiven has renamed a service, so that a step goes by the name of one that is gone, and with it goes all that is
    known of the address, for a change speaks of one step, and an address has one change.
    """
    ids = {step.step_id for step in live}
    let_go = {change.address: change.before.step_id for change in changes if isinstance(change, Delete | Forget)}
    kept = (
        record
        for record in settled.steps
        if record.step_id in ids
        or (
            left.get(record.step.address) not in REMOVING
            and let_go.get(record.step.address, record.step_id) == record.step_id
        )
    )
    return settled.model_copy(update={"steps": tuple(kept)})


def interrupted(state: State) -> Interrupted:
    """What the entries of `pending` were about to do, by the address they speak of."""
    return {entry.address: entry.action for entry in state.pending}
