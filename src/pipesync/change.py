"""The changes of a plan, and the other things that it lists: drift, steps that are not ours, and findings."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field

from pipesync.model import Origin, Setting
from pipesync.state import StepValues, Value


class Reason(StrEnum):
    """Why a change is there; reasons explain, they never steer."""

    NEW_IN_SPEC = "new_in_spec"
    SPEC_CHANGED = "spec_changed"
    CHANGED_OUTSIDE = "changed_outside"
    REMOVED_OUTSIDE = "removed_outside"
    RENAMED_OUTSIDE = "renamed_outside"
    REMOVED_FROM_SPEC = "removed_from_spec"
    LEFT_BY_INTERRUPTED_APPLY = "left_by_interrupted_apply"


class Place(Value):
    """A place in a spec file; line and column count from 1."""

    file: str
    line: int
    column: int

    @classmethod
    def of(cls, origin: Origin) -> Self:
        return cls(file=origin.file, line=origin.line, column=origin.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def exact(self) -> str:
        """With the column."""
        return f"{self}:{self.column}"


class EffectCode(StrEnum):
    """What a change can mean for the gate of its destination; `pipesync.impact` says when."""

    GATE_LOST = "gate_lost"
    GATE_GAINED = "gate_gained"
    GATE_MOVED = "gate_moved"
    DELAY_SHORTER = "delay_shorter"
    DELAY_LONGER = "delay_longer"
    PROTECTION_LIFTED = "protection_lifted"
    VALIDATIONS_DROPPED = "validations_dropped"
    RESEEDED = "reseeded"
    CHAIN_LONGEST = "chain_longest"
    LAST_VALIDATION = "last_validation"
    GATE_VOID = "gate_void"
    WINDOW_NEAR = "window_near"
    UPDATE_PENDING = "update_pending"


class Effect(Value):
    """One thing that a change means: a code for machines, a sentence for people."""

    code: EffectCode
    message: str


class SetBy(Value):
    """Which setting a value comes from; `place` is None for one that pipesync has built in."""

    level: Setting
    place: Place | None

    def __str__(self) -> str:
        return self.level if self.place is None else f"{self.level} ({self.place})"


class _Change(Value):
    """What all changes share. The address is the destination, `project/service`."""

    action: str
    address: str
    reason: Reason
    pipeline: str | None = None
    owner: str | None = None
    impact: tuple[Effect, ...] = ()


class Create(_Change):
    action: Literal["create"] = "create"
    before: None = None
    after: StepValues
    origin: Place | None = None
    delay_set_by: SetBy | None = None


class Import(_Change):
    """Record a live step as ours, and PATCH it if its delay differs."""

    action: Literal["import"] = "import"
    before: StepValues
    after: StepValues
    origin: Place | None = None
    delay_set_by: SetBy | None = None


class Update(_Change):
    """PATCH the delay; a difference in `protect` alone is recorded without a call."""

    action: Literal["update"] = "update"
    before: StepValues
    after: StepValues
    origin: Place | None = None
    delay_set_by: SetBy | None = None


class Replace(_Change):
    """DELETE, directly followed by POST: Aiven has no other way to change a step's source."""

    action: Literal["replace"] = "replace"
    before: StepValues
    after: StepValues
    origin: Place | None = None
    delay_set_by: SetBy | None = None


class Delete(_Change):
    action: Literal["delete"] = "delete"
    before: StepValues
    after: None = None
    origin: Place | None = None


class Forget(_Change):
    """Drop a step from the state; no call."""

    action: Literal["forget"] = "forget"
    before: StepValues
    after: None = None
    origin: Place | None = None


Change = Annotated[
    Create | Import | Update | Replace | Delete | Forget,
    Field(discriminator="action"),
]


class Drift(Value):
    """What changed outside since the state was written; `after` is the live step."""

    address: str
    reason: Literal[Reason.CHANGED_OUTSIDE, Reason.REMOVED_OUTSIDE, Reason.RENAMED_OUTSIDE]
    before: StepValues
    after: StepValues | None


class Unmanaged(Value):
    """A live step that is not ours, or (under `unmanaged_by_spec`) one that the spec tells us to leave alone."""

    address: str
    live: StepValues | None
    pipeline: str | None = None
    origin: Place | None = None


class Neighbour(Value):
    """A live step that stays as it is while its chain changes, or one that stands in the way of the spec's.

    `live` has no id: an offline plan knows none, and nothing is done to the step.
    """

    address: str
    live: StepValues
    pipeline: str | None = None


class Finding(Value):
    """A warning, a refusal or an error of a plan: a code for machines, words for people.

    `origin` is a place in the spec, `policy` the one of the policy's rule that is breached.
    """

    code: str
    address: str | None = None
    message: str
    next: str | None = None
    origin: Place | None = None
    policy: Place | None = None
