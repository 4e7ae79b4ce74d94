"""The list of steps: every page, and proof that it is whole, because a step it lacks counts as gone."""

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs

from pipesync.aiven import explain, wire
from pipesync.aiven.answer import Answer, Call
from pipesync.aiven.dialect import Dialect
from pipesync.errors import ApiError
from pipesync.model import LiveStep, ServiceRef
from pipesync.web.visible import visible

MAX_PAGES: Final = 1000
"""A million steps; a list that is longer than that does not end."""

Ask = Callable[[Call], Answer]
"""Sends a call and raises ApiError unless the answer is a good one."""


def read_steps(ask: Ask, dialect: Dialect) -> tuple[LiveStep, ...]:
    """All steps there are; ApiError if that is not certain.

    A count that is not met is read once more: someone may have created or deleted a step between two pages.
    """
    for _ in range(2):
        steps, expected = _all_pages(ask, dialect)
        if expected is None or expected == len(steps):
            return steps
    raise _incomplete(dialect, f"Aiven counts {expected} steps but lists {len(steps)}, twice in a row")


def _all_pages(ask: Ask, dialect: Dialect) -> tuple[tuple[LiveStep, ...], int | None]:
    steps: list[LiveStep] = []
    cursor: str | None = None
    cursors: set[str] = set()
    for _ in range(MAX_PAGES):
        call = dialect.list(cursor)
        page = _page(call, ask(call), dialect)
        steps.extend(page.steps)
        if page.next is None:
            _check_distinct(steps, dialect)
            return tuple(steps), page.total_count
        cursor = _cursor(page.next, dialect)
        if cursor in cursors:
            raise _incomplete(dialect, "its pages go round in a circle")
        cursors.add(cursor)
    raise _incomplete(dialect, f"it has no end after {MAX_PAGES} pages")


def _page(call: Call, answer: Answer, dialect: Dialect) -> wire.Page:
    try:
        return wire.steps_of(answer.data, bare=dialect.is_flat)
    except wire.UnreadableError as error:
        raise explain.unreadable(call, str(error), answer.status) from None


def _cursor(following: str, dialect: Dialect) -> str:
    """The cursor in `next`, which may be bare, or part of a query or an address; an address is never followed."""
    _, question, query = following.partition("?")
    if not question and "cursor=" in following:
        query = following
    elif not question and not following.lower().startswith(("http://", "https://")):
        return following
    found = parse_qs(query.partition("#")[0]).get("cursor", [])
    if len(found) != 1:
        raise _incomplete(dialect, "where its next page is cannot be read")
    return found[0]


def _check_distinct(steps: list[LiveStep], dialect: Dialect) -> None:
    ids: set[str] = set()
    destinations: set[ServiceRef] = set()
    for live in steps:
        if live.step_id in ids:
            raise _incomplete(dialect, f"one step is listed twice, that of {visible(live.step.address)}")
        if live.step.destination in destinations:
            raise _incomplete(dialect, f"two steps have one destination, {visible(live.step.address)}")
        ids.add(live.step_id)
        destinations.add(live.step.destination)


def _incomplete(dialect: Dialect, words: str) -> ApiError:
    return ApiError(
        f"the list of upgrade steps cannot be trusted: {words}",
        operation=str(dialect.list()),
        next="run the same command again; nothing was changed, because a step that is not listed would count as gone",
    )
