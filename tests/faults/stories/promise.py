"""Stories in which everything comes together: edits, drift, faults, deaths, narrow tokens, lost states, other runs."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.stage import Stage, stage
from tests.faults.stories.place import FilePlace, Place, ServerPlace
from tests.faults.stories.story import Story
from tests.faults.stories.watch import WrongError
from tests.stores.http_rules import Plain
from tests.stores.http_server import serving

PARTS: Final = 8
STORIES: Final = 50
"""Of each part, in the long form."""

FIRST: Final = 100
"""The number of the first part: other stories than those of the short form."""

SENTENCES: Final = 12
"""Of a story, at most."""


def measure(tell: Callable[[str], None]) -> Figures:
    return in_parts(range(PARTS), _part, lambda number: f"stories, part {number + 1} of {PARTS}", tell)


def _part(number: int) -> Figures:
    """Every other part's states are on a server."""
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on, PLACES[number % 2]() as place:
        return told(on, place, STORIES, FIRST + number)


@contextmanager
def _file() -> Iterator[Place]:
    yield FilePlace()


@contextmanager
def _server() -> Iterator[Place]:
    rules = Plain()
    with serving(rules) as server:
        yield ServerPlace(server, rules)


PLACES: Final = (_file, _server)


def told(on: Stage, place: Place, stories: int, number: int) -> Figures:
    """The figures of so many stories, the same for the same `number`.

    What is wrong in one ends them, and Hypothesis looks for a shorter one like it.
    """
    counted: Counter[str] = Counter()
    figures = Figures()

    class Told(Story):
        def __init__(self) -> None:
            super().__init__(on, place, counted)

    try:
        run_state_machine_as_test(
            seed(number)(Told),
            settings=settings(
                max_examples=stories,
                stateful_step_count=SENTENCES,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
                database=None,
                deadline=None,
            ),
        )
    except WrongError as error:
        figures.add("\n".join(error.__notes__), error.found)
    figures.trials = counted.pop("stories")
    figures.amounts = counted
    return figures


PROMISE: Final = Promise(
    "stories",
    "edits, drift, faults, kills, narrow tokens, lost states and other runs, in any order",
    "stories",
    ("lost", "doubled", "unowned", "ungated without word", "stranger's step touched", "locked"),
    measure,
)
