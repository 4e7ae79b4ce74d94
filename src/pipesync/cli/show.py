"""`pipesync show`: a saved plan, the state, a spec or the live steps, rendered."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipesync import render
from pipesync.cli import github, options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.posting import plan_posting
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, load_spec, paths_of, read_state, spec_if_any
from pipesync.cli.repository import repository
from pipesync.errors import StateError
from pipesync.render.markdown.posting import Posting

if TYPE_CHECKING:
    from pipesync.cli.terminal import Terminal
    from pipesync.model import Spec
    from pipesync.picture import Picture

Reports = list[tuple[str, Path]]

_OTHER_DATA = "`pipesync validate --format json` tells of a spec, `pipesync status --format json` of what is live"


@click.command(cls=Command)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@options.drawn
@options.organization
@options.state
@options.formats(render.PLAN_FORMATS)
@plan_posting
@api_flags
@options.common
@click.pass_context
def show(
    context: click.Context,
    /,
    file: Path | None,
    files: tuple[str, ...],
    live: bool,
    organization: str | None,
    state_location: str,
    format_: str,
    reports: Reports,
    posting: Posting,
    api: Api,
) -> int:
    """Render a saved plan, the state, a spec or the live steps.

    FILE is a file that `pipesync plan --out` wrote. With --file a spec is drawn instead, with --live what is live (the
    spec, if there is one, names the pipelines then). Without any of these the state is shown. The formats mermaid and
    svg are drawings; of a spec and of live steps, text and markdown are drawings too, and there is no json.
    """
    if file is not None and (files or live):
        raise click.UsageError("a saved plan, --file and --live are different things to show: give one of them")
    if organization is not None and not live:
        raise click.UsageError("--organization says whose live steps to draw: add --live")
    terminal = options.terminal(context)
    if files or live:
        _check_formats("a drawing", render.PICTURE_FORMATS, format_, reports, _OTHER_DATA)
        spec = spec_if_any(files, organization) if live else load_spec(files)
        check_paths((path for _, path in reports), paths_of(spec))
        picture = _of_live(spec, organization, api, terminal) if live else _of_spec(spec)
        _hand_out_picture(picture, terminal, format_, reports)
    elif file is not None:
        _show_plan(file, state_location, terminal, format_, reports, posting)
    else:
        _show_state(state_location, terminal, format_, reports)
    return Exit.DONE


def _check_formats(what: str, known: tuple[str, ...], format_: str, reports: Reports, hint: str) -> None:
    """A plan has more formats than anything else that is shown."""
    for name in (format_, *(name for name, _ in reports)):
        if name not in known:
            raise click.UsageError(f"{what} has no format {name!r}, only {', '.join(known)}; {hint}")


def _of_spec(spec: "Spec | None") -> "Picture":
    from pipesync import picture

    assert spec is not None  # files are named
    return picture.of_spec(spec)


def _of_live(spec: "Spec | None", organization: str | None, api: Api, terminal: "Terminal") -> "Picture":
    """What is live, and which of its services are powered off: one list, and one call for each project."""
    from pipesync import picture, preflight
    from pipesync.render.escape import visible

    with connected(api, spec.organization if spec is not None else organization, terminal) as client:
        live = client.list_steps()
        found = preflight.look_up(client, [each.step for each in live], {})
    for project, why in found.unreadable.items():
        terminal.warn(f"Warning: project {visible(project)} cannot be read: {visible(why)}")
    services = [service for project in found.known.values() for service in project.values()]
    return picture.of_live(live, services, spec)


def _hand_out_picture(picture: "Picture", terminal: "Terminal", format_: str, reports: Reports) -> None:
    ascii_only = not terminal.draws()
    hand_out(
        terminal,
        lambda name, colour: render.render_picture(picture, name, color=colour, ascii_only=ascii_only),
        format_,
        reports,
    )


def _show_plan(
    file: Path, state_location: str, terminal: "Terminal", format_: str, reports: Reports, posting: Posting
) -> None:
    from pipesync.store.location import files_of
    from pipesync.store.planfile import load_plan

    check_paths((path for _, path in reports), [*files_of(state_location), file])
    plan = load_plan(file)
    ascii_only = not terminal.draws()
    hand_out(
        terminal,
        lambda name, colour: render.render_plan(
            plan,
            name,
            color=colour,
            plan_file=str(file),
            ascii_only=ascii_only,
            repository=repository(),
            posting=posting,
        ),
        format_,
        reports,
        lambda: github.publish_plan(plan, str(file), posting),
    )


def _show_state(state_location: str, terminal: "Terminal", format_: str, reports: Reports) -> None:
    from pipesync.store.location import files_of, open_store

    _check_formats("the state", render.STATE_FORMATS, format_, reports, "name a plan to show it so")
    check_paths((path for _, path in reports), files_of(state_location))
    store = open_store(state_location, os.environ)
    state = read_state(store, terminal)
    if state is None:
        raise StateError(
            "there is no state yet", where=store.where, next="`pipesync apply` makes one; --state names another place"
        )
    hand_out(terminal, lambda name, colour: render.render_state(state, name, color=colour), format_, reports)
