"""Commands in bad weather: at every fifth request the API, or something before it, answers as it should not."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.stage import stage
from tests.faults.trouble.course import Course
from tests.faults.trouble.looks import COMMANDS, approve, look, setting

SEEDS: Final = 200
PART: Final = 10
LOOKS: Final = 40
APPROVALS: Final = 20


def measure(tell: Callable[[str], None]) -> Figures:
    parts = [range(first, first + PART) for first in range(0, SEEDS, PART)]
    whole = in_parts(parts, swept, lambda part: f"seeds {part[0]} to {part[-1]}", tell)
    whole += in_parts([*COMMANDS], looked, str, tell)
    whole += approved()
    return whole


def swept(seeds: Iterable[int]) -> Figures:
    """The figures of these seeds."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        for seed in seeds:
            Course(on, seed).run(figures)
    return figures


def looked(command: str) -> Figures:
    """The figures of a command that reads."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        setting(on)
        look(on, command, range(LOOKS), figures)
    return figures


def approved() -> Figures:
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        for seed in range(APPROVALS):
            approve(on, seed, figures)
    return figures


PROMISE: Final = Promise(
    "trouble",
    "whatever the API answers, applies converge, repeat no create blindly and double nothing",
    "seeds",
    ("lost", "doubled", "blind", "forgotten", "told wrongly"),
    measure,
)
