"""GitHub's annotations: workflow commands that put what a reviewer must know beside the spec's lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from pipesync.amounts import count
from pipesync.render.escape import line, visible
from pipesync.render.machines.notices import Notice, Severity
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import entry

SHOWN: Final = 10
"""Annotations of one kind that GitHub shows of a step (GitHub Docs, "Workflow commands"); it drops the rest."""

_DATA: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY: Final = (*_DATA, (":", "%3A"), (",", "%2C"))
"""How the runner wants a message and a property to be written; `%` first."""


def annotations(notices: Iterable[Notice], closing: Iterable[str], repository: Repository) -> str:
    """At most ten commands of a kind, what is left out as one line, and `closing`: sentences of ours."""
    told: Counter[Severity] = Counter()
    lines: dict[Severity, list[str]] = {level: [] for level in Severity}
    for notice in notices:
        told[notice.severity] += 1
        if told[notice.severity] <= SHOWN:
            lines[notice.severity].append(_command(notice, repository))
    more = [count(told[level] - SHOWN, f"more {level}") for level in Severity if told[level] > SHOWN]
    left = [f"Not annotated, for GitHub shows {SHOWN} of a kind: {', '.join(more)}."] if more else []
    return "".join(f"{each}\n" for each in (*(each for level in Severity for each in lines[level]), *left, *closing))


def _command(notice: Notice, repository: Repository) -> str:
    properties = ",".join(f"{key}={_written(value, _PROPERTY)}" for key, value in _properties(notice, repository))
    message = "\n".join(line(sentence) for sentence in (notice.message, *notice.more))
    return f"::{notice.severity} {properties}::{_written(message, _DATA)}"


def _properties(notice: Notice, repository: Repository) -> Iterator[tuple[str, str]]:
    """Where the annotation stands, if the repository has the place, and its heading."""
    path = None if notice.place is None else repository.path(notice.place.file)
    if notice.place is not None and path is not None:
        yield "file", visible(path)
        yield "line", str(notice.place.line)
        yield "col", str(notice.place.column)
    yield "title", visible(entry(notice.code).title)


def _written(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for character, escaped in table:
        text = text.replace(character, escaped)
    return text
