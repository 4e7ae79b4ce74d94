"""Plan as a value: the changes that turn live into desired, and all that a reader needs beside them.

A plan holds no clock, colour, closure or client; every rendering is a function of it, and apply carries it out.
See `schemas/plan.v1.schema.json`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field

from pipesync.model import Limits, Origin
from pipesync.state import Digest, StepValues, Value

FORMAT_VERSION: Final = "1.0"


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


class _Change(Value):
    """What all changes share. The address is the destination, `project/service`."""

    action: str
    address: str
    reason: Reason
    pipeline: str | None = None
    owner: str | None = None


class Create(_Change):
    action: Literal["create"] = "create"
    before: None = None
    after: StepValues
    origin: Place | None = None


class Import(_Change):
    """Record a live step as ours, and PATCH it if its delay differs."""

    action: Literal["import"] = "import"
    before: StepValues
    after: StepValues
    origin: Place | None = None


class Update(_Change):
    """PATCH the delay; a difference in `protect` alone is recorded without a call."""

    action: Literal["update"] = "update"
    before: StepValues
    after: StepValues
    origin: Place | None = None


class Replace(_Change):
    """DELETE, directly followed by POST: Aiven has no other way to change a step's source."""

    action: Literal["replace"] = "replace"
    before: StepValues
    after: StepValues
    origin: Place | None = None


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


class Finding(Value):
    """A warning, a refusal or an error of a plan: a code for machines, words for people."""

    code: str
    address: str | None = None
    message: str
    next: str | None = None
    origin: Place | None = None


class Options(Value):
    """The options that shaped the plan."""

    destroy: bool = False
    no_destroy: bool = False
    adopt: bool = False
    take_over: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        return bool(self.only or self.exclude)


class PlanLimits(Value):
    max_chain_steps: int
    max_auto_validation_delay_days: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        return cls(
            max_chain_steps=limits.max_chain_steps,
            max_auto_validation_delay_days=limits.max_auto_validation_delay_days,
        )

    @property
    def value(self) -> Limits:
        return Limits(self.max_chain_steps, self.max_auto_validation_delay_days)


class Summary(Value):
    """How many changes of each kind there are; `unchanged` counts steps that are as they should be."""

    import_: int = Field(default=0, alias="import")
    create: int = 0
    update: int = 0
    replace: int = 0
    delete: int = 0
    forget: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, changes: Iterable["Change"], unchanged: int) -> Self:
        counts: Counter[str] = Counter(change.action for change in changes)
        return cls.model_validate({**counts, "unchanged": unchanged})


class Brake(Value):
    """How much of what is recorded goes: deletes, replaces, and recorded steps found gone.

    `engaged` when that is more than 30 % of at least 10 recorded steps, or all of at least 2 (octoDNS's
    MAX_SAFE_DELETE_PCENT and MIN_EXISTING_RECORDS): apply then needs `--allow-destroy` with this number.
    """

    SHARE: ClassVar[float] = 0.3
    FROM: ClassVar[int] = 10
    ALL_FROM: ClassVar[int] = 2

    destroys: int = 0
    recorded: int = 0

    @property
    def engaged(self) -> bool:
        many = self.recorded >= self.FROM and self.destroys > self.SHARE * self.recorded
        every = self.recorded >= self.ALL_FROM and self.destroys >= self.recorded
        return many or every


class Plan(Value):
    """Everything that apply would do, and everything that a reviewer should know before it does."""

    format: Literal["pipesync.plan"] = "pipesync.plan"
    format_version: str = Field(default=FORMAT_VERSION, pattern=r"^1\.[0-9]+$")
    pipesync_version: str
    organization: str | None
    api_url: str
    lineage: str | None
    serial: int = Field(ge=0)
    spec: Digest | None
    commit: str | None
    options: Options
    limits: PlanLimits
    changes: tuple[Change, ...]
    kept: tuple[Change, ...] = ()
    drift: tuple[Drift, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    unmanaged_by_spec: tuple[Unmanaged, ...] = ()
    warnings: tuple[Finding, ...] = ()
    refusals: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    brake: Brake = Brake()
    files: tuple[str, ...] = ()
    summary: Summary
    digest: Digest
    context: dict[str, Any] = Field(default_factory=dict)


def digest(organization: str | None, api_url: str, changes: Iterable[Change]) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, ASCII) of what a reviewer agrees to."""
    agreed = {
        "organization": organization,
        "api_url": api_url,
        "changes": [
            change.model_dump(include={"action", "address", "before", "after"}, mode="json") for change in changes
        ],
    }
    text = json.dumps(agreed, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()
