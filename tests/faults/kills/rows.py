"""Kills in a row: the run that mends what a killed one has left is killed, too, and then the one that mends that."""

from typing import Final

from tests.faults.fate import Point
from tests.faults.kills.sweep import MENDINGS, Mending, Sweep
from tests.faults.stage import Scene

POINTS: Final = (Point("effect", 1), Point("received", 1), Point("answered", 2), Point("file", 8), Point("sent", 8))
"""Where a mending run is killed: around its first call, once it knows the live steps, or in the middle of its first
write of the state, to a file or elsewhere.
"""


def kill_in_a_row(sweep: Sweep, number: int) -> None:
    """Three in a row, from a first run that is killed at its write call with that `number`, in each way of mending."""
    if not sweep.kill(Point("effect", number)) or (first := sweep.left) is None:
        return
    for turn, mending in enumerate(MENDINGS, number):
        if _kill(sweep, first, mending, turn) and sweep.left is not None:
            _kill(sweep, sweep.left, _other(mending), turn + 1)


def _kill(sweep: Sweep, left: Scene, mending: Mending, turn: int) -> bool:
    """Kill the mending run at one of the points that it gets to; a few have so little to do that there is none."""
    first = turn % len(POINTS)
    return any(sweep.kill_again(left, mending, at) for at in (*POINTS[first:], *POINTS[:first]))


def _other(mending: Mending) -> Mending:
    return "the new spec" if mending == "the old spec" else "the old spec"
