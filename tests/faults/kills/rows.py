"""Kills in a row: the run that mends what a killed one has left is killed, too, and then the one that mends that."""

from typing import Final

from tests.faults.fate import Point
from tests.faults.kills.sweep import MENDINGS, Mending, Sweep

SECOND: Final = (Point("effect", 1), Point("received", 1), Point("file", 13), Point("answered", 2))
"""Where a mending run is killed; the 13th operation on a file is in the middle of its first write of the state."""


def kill_in_a_row(sweep: Sweep, number: int) -> None:
    """Three in a row, from a first run that is killed at its write call with that `number`, in each way of mending.

    The second of them, and the third, may be over before their point: then there is nothing to kill.
    """
    if not sweep.kill(Point("effect", number)) or (first := sweep.left) is None:
        return
    for turn, mending in enumerate(MENDINGS):
        second = SECOND[(number + turn) % len(SECOND)]
        if sweep.kill_again(first, mending, second) and sweep.left is not None:
            sweep.kill_again(sweep.left, _other(mending), SECOND[(number + turn + 1) % len(SECOND)])


def _other(mending: Mending) -> Mending:
    return "the new spec" if mending == "the old spec" else "the old spec"
