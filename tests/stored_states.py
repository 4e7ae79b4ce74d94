"""Three states of one lineage, one after the other, and how tests put them into a file."""

from pathlib import Path

from pipesync.state import RecordedStep, State
from pipesync.store.local import LocalStore


def recorded(*names: str) -> tuple[RecordedStep, ...]:
    return tuple(
        RecordedStep.model_validate(
            {
                "step_id": f"id-{name}",
                "source": f"dev/{name}",
                "destination": f"prod/{name}",
                "auto_validation_delay_days": 7,
                "protect": False,
                "pipeline": None,
            }
        )
        for name in names
    )


FIRST = State.new("org1a23f456789", "https://api.aiven.io").next()
SECOND = FIRST.next(steps=recorded("pg"))
THIRD = SECOND.next(steps=recorded("pg", "kafka"))


def written(path: Path, *states: State) -> LocalStore:
    """A store that `states` were written to, one after the other."""
    store = LocalStore(path)
    replacing = None
    for state in states:
        store.write(state, replacing=replacing)
        replacing = state
    return store


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())
