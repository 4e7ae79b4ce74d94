"""The text of a state: what is read from it is whole, ours, and of a format that this version knows."""

from collections import Counter
from collections.abc import Iterable

from pydantic import ValidationError

from pipesync.errors import StateError
from pipesync.state import FORMAT_VERSION, State
from pipesync.store import document


class NewerStateError(StateError):
    """A state that a newer pipesync wrote. It is in order: neither a backup nor a repair is called for."""


def read_state(text: bytes, where: str) -> State:
    """The state that `State.to_json` wrote; StateError for anything else, NewerStateError for a newer format."""
    try:
        return _state(text)
    except document.Newer as error:
        raise NewerStateError(
            f"the state {error}", where=where, next="Upgrade pipesync. The state was left as it is."
        ) from None
    except document.Unusable as error:
        raise StateError(
            f"the state {error}", where=where, next="Name a file that `pipesync state pull` wrote, or a backup."
        ) from None


def _state(text: bytes) -> State:
    found = document.version(text, "pipesync.state")
    if found > document.numbers(FORMAT_VERSION):
        raise document.newer(found, FORMAT_VERSION)
    try:
        state = State.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise document.Unusable(f"does not hold what it should: {document.problems(error)}") from None
    for name, values in (
        ("step id", (step.step_id for step in state.steps)),
        ("destination", (str(step.destination) for step in state.steps)),
    ):
        if (twice := _repeated(values)) is not None:
            raise document.Unusable(f"records the {name} {twice} twice")
    return state


def _repeated(values: Iterable[str]) -> str | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)
