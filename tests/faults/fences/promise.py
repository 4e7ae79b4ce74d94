"""A run that sleeps at each of its requests to the store and to the API, while another takes its lock and applies.

Where the server of a state owns its lock, and in an object store, a person removes the lock; in a database five minutes
have passed, and the other run breaks it.
"""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from itertools import count, product
from pathlib import Path
from typing import Final

from tests.faults.fences.line import Moment, line
from tests.faults.fences.suspension import Point, opened, slept
from tests.faults.figures import Figures, Promise
from tests.faults.places import REMOTE, place, there_are
from tests.faults.stage import Stage, stage
from tests.stores.kinds import Engines, Ground

WHERE: Final = ("store", "write", "read")


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ExitStack() as stack:
        engines = Engines(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        on = stack.enter_context(stage(folder))
        for kind in there_are(engines, REMOTE, tell):
            with place(kind, engines, folder) as ground:
                figures = swept(on, ground, product(WHERE, Moment))
            tell(f"{figures.trials:6} {kind}")
            whole += figures
    return whole


def swept(on: Stage, ground: Ground, points: Iterable[tuple[str, Moment]]) -> Figures:
    """The figures of one store over all requests of these kinds at these moments."""
    figures = Figures()
    assert ground.engine is not None
    before = opened(on)
    with line(ground.engine.port) as made:
        for at, moment in points:
            for number in count(1):
                if not slept(on, ground, made, before, Point(at, number, moment), figures):
                    break
                figures.amounts[f"at the {'store' if at == 'store' else 'API'}"] += 1
    return figures


PROMISE: Final = Promise(
    "fences",
    "a broken lock fences its old owner",
    "suspended runs",
    ("overwrites", "late API calls", "changes undone", "locks left", "unowned"),
    measure,
)
