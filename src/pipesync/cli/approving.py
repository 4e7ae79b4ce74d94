"""What `pipesync approve` does: read, show, ask, look again, approve, in that order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from pipesync.aiven.client import Client
from pipesync.aiven.validation import Approval
from pipesync.approve import carry_out, check_still, look
from pipesync.cli import environment, interruption
from pipesync.cli.exits import Exit
from pipesync.cli.reaching import Api
from pipesync.cli.reading import connected, load_spec
from pipesync.cli.terminal import Terminal
from pipesync.errors import PipesyncError, RefusedError
from pipesync.model import ServiceRef, Spec
from pipesync.release import Release
from pipesync.render.text.release import release_text, result_text
from pipesync.spec.files import is_spec_here

QUESTION = """
Do you want to approve this version?
  Only 'yes' will be accepted.

  Enter a value: """


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    address: str
    files: tuple[str, ...]
    any_: bool
    if_version: str | None
    comment: str | None
    auto_approve: bool
    organization: str | None
    api: Api


def approve_as(wish: Wish, terminal: Terminal) -> Exit:
    """The code of an approval; whatever stands against it is raised."""
    try:
        source = ServiceRef.parse(wish.address)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    spec = _spec(wish)
    organization = spec.organization if spec is not None else wish.organization
    comment = (environment.ci_url() or "") if wish.comment is None else wish.comment
    with connected(wish.api, organization, terminal) as client:
        what = look(client, source, spec, named_only=not wish.any_, if_version=wish.if_version)
        _agree(wish, client, what, release_text(what, comment, datetime.now(UTC)), terminal)
        interruption.check()
        with _told_of_doubt(terminal):
            approval = carry_out(client, what, comment)
            terminal.data(result_text(what, already=approval is Approval.ALREADY))
    return Exit.DONE


def _spec(wish: Wish) -> Spec | None:
    """The spec; None only if --any does without one."""
    here = is_spec_here()
    if wish.any_ and not wish.files and (wish.organization is not None or not here):
        return None
    if not wish.files and not here:
        raise PipesyncError(
            "there is no spec in this folder, and only services that a spec names are approved",
            next="name the spec with --file; or approve without one: --any, with --organization ID",
        )
    return load_spec(wish.files)


def _agree(wish: Wish, client: Client, what: Release, text: str, terminal: Terminal) -> None:
    """Show what an approval releases, and hear that it may be; RefusedError otherwise."""
    if wish.auto_approve:
        terminal.say(text)
        return
    terminal.warn(text)
    answer = terminal.ask(QUESTION)
    if answer is None:
        raise RefusedError(
            "an approval needs a yes, and there is no terminal to ask at",
            next="add --yes; with --if-version nothing but the version that was tested is approved",
        )
    if answer != "yes":
        raise RefusedError("the version was not approved, and nothing was sent")
    check_still(client, what.service)  # a person may take long to answer


@contextmanager
def _told_of_doubt(terminal: Terminal) -> Iterator[None]:
    """Whoever interrupts the block, by Ctrl-C or SIGTERM, hears what an approval that was sent may have come to."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        terminal.warn("Whether the approval was recorded is not known; to run the same command again does no harm.")
        raise
