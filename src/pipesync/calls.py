"""One change against the API: the calls it takes, and what has become of it."""

from dataclasses import dataclass
from typing import Protocol, assert_never

from pipesync.errors import ApiError, TakenError, Unreachable
from pipesync.model import LiveStep, UpgradeStep
from pipesync.plan import Change, Create, Delete, Forget, Import, Replace, Update
from pipesync.state import StepValues


class Steps(Protocol):
    """The calls that change steps. Each raises ApiError if refused, Unreachable if its outcome is unknown.

    A created step may turn out to be there already, with another delay; `owed`, it takes the place of a deleted one.
    """

    def create_step(self, step: UpgradeStep, *, owed: bool = False) -> LiveStep: ...
    def update_step(self, step_id: str, days: int) -> LiveStep: ...
    def delete_step(self, step_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Done:
    """The change came about; `live` is the step that now stands, if any."""

    change: Change
    live: LiveStep | None


@dataclass(frozen=True, slots=True)
class Failed:
    """The change did not come about, or (`unclear`) nobody knows.

    A replace whose POST did not succeed `restored` the old step, or found the destination's place `taken` by a step
    of somebody else, or lost the destination's gate, or (`unclear`) perhaps lost it; `again` is why the old step could
    not be made again. A create or replace whose step is `standing`, but with a delay that could not be changed, has
    failed, too.
    """

    change: Change
    error: ApiError
    unclear: bool = False
    restored: LiveStep | None = None
    standing: LiveStep | None = None
    gate_lost: bool = False
    taken: bool = False
    again: ApiError | None = None


def needs_call(change: Change) -> bool:
    """Whether the change is more than a line of the state."""
    match change:
        case Create() | Replace() | Delete():
            return True
        case Import() | Update():
            return change.before.auto_validation_delay_days != change.after.auto_validation_delay_days
        case Forget():
            return False
        case _:
            assert_never(change)


def call(steps: Steps, change: Change) -> Done | Failed:
    """Make the calls of one change; an ApiError becomes its outcome."""
    try:
        match change:
            case Create():
                return _create(steps, change)
            case Import() | Update():
                days = change.after.auto_validation_delay_days
                return Done(change, steps.update_step(_id(change.before), days))
            case Delete():
                steps.delete_step(_id(change.before))
                return Done(change, None)
            case Replace():
                steps.delete_step(_id(change.before))
            case Forget():
                return Done(change, None)
            case _:
                assert_never(change)
    except ApiError as error:
        return Failed(change, error, unclear=_is_unclear(error))
    return _create_in_place(steps, change)


def _create(steps: Steps, change: Create | Replace) -> Done | Failed:
    live = steps.create_step(change.after.step, owed=isinstance(change, Replace))
    days = change.after.auto_validation_delay_days
    if live.step.auto_validation_delay_days == days:
        return Done(change, live)
    try:
        return Done(change, steps.update_step(live.step_id, days))
    except ApiError as error:
        return Failed(change, error, standing=live)


def _create_in_place(steps: Steps, change: Replace) -> Done | Failed:
    """The second half of a replace: the old step is gone, and comes back if the new one does not stand."""
    try:
        return _create(steps, change)
    except TakenError as taken:
        return Failed(change, taken, taken=True)
    except ApiError as refused:
        if isinstance(refused, Unreachable) and not refused.absent:
            return Failed(change, refused, unclear=True, gate_lost=True)
        return _restore(steps, change, refused)


def _restore(steps: Steps, change: Replace, refused: ApiError) -> Failed:
    try:
        return Failed(change, refused, restored=steps.create_step(change.before.step, owed=True))
    except TakenError as taken:
        return Failed(change, refused, taken=True, again=taken)
    except ApiError as again:
        unclear = _is_unclear(refused) or _is_unclear(again)
        return Failed(change, refused, unclear=unclear, gate_lost=True, again=again)


def _is_unclear(error: ApiError) -> bool:
    """Whether the call may have had an effect all the same."""
    return isinstance(error, Unreachable) and error.sent


def _id(values: StepValues) -> str:
    assert values.step_id is not None  # what is live has an id
    return values.step_id
