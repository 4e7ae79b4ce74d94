"""A state file during a run of which a test tells what came about."""

from pathlib import Path

from pipesync.calls import Done
from pipesync.model import LiveStep
from pipesync.plan import Change, Plan
from pipesync.recording import Record
from pipesync.state import RecordedStep, State
from pipesync.store.local import LocalStore
from tests.unit.nouns import decide, last_apply, spec, wanted
from tests.unit.world import Clock


class Ledger:
    """A state file, what a plan is to do to it, and a clock."""

    def __init__(self, folder: Path, known: State | None) -> None:
        self.store = LocalStore(folder / "state.json")
        if known is not None:
            self.store.write(known, replacing=None)
        self.known = known
        self.clock = Clock()

    def open(self, made: Plan, refreshed: tuple[RecordedStep, ...] = ()) -> Record:
        return Record(
            self.store,
            stored=self.known,
            settled=self.known or State.new(made.organization, made.api_url),
            refreshed=refreshed,
            last_apply=last_apply(made.digest, made.files),
            clock=self.clock,
        )

    @property
    def stored(self) -> State:
        found = self.store.read()
        assert found is not None
        return found


def made_live(change: Change, step_id: str) -> Done:
    """A create or replace that came about."""
    assert change.after is not None
    return Done(change, LiveStep(step_id, change.after.step))


def creates(count: int) -> Plan:
    return decide(spec(*(wanted("dev/pg", f"prod/s{number}") for number in range(count))), [])


def by_address(made: Plan) -> dict[str, Change]:
    return {change.address: change for change in made.changes}
