"""States and saved plans, damaged in every way, through every command that reads them."""

import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Final

from tests.faults.damage import places
from tests.faults.damage.mutations import KINDS, Spoil, mutations
from tests.faults.damage.saved import Saved
from tests.faults.damage.states import States
from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.stage import Stage, stage

STATES, PLANS, PLACES = "states", "plans", "something else in a file's place"

PARTS: Final[tuple[tuple[str, Spoil | None], ...]] = (*product((STATES, PLANS), KINDS), (PLACES, None))


def measure(tell: Callable[[str], None]) -> Figures:
    return in_parts(PARTS, _part, name, tell)


def _part(part: tuple[str, Spoil | None]) -> Figures:
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        return judged(on, *part)


def name(part: tuple[str, Spoil | None]) -> str:
    what, spoil = part
    return f"{what}, {spoil.__name__}" if spoil else what


def judged(on: Stage, what: str, spoil: Spoil | None, every: int = 1) -> Figures:
    """What is wrong with what commands make of files that are spoilt so; one of `every` so many."""
    figures = Figures()
    if spoil is None:
        places.judge(on, figures)
    elif what == STATES:
        states = States(on)
        for damaged in mutations(states.good, spoil)[::every]:
            states.judge(damaged.how, damaged.data, figures, few=every > 1)
    else:
        saved = Saved(on)
        for damaged in mutations(saved.good, spoil)[::every]:
            saved.judge(damaged.how, damaged.data, figures)
    return figures


PROMISE: Final = Promise(
    "damage",
    "a damaged state or plan is refused, by its name and with the remedy, and a changed plan is never applied",
    "damaged files",
    ("traceback", "accepted", "unnamed", "without a remedy", "applied"),
    measure,
)
