"""Runs of every plan kind, killed at every point: each call of the API, each operation on a file of the state, and of
the functions called and left by the code that acts every tenth.
"""

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from tests.faults.figures import Figures, Promise
from tests.faults.kills.points import LONG, Series
from tests.faults.kills.rows import kill_in_a_row
from tests.faults.kills.sweep import Sweep
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import stage


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ProcessPoolExecutor(2) as pool:
        for kind, figures in zip(PLANS, pool.map(_measured, PLANS), strict=True):
            tell(f"{figures.trials:6} {kind.name}")
            whole += figures
    return whole


def _measured(kind: PlanKind) -> Figures:
    """The figures of one plan kind over all its points, and over kills in a row."""
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        sweep = Sweep.of(on, kind)
        follow(sweep, LONG)
        for number in range(1, sweep.calls + 1):
            kill_in_a_row(sweep, number)
        return sweep.figures


def follow(sweep: Sweep, series: Iterable[Series]) -> None:
    """Kill at each point of each."""
    for one in series:
        for at in one.points:
            if not sweep.kill(at, saved=one.saved, parallelism=one.parallelism):
                break


PROMISE: Final = Promise(
    "kills",
    "a killed run leaves nothing that the next plan does not mend",
    "runs killed",
    ("lost", "doubled", "unowned", "ungated without word", "locks stuck"),
    measure,
)
