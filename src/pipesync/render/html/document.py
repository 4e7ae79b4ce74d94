"""The whole HTML page of a plan: its sections in order, filled into the templates.

A template prints numbers, markup of ours, and text: whatever text it prints is spelled out (`escape.visible`) and
escaped for HTML on the way, so there is nothing that a template could forget. jinja2 takes 49 ms to import, so it is
imported when the first page is asked for.
"""

from __future__ import annotations

import html
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pipesync import risk, shift
from pipesync.amounts import count
from pipesync.render import escape
from pipesync.render.html import raw, seal
from pipesync.render.html.dangers import dangers
from pipesync.render.html.drawings import drawings
from pipesync.render.html.row import Row, sentence
from pipesync.render.words import next_command, sentences, shifts, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from pipesync.plan import Change, Plan

LISTED: Final = 200
"""Entries of a list of background (services whose days move, steps left alone) that are shown: beyond that nobody
reads, and the raw plan has them all."""

MENTIONED: Final = 20
"""Changes that a danger names: a screen's worth; the list of changes has them all."""

ROOM: Final = 25 * 1024 * 1024 // 4
"""Bytes for the changes: with the pictures and the raw plan, a page of 10,000 changes stays below 8 MiB."""

CHUNK: Final = 50
"""Changes that a browser lays out together, once they come into sight: some screens of them."""


TITLES: Final = {
    "reach": "Reach",
    "dangers": "Dangers",
    "changes": "Changes",
    "pictures": "Pictures",
    "kept": "Kept back",
    "drift": "Drift",
    "days": "Days",
    "alone": "Left alone",
    "unmanaged": "Not managed",
    "options": "Options",
    "plan": "This plan",
}
"""What the sections are called among the links to them, by their ids."""


class Group(NamedTuple):
    """Changes below one heading: their markup, and how many of them are told briefly."""

    title: str
    written: Sequence[Markup]
    brief: int

    @property
    def chunks(self) -> Iterator[Sequence[Markup]]:
        return (self.written[at : at + CHUNK] for at in range(0, len(self.written), CHUNK))


def plan_html(plan: Plan, plan_file: str | None) -> str:
    """The verdict, how far the plan reaches, its dangers, every change, then the background and the raw plan."""
    judged = risk.of(plan)
    dangerous = [change for change in plan.changes if change.action in terms.DANGEROUS]
    harmless = [change for change in plan.changes if change.action not in terms.DANGEROUS]
    page = (
        _environment()
        .get_template("plan.html.j2")
        .render(
            plan=plan,
            plan_file=plan_file,
            judged=judged,
            seal=seal,
            dangers=dangers(plan, judged, [*dangerous, *harmless]),
            groups=_groups(plan, judged, dangerous, harmless),
            pictures=drawings(plan),
            shifted=list(shift.read(plan.context).items()),
            next_command=next_command.after(plan, plan_file),
            raw=raw.of(plan),
        )
    )
    return page.strip("\n") + "\n"


def _groups(
    plan: Plan, judged: risk.Risk | None, dangerous: Sequence[Change], harmless: Sequence[Change]
) -> Iterator[Group]:
    written, full = _written(plan, judged, [*dangerous, *harmless])
    edge = len(dangerous)
    if dangerous:
        yield Group("Destroyed or replaced", written[:edge], max(0, edge - full))
    if harmless:
        title = "Other changes" if dangerous else "All of them"
        yield Group(title, written[edge:], len(written) - max(edge, full))


def _written(plan: Plan, judged: risk.Risk | None, changes: Sequence[Change]) -> tuple[list[Markup], int]:
    """Each change as markup, and how many are told in full: those after them had no room, and are told briefly."""
    parts = _environment().get_template("changes.html.j2").module
    rows = [Row.of(plan, judged, change, number) for number, change in enumerate(changes, 1)]
    written: list[Markup] = [parts.change(row) for row in rows]  # type: ignore[attr-defined]  # a macro
    size = sum(map(_size, written))
    if size <= ROOM:
        return written, len(written)
    full = len(written)
    while full and size > ROOM:
        full -= 1
        size -= _size(written[full])
        written[full] = parts.brief(rows[full])  # type: ignore[attr-defined]  # a macro
        size += _size(written[full])
    return written, full


def _size(markup: Markup) -> int:
    return len(markup.encode())


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipesync.render"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(sentence=sentence, verbatim=_verbatim)
    environment.globals.update(
        terms=terms,
        sentences=sentences,
        shifts=shifts,
        count=count,
        TITLES=TITLES,
        LISTED=LISTED,
        MENTIONED=MENTIONED,
        CHUNK=CHUNK,
    )
    return environment


def _printed(value: object) -> object:
    """Text spelled out, for jinja2 to escape; anything else that is no number and no markup is a mistake of ours."""
    if type(value) is str:
        return escape.visible(value)
    if isinstance(value, int) or hasattr(value, "__html__"):
        return value
    if isinstance(value, StrEnum):
        return value.value
    raise TypeError(f"a template prints {value!r}, which is no text")


def _verbatim(text: str) -> Markup:
    """JSON as it is, line by line: it is ASCII without control characters."""
    from markupsafe import Markup

    return Markup(html.escape(text, quote=False))  # noqa: S704 - escaped for text, where quotes are themselves
