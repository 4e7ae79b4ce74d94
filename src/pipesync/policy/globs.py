"""Patterns for destinations, and which entries of a policy are about a service."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from itertools import chain
from typing import Generic, Self, TypeVar

from pipesync.model import ServiceRef

Entry = TypeVar("Entry")
Match = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`PROJECT` or `PROJECT/SERVICE`, each a glob with * ? [abc] [!abc]; without a service, all of the project's."""

    project: str
    service: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        project, slash, service = text.partition("/")
        return cls(project, service if slash else None)


def is_name(glob: str) -> bool:
    """Whether `glob` can match one name only: itself."""
    return not any(char in glob for char in "*?[")


class Globs:
    """Tells which of many globs match a name, without trying each of them.

    Most globs hold some letters that a name must hold, too, so they are found by these; what is left is compiled when a
    name needs it, and each name is judged once.
    """

    def __init__(self, globs: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._by_letters: dict[str, list[str]] = {}
        for glob in dict.fromkeys(globs):
            if is_name(glob):
                self._names.add(glob)
            else:
                self._by_letters.setdefault(_letters(glob), []).append(glob)
        self._lengths = sorted({len(letters) for letters in self._by_letters})
        self._compiled: dict[str, Match] = {}
        self._found: dict[str, tuple[str, ...]] = {}

    def matching(self, name: str) -> tuple[str, ...]:
        """The globs that match the whole of `name`; `*` matches slashes, too, and capitals count."""
        if name not in self._found:
            found = [glob for glob in self._candidates(name) if self._match_of(glob)(name)]
            self._found[name] = (name, *found) if name in self._names else tuple(found)
        return self._found[name]

    def _candidates(self, name: str) -> Iterator[str]:
        for length in self._lengths:
            for letters in {name[at : at + length] for at in range(len(name) - length + 1)}:
                yield from self._by_letters.get(letters, ())

    def _match_of(self, glob: str) -> Match:
        if glob not in self._compiled:
            self._compiled[glob] = re.compile(translate(glob)).match
        return self._compiled[glob]


def _letters(glob: str) -> str:
    """The longest text that each match of `glob` holds; between the first [ and the last ] may be a choice."""
    before, _, rest = glob.partition("[")
    return max(re.split(r"[*?]", f"{before}*{rest.rpartition(']')[2]}" if "]" in rest else before), key=len)


class Numbered:
    """Which of several lists of globs match a name, by their numbers."""

    def __init__(self, lists: Iterable[Iterable[str]]) -> None:
        self._lists: dict[str, list[int]] = {}
        for number, globs in enumerate(lists):
            for glob in dict.fromkeys(globs):
                self._lists.setdefault(glob, []).append(number)
        self._globs = Globs(self._lists)

    def matching(self, name: str) -> set[int]:
        """The numbers of those with a glob that matches."""
        return set(chain.from_iterable(self._lists[glob] for glob in self._globs.matching(name)))


class ByDestination(Generic[Entry]):
    """Entries by the patterns of the destinations that they are about."""

    def __init__(self, entries: Iterable[tuple[Iterable[Pattern], Entry]]) -> None:
        self._entries: list[Entry] = []
        self._numbers: dict[str, dict[str | None, list[int]]] = {}
        for number, (patterns, entry) in enumerate(entries):
            self._entries.append(entry)
            for pattern in dict.fromkeys(patterns):
                of_project = self._numbers.setdefault(pattern.project, {})
                of_project.setdefault(pattern.service, []).append(number)
        self._projects = Globs(self._numbers)
        self._services = Globs(glob for of in self._numbers.values() for glob in of if glob is not None)

    def about(self, ref: ServiceRef) -> list[Entry]:
        """The entries with a pattern that matches `ref`, in their order."""
        found: set[int] = set()
        services = (None, *self._services.matching(ref.service))
        for glob in self._projects.matching(ref.project):
            of_project = self._numbers[glob]
            for service in services if len(services) < len(of_project) else of_project.keys() & services:
                found.update(of_project.get(service, ()))
        return [self._entries[number] for number in sorted(found)]
