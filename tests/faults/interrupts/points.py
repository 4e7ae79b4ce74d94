"""The boundaries of a run at which it can be interrupted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, cycle, islice, product
from signal import SIGINT, SIGTERM, Signals
from typing import Final, Literal

from tests.faults.fate import Moment, Point
from tests.faults.forks import Ended
from tests.faults.gate import Request
from tests.faults.stage import Stage

BLOWS: Final = (SIGINT, SIGTERM)
_NO_END: Final = 10**9

_OF_READS: Final[tuple[Moment, ...]] = ("asked", "told")
_OF_WRITES: Final[tuple[Moment, ...]] = ("received", "effect")

Within = Literal["file", "call", "step"]


@dataclass(frozen=True)
class Extent:
    """How many requests a run makes that is left in peace, and how many events of each kind there are within it."""

    reads: int
    writes: int
    events: dict[Within, int]

    @classmethod
    def of(cls, on: Stage, run: Callable[[Point], Ended], within: Sequence[Within]) -> "Extent":
        """Measured by `run`ning it once for each kind of event."""
        events: dict[Within, int] = {}
        requests: list[Request] = []
        for moment in within:
            ended = run(Point(moment, _NO_END))
            assert ended.code == 0, ended
            events[moment], requests = ended.events, on.gate.requests
        writes = sum(request.writes for request in requests)
        return cls(len(requests) - writes, writes, events)

    def at_calls(self, every: int = 1) -> Iterator[Point]:
        """Before and after each call of the API; of `every` so many calls and moments one."""
        reads = product(range(1, self.reads + 1), _OF_READS)
        writes = product(range(1, self.writes + 1), _OF_WRITES)
        found = (Point(moment, number) for number, moment in chain(reads, writes))
        yield from islice(found, 0, None, every)

    def within(self, moment: Within, most: int) -> Iterator[Point]:
        """At most so many of the events, spread from the first to the last."""
        total = self.events[moment]
        numbers = {1 + place * (total - 1) // max(1, most - 1) for place in range(most)}
        yield from (Point(moment, number) for number in sorted(numbers) if number <= total)


def in_turn(points: Iterator[Point]) -> Iterator[Point]:
    """Each point with one of the signals."""
    yield from (replace(point, blow=blow) for point, blow in zip(points, cycle(BLOWS), strict=False))


def with_each(points: Iterator[Point], blows: Sequence[Signals] = BLOWS) -> Iterator[Point]:
    """Each point with both signals."""
    yield from (replace(point, blow=blow) for point in points for blow in blows)


def twice(points: Iterator[Point], later: int) -> Iterator[Point]:
    """Each point as it is, and with a second signal so many events later."""
    yield from (replace(point, again=again) for point in points for again in (0, later))
