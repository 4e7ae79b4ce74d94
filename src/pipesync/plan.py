"""Plan as a value: the changes that turn live into desired, and all that a reader needs beside them.

A plan holds no clock, colour, closure or client; every rendering is a function of it, and apply carries it out.
See `schemas/plan.v1.schema.json`.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pydantic import Field

from pipesync.blast import BlastRadius
from pipesync.brake import Brake
from pipesync.change import (
    Change,
    Create,
    Delete,
    Drift,
    Effect,
    EffectCode,
    Finding,
    Forget,
    Import,
    Neighbour,
    Place,
    Reason,
    Replace,
    SetBy,
    Unmanaged,
    Update,
)
from pipesync.model import Limits
from pipesync.state import Digest, Value

if TYPE_CHECKING:  # a plan without a policy does not pay for one
    from pipesync.policy.rules import Policy

__all__ = [
    "Base", "Brake", "Change", "Create", "Delete", "Drift", "Effect", "EffectCode", "Finding", "Forget", "Import",
    "JudgedBy", "LinesChanged", "Neighbour", "Options", "Place", "Plan", "PlanLimits", "Reason", "Replace", "SetBy",
    "Summary", "Unmanaged", "Update", "digest",
]  # fmt: skip

FORMAT_VERSION: Final = "1.0"


class Base(Value):
    """What an offline plan compares the spec with: a revision as it was named, and the commit that this was."""

    ref: str
    commit: str


class LinesChanged(Value):
    """Lines of the spec's files that differ from those at the commit `since`, and in how many files they stand."""

    lines: int = Field(ge=0)
    files: int = Field(ge=0)
    since: str


class Options(Value):
    """The options that shaped the plan; an `offline` one compares the spec with another one, and with nothing live."""

    destroy: bool = False
    no_destroy: bool = False
    adopt: bool = False
    take_over: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    offline: bool = False

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


class JudgedBy(Value):
    """The policy file that a plan was judged by."""

    file: str
    digest: Digest

    @classmethod
    def of(cls, policy: "Policy") -> Self:
        return cls(file=policy.file, digest=policy.digest)


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
    base: Base | None = None
    options: Options
    limits: PlanLimits
    changes: tuple[Change, ...]
    kept: tuple[Change, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    drift: tuple[Drift, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    unmanaged_by_spec: tuple[Unmanaged, ...] = ()
    warnings: tuple[Finding, ...] = ()
    refusals: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    brake: Brake = Brake()
    policy: JudgedBy | None = None
    files: tuple[str, ...] = ()
    blast_radius: BlastRadius = BlastRadius()
    lines_changed: LinesChanged | None = None
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
