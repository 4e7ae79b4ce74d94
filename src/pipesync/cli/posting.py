"""The flags that say where a page of Markdown is posted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipesync.cli.layout import flag, together
from pipesync.render.markdown.posting import GITHUB, ID, LEAST, Posting

_MARKDOWN = "Markdown"


def _id(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """What the marker can hold; an empty one comes from a variable that is not set."""
    if value is not None and ID.fullmatch(value) is None:
        raise click.BadParameter(f"{value!r} is not made of up to 64 letters, digits and single . _ / -")
    return value


def comment_id(section: str, text: str) -> Callable[[Any], Any]:
    """--comment-id, with its own line of help."""
    return flag("--comment-id", metavar="NAME", callback=_id, section=section, help=text)


_page = together(
    flag(
        "--comment-limit",
        type=click.IntRange(min=LEAST),
        default=GITHUB,
        show_default=True,
        metavar="N",
        section=_MARKDOWN,
        help="The most characters. GitHub takes 65536, Bitbucket Server 32768, Azure DevOps 150000, GitLab 1000000.",
    ),
    comment_id(
        _MARKDOWN,
        "Stands in the first line, <!-- pipesync:plan NAME -->, to tell several plans of one repository apart.",
    ),
)

_of_plans = together(
    flag(
        "--quiet-if-empty",
        is_flag=True,
        section=_MARKDOWN,
        help="An empty text where a plan has no changes, no drift and nothing to warn of.",
    ),
    flag(
        "--mention-owners",
        is_flag=True,
        section=_MARKDOWN,
        help="Call the owners of the touched pipelines that are an @user or an @org/team.",
    ),
)


def plan_posting(command: Callable[..., Any]) -> Callable[..., Any]:
    """For pages of plans; all of it is handed over as one `posting: Posting`."""
    decorated: Callable[..., Any] = _page(_of_plans(_bundled(command)))
    return decorated


def outcome_posting(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for pages that say what a run did, which is never nothing and calls nobody."""
    decorated: Callable[..., Any] = _page(_bundled(command))
    return decorated


def _bundled(command: Callable[..., Any]) -> Callable[..., Any]:
    def bundled(
        *args: Any,
        comment_limit: int,
        comment_id: str | None,
        quiet_if_empty: bool = False,
        mention_owners: bool = False,
        reports: list[tuple[str, Path]],
        **kwargs: Any,
    ) -> Any:
        whole = next((str(path) for name, path in reports if name in _WHOLE), None)
        posting = Posting(comment_limit, comment_id, quiet_if_empty, mention_owners, whole)
        return command(*args, posting=posting, reports=reports, **kwargs)

    bundled.__name__, bundled.__doc__ = command.__name__, command.__doc__
    bundled.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    return bundled


_WHOLE = frozenset({"json", "html"})
"""Renderings that are never shortened."""
