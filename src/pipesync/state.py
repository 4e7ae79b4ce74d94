"""State as a value: which live steps are ours, what they were when last written, and what a run is about to do.

The API stays the truth about what is; state says only whose it is. See `schemas/state.v1.schema.json`.
"""

import uuid
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from pipesync.model import LiveStep, ServiceRef, UpgradeStep

FORMAT_VERSION: Final = "1.0"


def _reference(value: Any) -> ServiceRef:
    if isinstance(value, ServiceRef):
        return value
    if isinstance(value, str):
        return ServiceRef.parse(value)
    raise ValueError("a service is written PROJECT/SERVICE")


Reference = Annotated[
    ServiceRef,
    PlainValidator(_reference),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[^/]+/[^/]+$"}),
]
"""A ServiceRef, written `project/service`."""

Digest = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class Value(BaseModel):
    """A frozen value that refuses unknown keys and wrong types."""

    # Each command uses a few of the values: a validator is built when it is first needed.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, defer_build=True)

    def to_json(self) -> str:
        """The file's text: ASCII without control characters, two-space indent, a line feed at the end."""
        text = self.model_dump_json(by_alias=True, indent=2, ensure_ascii=True)
        return text.replace("\x7f", "\\u007f") + "\n"  # the one control character that JSON lets stand


def _missing(value: Any) -> bool:
    return value is None


class StepValues(Value):
    """An upgrade step as plans and pending changes write it; `step_id` only where one exists."""

    step_id: str | None = Field(default=None, min_length=1, exclude_if=_missing)
    source: Reference
    destination: Reference
    auto_validation_delay_days: int = Field(strict=True)
    protect: bool = Field(default=False, strict=True)

    @classmethod
    def of(cls, step: UpgradeStep, *, protect: bool, step_id: str | None = None) -> Self:
        return cls(
            step_id=step_id,
            source=step.source,
            destination=step.destination,
            auto_validation_delay_days=step.auto_validation_delay_days,
            protect=protect,
        )

    @classmethod
    def of_live(cls, live: LiveStep, *, protect: bool = False) -> Self:
        return cls.of(live.step, protect=protect, step_id=live.step_id)

    @property
    def step(self) -> UpgradeStep:
        return UpgradeStep(self.source, self.destination, self.auto_validation_delay_days)

    @property
    def ends(self) -> tuple[ServiceRef, ServiceRef]:
        """The four names."""
        return (self.source, self.destination)


class RecordedStep(Value):
    """A live step that is ours, as we last wrote it."""

    step_id: str = Field(min_length=1)
    source: Reference
    destination: Reference
    auto_validation_delay_days: int = Field(strict=True)
    protect: bool = Field(strict=True)
    pipeline: str | None

    @classmethod
    def of(cls, live: LiveStep, *, protect: bool, pipeline: str | None) -> Self:
        return cls(
            step_id=live.step_id,
            source=live.step.source,
            destination=live.step.destination,
            auto_validation_delay_days=live.step.auto_validation_delay_days,
            protect=protect,
            pipeline=pipeline,
        )

    @property
    def step(self) -> UpgradeStep:
        return UpgradeStep(self.source, self.destination, self.auto_validation_delay_days)

    @property
    def ends(self) -> tuple[ServiceRef, ServiceRef]:
        """The four names."""
        return (self.source, self.destination)

    @property
    def values(self) -> StepValues:
        return StepValues.of(self.step, protect=self.protect, step_id=self.step_id)


class PendingChange(Value):
    """A call that a run was about to make; it stays until its outcome is known."""

    action: Literal["create", "update", "replace", "delete"]
    before: StepValues | None
    after: StepValues | None
    pipeline: str | None = None

    @model_validator(mode="after")
    def _speaks_of_a_step(self) -> Self:
        if self.before is None and self.after is None:
            raise ValueError("before and after are both null")
        return self

    @property
    def address(self) -> str:
        values = self.after or self.before
        assert values is not None  # every change has one of them
        return values.step.address


class LastApply(Value):
    """The last run that wrote this state; `files` is the spec's set of files."""

    plan: Digest
    spec: Digest | None
    files: tuple[str, ...]
    commit: str | None
    at: str
    by: str | None


class State(Value):
    """What pipesync owns at one API address, in one organization (or account-wide)."""

    format: Literal["pipesync.state"] = "pipesync.state"
    format_version: str = Field(default=FORMAT_VERSION, pattern=r"^1\.[0-9]+$")
    serial: int = Field(ge=0, strict=True)
    lineage: str = Field(min_length=1)
    write_id: str = Field(min_length=1)
    organization: str | None
    api_url: str
    steps: tuple[RecordedStep, ...]
    pending: tuple[PendingChange, ...] = ()
    last_apply: LastApply | None = None

    @classmethod
    def new(cls, organization: str | None, api_url: str) -> Self:
        """A state that owns nothing, of a lineage of its own; serial 0 has never been written."""
        return cls(
            serial=0,
            lineage=str(uuid.uuid4()),
            write_id=str(uuid.uuid4()),
            organization=organization,
            api_url=api_url,
            steps=(),
        )

    def next(self, **changes: Any) -> Self:
        """This state with `changes`, as the next write: serial one higher, a fresh write_id."""
        return self.model_copy(update={**changes, "serial": self.serial + 1, "write_id": str(uuid.uuid4())})

    def to_json(self) -> str:
        """As for every value, with the steps by address."""
        ordered = self.model_copy(update={"steps": tuple(sorted(self.steps, key=lambda step: step.destination))})
        return super(State, ordered).to_json()
