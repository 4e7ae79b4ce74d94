"""Applies in bad weather, again and again until one ends well: what each of them did that it must not have done."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.gate import blind_repeats, doublings
from tests.faults.kills.aftermath import put_right, unnamed
from tests.faults.opening import opening
from tests.faults.plans import PlanKind
from tests.faults.seen import Seen
from tests.faults.stage import Stage
from tests.faults.trouble.change import change
from tests.faults.trouble.weather import Weather, met

MOST_RUNS: Final = 30
"""Half of all troubles end a run, and a run makes some ten requests: of 1,000 seeds one needs more."""

CODES: Final = frozenset({0, 1, 3, 4, 5})


@dataclass(frozen=True)
class Course:
    """The course of a seed: its change, made by one apply after the other."""

    on: Stage
    seed: int

    @cached_property
    def dice(self) -> Random:
        return Random(self.seed)

    def run(self, figures: Figures) -> Counter[str]:
        """The troubles that were met; `figures` gets one trial more, and what was wrong in it."""
        kind = change(self.seed, self.dice)
        self.on.set(opening(self.on, kind))
        weather = Weather(self.seed)
        saved = self.dice.random() < 0.3
        for number in range(1, MOST_RUNS + 1):
            ended = self._apply(kind, figures, weather, f"seed {self.seed}, {kind.name}, run {number}", saved=saved)
            saved = saved and ended.code != 5
            if ended.code == 0:
                break
        figures.trials += 1
        figures.amounts["troubles"] += weather.met.total()
        where = f"seed {self.seed}, {kind.name}, in the end"
        figures.add(where, put_right(self.on, kind, kind.new, ended))
        return weather.met

    def _apply(self, kind: PlanKind, figures: Figures, weather: Weather, where: str, *, saved: bool) -> Ended:
        before = Seen.of(self.on)
        what = ("plan.json",) if saved else kind.flags
        with met(self.on, weather):
            ended = self.on.apply(*what, "--parallelism", str(self.dice.choice((1, 10))))
        requests = self.on.gate.requests
        figures.amounts["runs"] += 1
        figures.amounts["requests"] += len(requests)
        figures.add(where, _misspoken(ended))
        figures.add(where, (("doubled", wish) for wish in doublings(requests)))
        figures.add(where, (("blind", wish) for wish in blind_repeats(requests)))
        figures.add(where, (("followed", one.path) for one in requests if "followed" in one.path))
        figures.add(where, _mistaken(kind, before, Seen.of(self.on), ended))
        return ended


def _misspoken(ended: Ended) -> Iterator[tuple[str, str]]:
    """What is wrong in how a run ended, and in what it says."""
    said = ended.out + ended.err
    if ended.code not in CODES:
        yield "wrong code", repr(ended)
    if "Traceback" in said:
        yield "traceback", said
    if ended.code == 1 and "Error: " not in said and "Apply incomplete" not in said:
        yield "wordless", repr(ended)
    if "removed outside" in said:
        yield "read as absent", said


def _mistaken(kind: PlanKind, before: Seen, after: Seen, ended: Ended) -> Iterator[tuple[str, str]]:
    """What a run has forgotten, or left without a gate and without a word."""
    managed = {step.destination for step in kind.new if step.manage}
    for address, step_id in before.recorded.items():
        if address not in managed:
            continue
        known = after.recorded.get(address) == step_id or address in after.pending
        if after.live.get(address) == step_id and not known:
            yield "forgotten", f"{address}: {after}"
    yield from unnamed(before.live.keys() & managed - after.live.keys(), ended)
