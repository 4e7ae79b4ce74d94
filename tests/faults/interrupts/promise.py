"""Commands that a signal interrupts, at each boundary of theirs, with an API that answers, drips or hangs."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.interrupts import sweep
from tests.faults.interrupts.points import with_each
from tests.faults.plans import PlanKind
from tests.faults.stage import stage

MOST_WRITES: Final = 9
"""As many as any of the plans makes."""


def measure(tell: Callable[[str], None]) -> Figures:
    return in_parts([*_parts()], swept, " ".join, tell)


def swept(part: tuple[str, str]) -> Figures:
    """The figures of one part: of the interrupts of a command, or of a plan's apply."""
    command, name = part
    if command == "hanging":
        return sweep.while_it_hangs(_kind(name), with_each(sweep.hangs(MOST_WRITES)))
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        match command:
            case "apply":
                return sweep.of_apply(on, _kind(name), sweep.LONG)
            case "approve":
                return sweep.of_approval(on, sweep.LONG_LOOK)
            case _:
                return sweep.of_look(on, name, sweep.LONG_LOOK)


def _parts() -> Iterator[tuple[str, str]]:
    yield from (("look", name) for name in sweep.LOOKS)
    yield ("approve", "")
    yield from (("apply", kind.name) for kind in sweep.KINDS)
    yield from (("hanging", kind.name) for kind in (sweep.EVERYTHING, sweep.REPLACES))


def _kind(name: str) -> PlanKind:
    return next(kind for kind in sweep.KINDS if kind.name == name)


PROMISE: Final = Promise(
    "interrupts",
    "an interrupted run ends within 5 s, saved and unlocked, and the next one puts all right",
    "runs interrupted",
    ("unsaved", "lost", "doubled", "late", "traceback"),
    measure,
)
