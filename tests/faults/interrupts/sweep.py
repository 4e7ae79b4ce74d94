"""All interrupts of one command: its boundaries, one after the other, or those where the API hangs side by side."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.faults.fate import Point
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.interrupts.course import interrupt, interrupt_approval, interrupt_look
from tests.faults.interrupts.points import Extent, in_turn, twice, with_each
from tests.faults.opening import opening
from tests.faults.plans import ORGANIZATION, PLANS, PlanKind, chain
from tests.faults.stage import Stage, stage

REPLACES: Final = PlanKind(
    "two replaces in one project, where the first runs alone",
    (*chain("pg-a", "dev", "eu"), *chain("pg-b", "dev", "eu"), *chain("pg-c", "dev", "eu")),
    (*chain("pg-a", "stage", "eu"), *chain("pg-b", "stage", "eu"), *chain("pg-c", "dev", "eu")),
)
EVERYTHING: Final = next(kind for kind in PLANS if kind.name == "something of everything")
KINDS: Final = (EVERYTHING, REPLACES, *(kind for kind in PLANS if not kind.refused and kind is not EVERYTHING))

LOOKS: Final[dict[str, tuple[str, ...]]] = {
    "plan": ("plan",),
    "drift": ("drift",),
    "status": ("status",),
    "forecast": ("forecast",),
    "dump": ("dump", "--organization", ORGANIZATION),
    "show": ("show",),
    "show of a plan": ("show", "plan.json"),
    "validate": ("validate",),
}
APPROVE: Final = ("approve", "dev/pg-a", "--yes", "--any")

LATER: Final = 7
"""So many calls and returns after the first signal comes the second: long enough for it to be under way."""

SIDE_BY_SIDE: Final = 4
"""Runs that an API leaves hanging wait 4 s each, and do nothing meanwhile."""


@dataclass(frozen=True)
class Density:
    """How many of the points are tried: of `calls` and `files` each so many-th, of `steps` so many; `both` signals?"""

    calls: int
    files: int
    steps: int
    both: bool

    def points(self, extent: Extent) -> Iterator[Point]:
        found = self._points(extent)
        return with_each(found) if self.both else in_turn(found)

    def _points(self, extent: Extent) -> Iterator[Point]:
        yield from extent.at_calls(self.calls)
        if extent.reads:
            yield Point("stall", 1)
            yield Point("trickle", 1)
            yield Point("asked", 1, hangs=True)
        if "file" in extent.events:
            yield from extent.within("file", extent.events["file"] // self.files)
        yield from twice(extent.within("step", self.steps), LATER)


SHORT: Final = Density(calls=2, files=4, steps=4, both=False)
LONG: Final = Density(calls=1, files=1, steps=10, both=True)
LONG_LOOK: Final = replace(LONG, steps=40)
"""A command that reads has fewer boundaries of other kinds, and is over sooner."""


def of_apply(on: Stage, kind: PlanKind, density: Density) -> Figures:
    """Interrupts of an apply that makes the changes of `kind`."""
    scene = opening(on, kind)

    def run(at: Point) -> Ended:
        on.set(scene)
        return on.apply(*kind.flags, at=at)

    return _tried(
        density.points(Extent.of(on, run, ("file", "step"))),
        lambda at, figures: interrupt(on, kind, scene, at, figures),
    )


def of_look(on: Stage, command: str, density: Density) -> Figures:
    """Interrupts of a command that reads."""
    on.set(opening(on, EVERYTHING))
    arguments = LOOKS[command]
    extent = Extent.of(on, lambda at: on.run(*arguments, at=at), ("step",))
    return _tried(density.points(extent), lambda at, figures: interrupt_look(on, arguments, at, figures))


def of_approval(on: Stage, density: Density) -> Figures:
    """Interrupts of an approval."""
    scene = opening(on, EVERYTHING)

    def run(at: Point) -> Ended:
        on.set(scene)
        return on.run(*APPROVE, at=at)

    return _tried(
        density.points(Extent.of(on, run, ("step",))),
        lambda at, figures: interrupt_approval(on, APPROVE, scene, at, figures),
    )


def while_it_hangs(kind: PlanKind, points: Iterable[Point]) -> Figures:
    """Interrupts of an apply whose API does not answer any more, several of them at a time."""
    waiting = list(points)
    whole = Figures()
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for figures in pool.map(lambda first: _hung(kind, waiting[first::SIDE_BY_SIDE]), range(SIDE_BY_SIDE)):
            whole += figures
    return whole


def _hung(kind: PlanKind, points: Iterable[Point]) -> Figures:
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder)) as on:
        scene = opening(on, kind)
        return _tried(points, lambda at, figures: interrupt(on, kind, scene, at, figures))


def hangs(writes: int) -> Iterator[Point]:
    """At each write: it has no answer, or one that drips in; and a wait before the first is sent again."""
    for number in range(1, writes + 1):
        yield Point("received", number, hangs=True)
        yield Point("effect", number, hangs=True)
        yield Point("drip", number)
    yield Point("wait", 1)


def _tried(points: Iterable[Point], at: Callable[[Point, Figures], bool]) -> Figures:
    """What came of all points; those that a run did not come to are counted as `missed`."""
    figures = Figures()
    for point in points:
        if not at(point, figures):
            figures.amounts["missed"] += 1
    return figures
