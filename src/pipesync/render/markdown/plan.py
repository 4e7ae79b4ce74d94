"""A plan in Markdown, with as much detail as fits where it is posted.

Nothing is ever cut inside: a page has a piece, or it has not, and says so. From the longest to the shortest: all of it;
without the changes field by field; without pictures; and then a table with as many rows as fit, each destroy named
while there is room, and beyond that counted by project.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from pipesync.plan import Plan
from pipesync.render.markdown.pieces import TABLE, PlanPage, quoted
from pipesync.render.markdown.posting import Posting, size
from pipesync.render.markdown.shortened import shortened
from pipesync.render.words import sentences


class Detail(IntEnum):
    """What a page leaves out, from nothing on."""

    FULL = 0
    NO_FIELDS = 1
    NO_PICTURES = 2


_LEFT_OUT = {
    Detail.FULL: "",
    Detail.NO_FIELDS: "The changes field by field",
    Detail.NO_PICTURES: "The changes field by field and their pictures",
}


def plan_markdown(plan: Plan, plan_file: str | None, posting: Posting) -> str:
    """At most `posting.limit` characters; nothing where there is nothing to say and `posting` wants it so."""
    if posting.quiet_if_empty and _says_nothing(plan):
        return ""
    page = PlanPage(plan, _as_read(plan_file), replace(posting, artifact=_as_read(posting.artifact)))
    for detail in Detail:
        text = _fitting(_pieces(page, detail), posting.limit)
        if text is not None:
            return text
    return shortened(page, posting.limit)


def _as_read(path: str | None) -> str | None:
    """A file as the page's reader may know it: the folders of the machine that wrote it are no help."""
    return Path(path).name if path is not None and Path(path).is_absolute() else path


def _says_nothing(plan: Plan) -> bool:
    return not (plan.changes or plan.kept or plan.drift or plan.warnings or plan.refusals or plan.errors)


def _fitting(pieces: Iterator[str], limit: int) -> str | None:
    """The pieces as one text, None as soon as they are longer than that."""
    taken, room = [], limit
    for piece in pieces:
        room -= size(piece)
        if room < 0:
            return None
        taken.append(piece)
    return "".join(taken)


def _pieces(page: PlanPage, detail: Detail) -> Iterator[str]:
    yield page.head(page.judged, sentences.reach(page.plan))
    yield page.note
    for alert in page.alerts:
        yield from quoted(alert, (line for lines in alert.lines for line in lines))
    yield page.options
    if page.changes:
        yield TABLE
        for row in page.rows:
            yield f"{row}\n"
        yield "\n"
    if detail < Detail.NO_PICTURES:
        yield page.pictures
    if detail < Detail.NO_FIELDS:
        yield from _fields(page)
    yield page.background
    yield page.next
    if detail is not Detail.FULL:
        yield f"<sub>{_LEFT_OUT[detail]} had no room here.</sub>\n\n"
    yield page.foot


def _fields(page: PlanPage) -> Iterator[str]:
    if page.changes:
        yield f"<details>\n<summary>Field by field ({len(page.changes)})</summary>\n\n"
        for block in page.fields:
            yield f"{block}\n\n"
        yield "</details>\n\n"
