"""The calls that comments take, over Python's own HTTP client: it starts fast, and there are two or three of them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from pipesync.aiven.address import checked
from pipesync.errors import PipesyncError
from pipesync.forge.comment import Comment, Create, Renew
from pipesync.forge.thread import RIGHTS, Forge, Thread
from pipesync.render.escape import visible
from pipesync.web.proxy import proxy_status

SECONDS: Final = 30
"""For which a call may say nothing; our own choice: GitHub itself ends one after 10 s."""

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of an answer: a hundred comments of 65,536 characters, each written as an escape of six, are 39 MB."""

A_PAGE: Final = 100
"""Comments in one answer: the most that GitHub and GitLab give."""

MOST_PAGES: Final = 100
"""Ten thousand comments: one of ours is among the first, for CI comments early. Our own choice."""


class _Stay(HTTPRedirectHandler):
    """A redirect is not followed: it would carry the token along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def listed(thread: Thread) -> Iterator[Comment]:
    """The comments, oldest first, page by page as they are asked for."""
    order = "&sort=asc&order_by=created_at" if thread.forge is Forge.GITLAB else ""
    for page in range(1, MOST_PAGES + 1):
        entries = _call(thread, "GET", f"{thread.every}?per_page={A_PAGE}&page={page}{order}")
        if not isinstance(entries, list):
            raise PipesyncError(f"{thread.forge.value} answered with something that is no list", where=thread.every)
        yield from map(thread.comment, entries)
        if len(entries) < A_PAGE:
            return
    raise PipesyncError(
        f"more than {A_PAGE * MOST_PAGES} comments", where=thread.every, next="use another pull request"
    )


def own_name(thread: Thread) -> str:
    """The login name of the account whose token it is; GitHub does not tell it to a job's token."""
    match _call(thread, "GET", "/user"):
        case {"username": str(name)} | {"login": str(name)}:
            return name
        case _:
            raise PipesyncError(f"{thread.forge.value} does not tell whose token it is", next="name it with --author")


def carry_out(thread: Thread, deed: Create | Renew) -> None:
    """Makes or renews our comment."""
    match deed:
        case Create(body):
            _call(thread, "POST", thread.every, {"body": body})
        case Renew(id_, body):
            method = "PATCH" if thread.forge is Forge.GITHUB else "PUT"
            _call(thread, method, f"{thread.one}/{id_}", {"body": body})


def _call(thread: Thread, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
    url = checked(thread.api) + path
    request = Request(  # noqa: S310  `checked` lets nothing through but https, and http to this machine
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={**thread.headers(), "Content-Type": "application/json", "User-Agent": "pipesync"},
        method=method,
    )
    where = f"{method} {url.partition('?')[0]}"
    try:
        with _opener(url).open(request, timeout=SECONDS) as answer:
            raw: bytes = answer.read(MOST_BYTES + 1)
    except HTTPError as error:
        raise _refused(thread, error, where) from None
    except (URLError, HTTPException, OSError) as error:
        raise PipesyncError(
            f"{thread.forge.value} cannot be reached: {_reason(thread, error)}", where=where, next="run the job again"
        ) from None
    if len(raw) > MOST_BYTES:
        raise PipesyncError(f"the answer is larger than {MOST_BYTES} bytes", where=where)
    try:
        return json.loads(raw)
    except ValueError:
        raise PipesyncError(f"{thread.forge.value} answered with something that is not JSON", where=where) from None


def _opener(url: str) -> OpenerDirector:
    """Plain http is for loopback, where a proxy would only carry the token away from this machine."""
    return build_opener(_Stay, *([] if url.startswith("https:") else [ProxyHandler({})]))


def _reason(thread: Thread, error: URLError | HTTPException | OSError) -> str:
    """Why there is no answer. What is no HTTP is not repeated, nor is a proxy's own word."""
    if isinstance(error, HTTPException):
        return f"the connection was lost, or what came back is not HTTP ({type(error).__name__})"
    words = str(getattr(error, "reason", "") or error) or type(error).__name__
    if words.startswith("Tunnel connection failed"):
        return f"the proxy refuses{proxy_status(words)}"
    return thread.secret.scrub(visible(words))[:200]


def _refused(thread: Thread, error: HTTPError, where: str) -> PipesyncError:
    message = ""
    with suppress(ValueError, OSError, HTTPException, AttributeError), error:
        message = str(json.loads(error.read(10_000)).get("message") or "")
    said = f": {thread.secret.scrub(visible(message))[:200]}" if message else ""
    denied = error.code in {401, 403, 404}  # GitHub and GitLab hide what a token may not see behind a 404
    return PipesyncError(
        f"{thread.forge.value} refuses the comment ({error.code}){said}",
        where=where,
        next=RIGHTS[thread.forge]
        if denied
        else "run the job again; if it stays so, the plan is in the job's artifacts",
    )
