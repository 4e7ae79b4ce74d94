"""Runs of every plan kind, killed at every point: each call of the API, each operation on a file of the state, and of
the functions called and left by the code that acts every 25th; and with a state elsewhere, each request for it.
"""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.faults.away import Away
from tests.faults.figures import Figures, Promise, in_parts
from tests.faults.kills.commands import commands_killed
from tests.faults.kills.places import ENGINES, GITLAB, PLAIN, place
from tests.faults.kills.points import ELSEWHERE, LONG, Series
from tests.faults.kills.rows import kill_in_a_row
from tests.faults.kills.sweep import Sweep
from tests.faults.places import there_are
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import Stage, stage, stage_of
from tests.stores.engines import Engine
from tests.stores.kinds import Engines

Task = tuple[PlanKind | None, str | None, Engine | None]
"""A plan kind, and the place of its state; without a kind it is the commands that write the state by themselves."""


def measure(tell: Callable[[str], None]) -> Figures:
    with ExitStack() as stack:
        engines = Engines(stack)
        there = {kind: engines.of(kind) for kind in there_are(engines, ENGINES, tell)}
        tasks: list[Task] = [
            (None, None, None),
            *((kind, None, None) for kind in PLANS),
            *((kind, name, there.get(name)) for name in (*there, PLAIN, GITLAB) for kind in PLANS),
        ]
        return in_parts(tasks, _measured, _name, tell)


def _name(task: Task) -> str:
    kind, place, _ = task
    return f"{kind.name if kind else 'commands'}{f', the state at {place}' if place else ''}"


def _measured(task: Task) -> Figures:
    """The figures of one plan kind over all its points, and over kills in a row."""
    kind, name, engine = task
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        on: Stage = stack.enter_context(stage(Path(folder)) if name is None else stage_of(Away, Path(folder)))
        if kind is None:
            return commands_killed(on)
        if name is not None and isinstance(on, Away):
            on.settle(stack.enter_context(place(name, engine)))
        sweep = Sweep.of(on, kind)
        follow(sweep, LONG if name is None else ELSEWHERE)
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
