"""`pipesync forecast`: the earliest and the latest day an update gets anywhere. Reads, never writes."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command, flag
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, paths_of, spec_if_any, warn_of_idle

if TYPE_CHECKING:
    from pipesync.timeline import Span

_SECTION = "What to forecast"


def _start(_context: click.Context, _parameter: click.Parameter, value: str | None) -> "Span":
    """All of a day, or one moment; UTC unless the text says otherwise."""
    from pipesync.timeline import Span

    if value is None:
        return Span.day(datetime.now(UTC).date())
    try:
        return Span.day(date.fromisoformat(value))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        words = f"{value!r} is no day (2026-05-04) and no time (2026-05-04T12:30:00Z)"
        raise click.BadParameter(words) from None
    return Span(moment, moment)


@click.command(cls=Command)
@options.spec
@options.organization
@flag(
    "--from",
    "start",
    metavar="DATE",
    callback=_start,
    section=_SECTION,
    help="When the update reaches the first stages: a day, or a time (ISO 8601, UTC). Default: today.",
)
@options.selection(_SECTION)
@options.formats(render.FORMATS)
@api_flags
@options.common
@click.pass_context
def forecast(
    context: click.Context,
    /,
    files: tuple[str, ...],
    organization: str | None,
    start: "Span",
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    format_: str,
    reports: list[tuple[str, Path]],
    api: Api,
) -> int:
    """The earliest and the latest day an update gets anywhere.

    It follows from the delays and the maintenance windows, for an update that reaches the first stage on the day of
    --from. The steps are those that the spec wants, and where live ones differ that is said. With --organization, or
    without a spec (no --file, and none in the working directory), they are those that are live.
    """
    from pipesync import preflight
    from pipesync.forecast import Forecast, Paths

    terminal = options.terminal(context)
    spec = spec_if_any(files, organization)
    check_paths((path for _, path in reports), paths_of(spec))
    organization = organization if spec is None else spec.organization
    with connected(api, organization, terminal) as client:
        live = client.list_steps()
        every = Paths.of_live(live) if spec is None else Paths.of_spec(spec, live)
        paths, idle = every.selected(only, exclude)
        found = preflight.look_up(client, paths.steps, {})
    warn_of_idle(idle, terminal)
    report = Forecast.of(
        paths,
        found.known,
        found.unreadable,
        start,
        organization=organization,
        api_url=api.url,
        beside=None if spec is None else live,
    )
    hand_out(terminal, lambda name, colour: render.render_forecast(report, name, color=colour), format_, reports)
    return Exit.DONE
