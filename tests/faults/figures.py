"""What the trials of a promise came to: how many there were, and what was wrong, by kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

Part = TypeVar("Part")


@dataclass
class Figures:
    """`wrongs` counts by kind what must not be; `troubles` say where and what; `amounts` is what else was counted.

    `slowest` is how many seconds the slowest trial took, where that is what is promised.
    """

    trials: int = 0
    wrongs: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    amounts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def add(self, where: str, found: Iterable[tuple[str, str]]) -> None:
        """Takes down what was found wrong: pairs of a kind and the words for it."""
        for wrong, words in found:
            self.wrongs[wrong] += 1
            self.troubles.append(f"{where}: {wrong}: {words}")

    def __iadd__(self, other: "Figures") -> Self:
        self.trials += other.trials
        self.wrongs += other.wrongs
        self.troubles += other.troubles
        self.amounts += other.amounts
        self.slowest = max(self.slowest, other.slowest)
        return self

    def to_json(self) -> dict[str, Any]:
        return {
            "trials": self.trials,
            "wrongs": dict(self.wrongs),
            "troubles": self.troubles,
            "amounts": dict(self.amounts),
            "slowest": self.slowest,
        }

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Figures":
        return cls(told["trials"], Counter(told["wrongs"]), told["troubles"], Counter(told["amounts"]), told["slowest"])


def in_parts(
    parts: Sequence[Part], measured: Callable[[Part], Figures], name: Callable[[Part], str], tell: Callable[[str], None]
) -> Figures:
    """The figures of all parts, two measured side by side; each is told as it ends."""
    whole = Figures()
    with ProcessPoolExecutor(2) as pool:
        for part, figures in zip(parts, pool.map(measured, parts), strict=True):
            tell(f"{figures.trials:6} {name(part)}")
            whole += figures
    return whole


@dataclass(frozen=True)
class Promise:
    """What pipesync promises, and how often it is put to the test.

    `trials` names what is counted ("runs killed"), `never` the kinds of wrong that are told also when there was none.
    `measure` makes all the trials, in their long form, and tells of each part as it ends.
    """

    name: str
    words: str
    trials: str
    never: tuple[str, ...]
    measure: Callable[[Callable[[str], None]], Figures]

    def told(self, figures: Figures) -> str:
        """One line: how many trials, and how many of each wrong."""
        wrongs = {**dict.fromkeys(self.never, 0), **figures.wrongs}
        also = [f"{number:,} {name}" for name, number in figures.amounts.items()]
        slowest = [f"slowest {figures.slowest:.1f} s"] if figures.slowest else []
        counted = ", ".join([f"{figures.trials:,} {self.trials}", *also, *slowest])
        return f"{counted}: {', '.join(f'{number} {wrong}' for wrong, number in wrongs.items())}"


Tell = Callable[[Promise, Figures], None]
"""Hands figures to the account at the end of all tests; fails if anything was wrong."""
