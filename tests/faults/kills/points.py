"""Where the runs of a plan kind are killed: series of points, each followed until a run is over before the next one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product
from typing import Final

from tests.faults.fate import Moment, Point


@dataclass(frozen=True)
class Series:
    """From the `first` point on `every` so many-th, in runs of the `saved` plan or of the spec."""

    moment: Moment
    first: int
    every: int
    saved: bool
    parallelism: int

    @property
    def points(self) -> Iterator[Point]:
        return (Point(self.moment, number) for number in count(self.first, self.every))


def short(number: int) -> tuple[Series, ...]:
    """Of the plan kind with that number: while each call of the API is asked, and after each of its answers; before and
    after the effect of each write, the odd ones in runs of the spec and the even ones in runs of the saved plan, or the
    other way round; every fourth operation on a file of the state (its open, write, fsync, rename, and those of the
    lock), beginning with another one from kind to kind; a spread of functions.
    """
    return (
        Series("asked", 1, 1, saved=False, parallelism=10),
        Series("received", 1, 2, saved=False, parallelism=10),
        Series("received", 2, 2, saved=True, parallelism=1),
        Series("effect", 1, 2, saved=True, parallelism=1),
        Series("effect", 2, 2, saved=False, parallelism=10),
        Series("answered", 1, 1, saved=bool(number % 2), parallelism=1),
        Series("file", 1 + number % 4, 4, saved=not number % 2, parallelism=10),
        Series("call", 20 + number * 17, 300, saved=False, parallelism=10),
    )


ELSEWHERE: Final = (
    Series("received", 1, 1, saved=False, parallelism=10),
    Series("effect", 1, 1, saved=True, parallelism=1),
    Series("sent", 1, 1, saved=False, parallelism=10),
    Series("kept", 1, 1, saved=True, parallelism=1),
)
"""Of a plan kind whose state is elsewhere: before and after the effect of each write call of the API, and of each
request to the place of the state.
"""

_CALLS: Final[tuple[Moment, ...]] = ("asked", "told", "received", "effect", "answered")

LONG: Final = (
    *(Series(moment, 1, 1, *how) for moment, how in product(_CALLS, product((False, True), (1, 10)))),
    *(Series("file", 1, 1, saved, 10) for saved in (False, True)),
    *(Series("call", 1, 25, *how) for how in ((False, 10), (True, 1))),
)
"""Every point of each call of the API in every way to run, every operation on a file, and of the functions called and
left every 25th.
"""
