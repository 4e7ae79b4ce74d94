"""The problems found so far in a set of spec files."""

from difflib import get_close_matches
from typing import Final, Literal

from pipesync.errors import Problem, SpecError
from pipesync.model import Origin

MOST_LISTED: Final = 1000
"""Problems listed in one run: more than anyone reads, few enough for a file made to produce a million."""

MOST_SUGGESTIONS: Final = 100
"""A suggestion compares a word with each candidate; beyond this many it would be felt."""

MOST_CANDIDATES: Final = 200
"""The same, for the words one is compared with."""

LONGEST_SUGGESTED: Final = 150
"""No key or service reference of a spec is longer (a project, a slash, a service: 128)."""


class Findings:
    """Collects problems; `settle` raises them all at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._places: set[Origin] = set()
        self._first_unlisted: Problem | None = None
        self._unlisted = 0
        self._suggestions = 0

    def __len__(self) -> int:
        return len(self._problems)

    def add(self, origin: Origin, message: str, kind: Literal["shape", "rule"] = "shape") -> None:
        problem = Problem(origin, kind, message)
        if len(self._problems) < MOST_LISTED:
            self._problems.append(problem)
            self._places.add(origin)
        else:
            self._first_unlisted = self._first_unlisted or problem
            self._unlisted += 1

    def has_at(self, origin: Origin) -> bool:
        """Whether a problem was found at this place already, of which another one may be the echo."""
        return origin in self._places

    @property
    def is_full(self) -> bool:
        """Whether looking further could only raise the count of what is not listed."""
        return self._unlisted > 0

    def suggestion(self, word: str, known: list[str]) -> str | None:
        """The one of the `known` words that `word` probably means."""
        if len(word) > LONGEST_SUGGESTED or self._suggestions >= MOST_SUGGESTIONS:
            return None
        self._suggestions += 1
        return next(iter(get_close_matches(word, known[:MOST_CANDIDATES], n=1)), None)

    def listed(self) -> list[Problem]:
        """The problems, and how many more there are."""
        if self._first_unlisted is None:
            return self._problems
        number = f"{self._unlisted:,} more problem{'' if self._unlisted == 1 else 's'}"
        more = f"and at least {number} from here on; mend the listed ones first"
        return [*self._problems, Problem(self._first_unlisted.origin, self._first_unlisted.kind, more)]

    def settle(self) -> None:
        """Raise SpecError if there is any problem."""
        if problems := self.listed():
            raise SpecError(problems)
