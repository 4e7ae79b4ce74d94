"""Patterns for destinations, and which entries of a policy are about a service."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
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


def match_of(globs: Sequence[str]) -> Match:
    """Says whether the whole of a text matches any of `globs`; `*` matches slashes, too, and capitals count."""
    match globs:
        case []:
            return lambda _text: False
        case [glob] if is_name(glob):
            return glob.__eq__
        case _:
            return re.compile("|".join(map(translate, globs))).match


class ByDestination(Generic[Entry]):
    """Entries by the patterns of the destinations that they are about.

    What matches a project is found once: thousands of steps are in a few dozen projects.
    """

    def __init__(self, entries: Iterable[tuple[Sequence[Pattern], Entry]]) -> None:
        self._entries = [(_compiled(patterns), entry) for patterns, entry in entries]
        self._by_project: dict[str, list[tuple[Match | None, Entry]]] = {}
        self._services: dict[tuple[str, ...], Match] = {}

    def about(self, ref: ServiceRef) -> list[Entry]:
        """The entries with a pattern that matches `ref`, in their order."""
        found = self._by_project.get(ref.project)
        if found is None:
            found = self._by_project[ref.project] = list(self._in(ref.project))
        service = ref.service
        return [entry for match, entry in found if match is None or match(service)]

    def _in(self, project: str) -> Iterator[tuple[Match | None, Entry]]:
        """The entries that may be about services of `project`, and what a service must match for it; None: nothing."""
        for patterns, entry in self._entries:
            services = [service for match, service in patterns if match(project)]
            globs = tuple(service for service in services if service is not None)
            if len(globs) < len(services):
                yield None, entry
            elif globs:
                yield self._match_of(globs), entry

    def _match_of(self, globs: tuple[str, ...]) -> Match:
        """Compiled once for all projects."""
        if globs not in self._services:
            self._services[globs] = match_of(globs)
        return self._services[globs]


def _compiled(patterns: Iterable[Pattern]) -> list[tuple[Match, str | None]]:
    return [(match_of([pattern.project]), pattern.service) for pattern in patterns]
