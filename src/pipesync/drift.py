"""What differs between the state and the live steps, whatever the spec says."""

import json
from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field

from pipesync.model import LiveStep
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
        """`state` as `resolve`d against `live`; every recorded step that the list lacks is known to be gone."""
        live = tuple(live)
        ours = {recorded.step_id for recorded in state.steps}
        return cls(
            organization=state.organization,
            api_url=state.api_url,
            lineage=state.lineage if state.serial else None,
            serial=state.serial,
            recorded=len(state.steps),
            drift=drift(state, live),
            unmanaged=tuple(
                Unmanaged(address=step.step.address, live=StepValues.of_live(step))
                for step in sorted(live, key=lambda step: step.step.destination)
                if step.step_id not in ours
            ),
        )

    def to_json(self) -> str:
        return json.dumps(self.model_dump(mode="json"), indent=2) + "\n"


def drift(state: State, live: Iterable[LiveStep]) -> tuple[Drift, ...]:
    """One entry per recorded step that is gone, has another delay, or goes by other names, by address."""
    by_id = {step.step_id: step for step in live}
    found: list[Drift] = []
    for recorded in sorted(state.steps, key=lambda step: step.destination):
        now = by_id.get(recorded.step_id)
        if now is not None and now.step == recorded.step:
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
