"""What differs between the state and the live steps, whatever the spec says."""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field

from pipesync.model import LiveStep
from pipesync.ownership import REMOVING, interrupted, settle
from pipesync.plan import Drift, Reason, Unmanaged
from pipesync.state import State, StepValues, Value


class DriftReport(Value):
    """The answer of `pipesync drift`: drift of what is ours, and what is not ours."""

    format: Literal["pipesync.drift"] = "pipesync.drift"
    format_version: str = Field(default="1.0", pattern=r"^1\.[0-9]+$")
    organization: str | None
    api_url: str
    lineage: str | None
    serial: int
    recorded: int
    drift: tuple[Drift, ...]
    unmanaged: tuple[Unmanaged, ...]

    @classmethod
    def of(cls, state: State, live: Iterable[LiveStep]) -> Self:
        """`state` as it is stored; every recorded step that the list lacks is known to be gone."""
        live = tuple(live)
        recorded = settle(state, live).steps
        ours = {record.step_id for record in recorded}
        return cls(
            organization=state.organization,
            api_url=state.api_url,
            lineage=state.lineage if state.serial else None,
            serial=state.serial,
            recorded=len(recorded),
            drift=drift(state, live),
            unmanaged=tuple(
                Unmanaged(address=step.step.address, live=StepValues.of_live(step))
                for step in sorted(live, key=lambda step: step.step.destination)
                if step.step_id not in ours
            ),
        )


def drift(state: State, live: Iterable[LiveStep]) -> tuple[Drift, ...]:
    """One entry per step of ours that is gone, has another delay, or goes by other names, by address.

    What an interrupted run did, as the `pending` of `state` tells, is no drift.
    """
    live = tuple(live)
    by_id = {step.step_id: step for step in live}
    left = interrupted(state)
    found: list[Drift] = []
    for recorded in sorted(settle(state, live).steps, key=lambda step: step.destination):
        now = by_id.get(recorded.step_id)
        by_us = now is None and left.get(recorded.step.address) in REMOVING
        if by_us or (now is not None and now.step == recorded.step):
            continue
        if now is None:
            reason = Reason.REMOVED_OUTSIDE
        elif (now.step.source, now.step.destination) == (recorded.source, recorded.destination):
            reason = Reason.CHANGED_OUTSIDE
        else:
            reason = Reason.RENAMED_OUTSIDE
        found.append(
            Drift(
                address=recorded.step.address,
                reason=reason,
                before=recorded.values,
                after=None if now is None else StepValues.of_live(now, protect=recorded.protect),
            )
        )
    return tuple(found)
