"""Outcome as a value: what a run of apply did, what failed, and what it did not attempt."""

from typing import Literal

from pydantic import Field

from pipesync.plan import Change
from pipesync.state import Digest, Value


class Failure(Value):
    """A change that was attempted and did not come about, with the API's own words."""

    change: Change
    operation: str
    status: int | None
    error_code: str | None
    message: str
    next: str | None = None
    unclear: bool = Field(default=False, description="whether the call had an effect is unknown")
    gate_lost: bool = Field(
        default=False,
        description="the old step of a replace is gone, and neither the new one nor the old one is known to stand",
    )
    restored: bool = Field(
        default=False, description="the old step of a replace was created again; its validations are lost"
    )
    taken: bool = Field(
        default=False, description="the old step of a replace is gone, and a step of somebody else stands in its place"
    )
    restore: str | None = Field(
        default=None, description="why the old step of a replace could not be created again, in the API's own words"
    )


class NotAttempted(Value):
    """A change that the run did not begin, and why."""

    change: Change
    reason: str


class Outcome(Value):
    """Three groups: every change of the plan stands in exactly one of them."""

    format: Literal["pipesync.outcome"] = "pipesync.outcome"
    format_version: str = Field(default="1.0", pattern=r"^1\.[0-9]+$")
    plan: Digest
    already_done: tuple[Change, ...] = ()
    done: tuple[Change, ...] = ()
    failed: tuple[Failure, ...] = ()
    not_attempted: tuple[NotAttempted, ...] = ()
    notes: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def complete(self) -> bool:
        return not (self.failed or self.not_attempted or self.interrupted)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Added, changed, destroyed, as Terraform counts: a replace is one added and one destroyed."""
        actions = [change.action for change in self.done]
        imported = [change for change in self.done if change.action == "import"]
        changed = sum(
            change.before.auto_validation_delay_days != change.after.auto_validation_delay_days for change in imported
        )
        replaced = actions.count("replace")
        return (
            actions.count("create") + replaced,
            actions.count("update") + changed,
            actions.count("delete") + replaced,
        )
