"""`pipesync comment`: a plan's Markdown as one comment on the pull request that a CI job runs for."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command, flag
from pipesync.cli.posting import comment_id
from pipesync.errors import PipesyncError

if TYPE_CHECKING:
    from pipesync.forge.comment import Deed
    from pipesync.forge.thread import Thread


@click.command(cls=Command)
@click.argument("markdown", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@comment_id("Comment", "The name that the plan was given with the same flag. Default: that of its first line.")
@flag(
    "--author",
    metavar="LOGIN",
    section="Comment",
    help="Whose comment is ours. Default: github-actions[bot] on GitHub, the token's own account on GitLab.",
)
@options.common
@click.pass_context
def comment(context: click.Context, /, markdown: Path, comment_id: str | None, author: str | None) -> int:
    """Show a plan in one comment on the pull request.

    For jobs of GitHub and GitLab: it reads their variables, and GITHUB_TOKEN or GITLAB_TOKEN. The comment is made
    once and then renewed in its place; its first line is how it is found. PATH is what `plan --report markdown=PATH`
    wrote. An empty file means that there is nothing to change: then no comment is made, and one that is there says so.
    Aiven is not asked, and its token is not needed.
    """
    from pipesync.forge.thread import thread_of

    terminal = options.terminal(context)
    thread = thread_of(os.environ, _event())
    deed = _deed(thread, _text(markdown), comment_id, author)
    terminal.say(_carried_out(thread, deed))
    return Exit.DONE


def _deed(thread: "Thread", text: str, name: str | None, author: str | None) -> "Deed":
    from pipesync.forge.comment import decide, marker, ours
    from pipesync.forge.thread import BOT, Forge
    from pipesync.forge.wire import listed, own_name

    whose = author or (BOT if thread.forge is Forge.GITHUB else own_name(thread))
    first_line = marker(text, name)
    return decide(ours(listed(thread), first_line, whose), text, first_line)


def _carried_out(thread: "Thread", deed: "Deed") -> str:
    from pipesync.forge.comment import Create, Leave
    from pipesync.forge.thread import MOST_CHARACTERS
    from pipesync.forge.wire import carry_out

    if isinstance(deed, Leave):
        return f"No comment sent: {deed.why}."
    if len(deed.body) > MOST_CHARACTERS[thread.forge]:
        raise PipesyncError(
            f"the text is too long for a comment: {len(deed.body):,} characters, {thread.forge.value} takes"
            f" {MOST_CHARACTERS[thread.forge]:,}",
            next="keep it as an artifact or in the job's summary, or plan fewer pipelines at once (--only)",
        )
    carry_out(thread, deed)
    return "A comment was made." if isinstance(deed, Create) else "The comment was renewed."


def _event() -> str | None:
    """The event that GitHub runs the job for."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    try:
        return Path(path).read_text("utf-8") if path else None
    except (OSError, UnicodeDecodeError):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise PipesyncError(
            f"the comment's text cannot be read: {reason}",
            where=str(path),
            next="`pipesync plan --report markdown=PATH` writes it",
        ) from None
