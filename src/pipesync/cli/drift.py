"""`pipesync drift`: the state against the live steps; the spec is not needed."""

import os
from pathlib import Path

import click

from pipesync import render
from pipesync.cli import github, options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, read_live, read_state
from pipesync.cli.repository import repository


@click.command(cls=Command)
@options.state
@options.organization
@options.formats(render.DRIFT_FORMATS)
@options.detailed_exitcode("is drift")
@api_flags
@options.common
@click.pass_context
def drift(
    context: click.Context,
    /,
    state_location: str,
    organization: str | None,
    detailed_exitcode: bool,
    format_: str,
    reports: list[tuple[str, Path]],
    api: Api,
) -> int:
    """What differs between the state and the live steps.

    The spec is not needed. Without --organization the one that the state names is used.
    """
    from pipesync.drift import DriftReport
    from pipesync.state import State
    from pipesync.store.location import files_of, open_store

    terminal = options.terminal(context)
    check_paths((path for _, path in reports), files_of(state_location))
    store = open_store(state_location, os.environ)
    state = read_state(store, terminal)
    if state is None:
        terminal.warn(f"Warning: there is no state at {store.where}: nothing is recorded, so nothing can have drifted")
    elif organization is None:
        organization = state.organization
    with connected(api, organization, terminal) as client:
        live, _ = read_live(client, state, store, organization, api)
    report = DriftReport.of(state or State.new(organization, api.url), live)
    hand_out(
        terminal,
        lambda name, colour: render.render_drift(report, name, color=colour, repository=repository()),
        format_,
        reports,
        lambda: github.publish_drift(report),
    )
    return Exit.CHANGES if detailed_exitcode and report.drift else Exit.DONE
