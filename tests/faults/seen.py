"""What is there at one moment: the live steps, those that the state calls ours, and those it is not sure of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from tests.faults.plans import PlanKind
from tests.faults.stage import Stage


@dataclass(frozen=True)
class Seen:
    """Address → step id, live and recorded; the addresses that may or may not have been changed."""

    live: dict[str, str]
    recorded: dict[str, str]
    pending: frozenset[str]

    @classmethod
    def of(cls, on: Stage) -> Self:
        state = on.state()
        if state is None:
            return cls(on.ids(), {}, frozenset())
        recorded = {step.step.address: step.step_id for step in state.steps}
        return cls(on.ids(), recorded, frozenset(entry.address for entry in state.pending))

    def untold(self, kind: PlanKind) -> Iterator[str]:
        """Addresses of which the state says something else than what is live, without being unsure of it."""
        foreign = {step.destination for step in (*kind.strangers, *(step for step in kind.new if not step.manage))}
        for address in (self.live.keys() | self.recorded.keys()) - self.pending - foreign:
            if self.live.get(address) != self.recorded.get(address):
                yield address
