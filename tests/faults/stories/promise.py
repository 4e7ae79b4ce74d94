"""Stories in which everything comes together: edits, drift, faults, deaths, narrow tokens, lost states, other runs."""

import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.places import there_are
from tests.faults.stage import Stage
from tests.faults.stories.place import BUCKET, FILE, SERVER, Place, place
from tests.faults.stories.story import Story
from tests.faults.stories.watch import WrongError
from tests.stores.engines import Engine
from tests.stores.kinds import S3, Engines

PARTS: Final = 9
STORIES: Final = 50
"""Of each part, in the long form."""

FIRST: Final = 100
"""The number of the first part: other stories than those of the short form."""

SENTENCES: Final = 12
"""Of a story, at most."""


Task = tuple[int, str, Engine | None]
"""The number of a part, and the place of its states."""


def measure(tell: Callable[[str], None]) -> Figures:
    with ExitStack() as stack:
        engines = Engines(stack)
        places = [(FILE, None), (SERVER, None), *((BUCKET, engines.of(S3)) for _ in there_are(engines, (S3,), tell))]
        tasks = [(number, *places[number % len(places)]) for number in range(PARTS)]
        return in_parts(tasks, _part, lambda task: f"stories, part {task[0] + 1} of {PARTS}, {task[1]}", tell)


def _part(task: Task) -> Figures:
    number, name, engine = task
    with tempfile.TemporaryDirectory() as folder, place(name, Path(folder), engine) as (on, there):
        return told(on, there, STORIES, FIRST + number)


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
