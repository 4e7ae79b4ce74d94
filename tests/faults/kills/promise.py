"""Runs of every plan kind, killed at every point.

Points are each write call of the API, before and after its effect, and each operation on a file of the state; and of
the functions called and left by the code that acts, every tenth.
"""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count, product
from pathlib import Path
from typing import Final

from tests.faults.fate import Point
from tests.faults.figures import Figures, Promise
from tests.faults.kills.aftermath import kill
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import opening, stage

EVERY: Final = 10
"""Of the functions called and left, each so many-th is a point."""


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ProcessPoolExecutor(2) as pool:
        for kind, figures in zip(PLANS, pool.map(swept, PLANS), strict=True):
            tell(f"{figures.trials:6} {kind.name}")
            whole += figures
    return whole


def swept(kind: PlanKind) -> Figures:
    """The figures of one plan kind over all its points."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        scene = opening(on, kind)
        for moment, saved, parallelism in product(("received", "effect", "file", "call"), (False, True), (1, 10)):
            for at in _points(moment):
                if not kill(on, kind, scene, at, figures, saved=saved, parallelism=parallelism):
                    break
    return figures


def _points(moment: str) -> Iterator[Point]:
    return (Point(moment, number) for number in count(1, EVERY if moment == "call" else 1))


PROMISE: Final = Promise(
    "kills",
    "a killed run leaves nothing that the next plan does not mend",
    "runs killed",
    ("lost", "doubled", "unowned"),
    measure,
)
