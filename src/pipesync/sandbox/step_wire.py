"""Upgrade steps on the wire: the JSON of a step, the request for one, and the links between pages."""

import base64
import binascii
from typing import Any, Final
from urllib.parse import urlencode

from flask import request

from pipesync import facts
from pipesync.sandbox.context import delay_days, text
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.names import Ref, raw_path
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.settings import Paging
from pipesync.sandbox.steps import Page, Step

_CURSOR: Final = b"after:"

_LARGEST: Final = 2**63 - 1
"""SQLite's largest integer."""


def step_json(step: Step, *, suffix: str, id_key: str = "step_id") -> dict[str, Any]:
    """A step with names called `source_project<suffix>` and so on."""
    last = step.last_validation
    return {
        id_key: step.step_id,
        f"source_project{suffix}": step.source.project,
        f"source_service{suffix}": step.source.service,
        f"destination_project{suffix}": step.destination.project,
        f"destination_service{suffix}": step.destination.service,
        "auto_validation_delay_days": step.auto_validation_delay_days,
        "last_validation": None
        if last is None
        else {
            "comment": last.comment,
            "validated_at": last.validated_at,
            "validated_by_user": last.validated_by_user,
        },
    }


def ask_of(body: dict[str, Any], *, suffix: str) -> Ask:
    """The step that a request body asks for; refuses one that lacks a name or has a delay that is no integer."""
    source, destination = (
        Ref(text(body, f"{end}_project{suffix}"), text(body, f"{end}_service{suffix}"))
        for end in ("source", "destination")
    )
    days = delay_days(body)
    return Ask(source, destination, facts.DEFAULT_DELAY_DAYS if days is None else days)


def asked_page(paging: Paging) -> tuple[int, int]:
    """Where the page that the query asks for begins (after this `seq`), and its length."""
    cursor, limit = request.args.get("cursor"), request.args.get("limit")
    return _after(cursor) if cursor else 0, paging.default_limit if limit is None else _limit(limit)


def page_links(page: Page, paging: Paging) -> dict[str, Any]:
    """The keys around a page's steps; a page that does not exist is shown as the world says."""
    ends = {"null": None, "empty": ""}
    links: dict[str, Any] = {}
    places = {"first": 0, "last": page.last, "next": page.next, "prev": page.previous}
    for name, after in places.items():
        if after is not None:
            links[name] = _link(after, paging)
        elif paging.end in ends:
            links[name] = ends[paging.end]
    return {**links, "total_count": page.total}


def _limit(given: str) -> int:
    if not (given.isascii() and given.isdecimal()):
        raise RefusalError("Invalid value for limit parameter: an integer is required", "bad_request")
    if (limit := int(given)) > facts.LIST_PAGE_LIMIT:
        raise RefusalError(
            f"Invalid value for limit parameter: maximum allowed value is {facts.LIST_PAGE_LIMIT}",
            "bad_request",
        )
    if limit < facts.LIST_PAGE_LIMIT_MIN:
        raise RefusalError(
            f"Invalid value for limit parameter: minimum allowed value is {facts.LIST_PAGE_LIMIT_MIN}",
            "bad_request",
        )
    return limit


def _after(cursor: str) -> int:
    try:
        plain = base64.urlsafe_b64decode(cursor.encode())
        if plain.startswith(_CURSOR) and (after := int(plain.removeprefix(_CURSOR))) <= _LARGEST:
            return after
    except (ValueError, binascii.Error):
        pass
    raise RefusalError("Invalid value for cursor parameter", "bad_request")


def _link(after: int, paging: Paging) -> str:
    cursor = base64.urlsafe_b64encode(_CURSOR + str(after).encode()).decode()
    if paging.links == "cursor":
        return cursor
    query = urlencode({**request.args, "cursor": cursor})
    return f"{request.host_url.rstrip('/')}{raw_path(request.environ)}?{query}"
