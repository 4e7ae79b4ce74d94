"""`pipesync status`: where each upgrade is, and what it waits for. Reads only."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command, flag
from pipesync.cli.looking import Question, look
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, paths_of, spec_if_any, warn_of_idle
from pipesync.cli.terminal import Terminal
from pipesync.errors import Unreachable
from pipesync.model import ServiceRef

if TYPE_CHECKING:
    from pipesync.status import StatusReport

WATCH_SECONDS = 30


def _refs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[ServiceRef, ...]:
    try:
        return tuple(dict.fromkeys(map(ServiceRef.parse, values)))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(cls=Command)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...", callback=_refs)
@options.spec
@options.organization
@options.selection("What to show")
@options.formats(render.FORMATS)
@options.detailed_exitcode("is a step that waits for a person")
@options.show_users
@flag(
    "--watch",
    type=click.IntRange(1, 86400),
    is_flag=False,
    flag_value=WATCH_SECONDS,
    metavar="[SECONDS]",
    section="Output",
    help="Look again, every 30 s unless told otherwise, until interrupted.",
)
@api_flags
@options.common
@click.pass_context
def status(
    context: click.Context,
    /,
    addresses: tuple[ServiceRef, ...],
    files: tuple[str, ...],
    organization: str | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    show_users: bool,
    watch: int | None,
    detailed_exitcode: bool,
    format_: str,
    reports: list[tuple[str, Path]],
    api: Api,
) -> int:
    """Where each upgrade is, and what it waits for.

    ADDRESS is a service, PROJECT/SERVICE: the whole chain above it is explained then. The spec names the pipelines;
    with --organization, or without a spec in the working directory, all live steps are shown. What Aiven does not
    show is said to be unknown.
    """
    if watch is not None and (format_ != "text" or reports):
        raise click.UsageError("--watch is for text on the terminal, without --report")
    if addresses and (only or exclude):
        raise click.UsageError("ADDRESS asks for whole chains: leave out --only and --exclude")
    spec = spec_if_any(files, organization)
    check_paths((path for _, path in reports), paths_of(spec))
    terminal = options.terminal(context)
    question = Question(spec, addresses, only, exclude, show_users, lambda pattern: warn_of_idle((pattern,), terminal))
    organization = spec.organization if spec is not None else organization
    with connected(api, organization, terminal) as client:
        report = look(client, question, organization, api.url)
        if watch is not None:
            _watch(report, lambda: look(client, question, organization, api.url), watch, terminal)
    _hand(report, terminal, format_, reports)
    return Exit.CHANGES if detailed_exitcode and report.waits_for_a_person else Exit.DONE


def _hand(
    report: "StatusReport", terminal: Terminal, format_: str = "text", reports: Sequence[tuple[str, Path]] = ()
) -> None:
    ascii_only = not terminal.draws()
    hand_out(
        terminal,
        lambda name, colour: render.render_status(report, name, color=colour, ascii_only=ascii_only),
        format_,
        reports,
    )


def _watch(report: "StatusReport", look_again: Callable[[], "StatusReport"], seconds: int, terminal: Terminal) -> None:
    """Show `report` and those after it, until interrupted; while Aiven cannot be reached, the last one stays."""
    trouble: Unreachable | None = None
    while True:
        terminal.clear()
        _hand(report, terminal)
        if trouble is not None:
            terminal.warn(f"Warning: {trouble.what}; this was read at {report.read_at}")
        time.sleep(seconds)
        try:
            report, trouble = look_again(), None
        except Unreachable as error:
            trouble = error
