"""`pipesync approve`: its flags. What it does is in `approving`, which a look at the help does not pay for."""

from typing import Any

import click

from pipesync.cli import options
from pipesync.cli.layout import Command, flag
from pipesync.cli.reaching import api_flags


def _unicode(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """A byte of the command line that is no text cannot be sent."""
    try:
        (value or "").encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it is not UTF-8 text") from None
    return value


@click.command(cls=Command)
@click.argument("address", metavar="PROJECT/SERVICE", callback=_unicode)
@options.spec
@flag(
    "--any",
    "any_",
    is_flag=True,
    section="Consent",
    help="Approve a service also if the spec does not name it; then no spec is needed.",
)
@flag(
    "--if-version",
    metavar="V",
    callback=_unicode,
    section="Consent",
    help="Approve only if the service runs exactly this version.",
)
@flag(
    "--comment",
    metavar="TEXT",
    callback=_unicode,
    section="Consent",
    help="Kept by Aiven with the approval. Default: the address of the CI run, where there is one.",
)
@flag(
    "--auto-approve",
    "--yes",
    is_flag=True,
    section="Consent",
    help="Do not ask before the version is approved.",
)
@options.organization
@api_flags
@options.common
@click.pass_context
def approve(context: click.Context, /, **flags: Any) -> int:
    """Let the version that a service runs proceed; cannot be undone.

    This is Aiven's manual validation. It shows what the service runs, and every destination that takes that version
    in its next window then, asks, and approves it, for all of them at once. To run it again does no harm.
    Code 3 if the service is no source, is powered off, runs another version than --if-version, or is not in the spec.
    """
    from pipesync.cli.approving import Wish, approve_as

    if flags["organization"] is not None and (flags["files"] or not flags["any_"]):
        raise click.UsageError("--organization goes with --any and without --file: a spec names its organization")
    return approve_as(Wish(**flags), options.terminal(context))
