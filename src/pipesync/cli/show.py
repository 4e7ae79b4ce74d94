"""`pipesync show`: a saved plan, or the state, rendered."""

from collections.abc import Iterable
from pathlib import Path

import click

from pipesync import render
from pipesync.cli import github, options
from pipesync.cli.checkout import checkout
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reading import read_state
from pipesync.errors import StateError


@click.command(cls=Command)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@options.state
@options.formats(render.PLAN_FORMATS)
@options.common
@click.pass_context
def show(
    context: click.Context,
    /,
    file: Path | None,
    state_location: str,
    format_: str,
    reports: list[tuple[str, Path]],
) -> int:
    """Render a saved plan, or the state.

    FILE is a file that `pipesync plan --out` wrote; without it the state is shown.
    """
    from pipesync.store.location import files_of, open_store
    from pipesync.store.planfile import load_plan

    terminal = options.terminal(context)
    check_paths((path for _, path in reports), [*files_of(state_location), *([file] if file else [])])
    if file is not None:
        plan = load_plan(file)
        hand_out(
            terminal,
            lambda name, colour: render.render_plan(plan, name, color=colour, plan_file=str(file), checkout=checkout()),
            format_,
            reports,
            lambda: github.publish_plan(plan, str(file)),
        )
        return Exit.DONE
    _check_state_has((format_, *(name for name, _ in reports)))
    store = open_store(state_location)
    state = read_state(store, terminal)
    if state is None:
        raise StateError(
            "there is no state yet", where=store.where, next="`pipesync apply` makes one; --state names another place"
        )
    hand_out(terminal, lambda name, colour: render.render_state(state, name, color=colour), format_, reports)
    return Exit.DONE


def _check_state_has(names: Iterable[str]) -> None:
    """The state has fewer formats than a plan."""
    for name in names:
        if name not in render.STATE_FORMATS:
            raise click.UsageError(
                f"the state has no format {name!r}, only {', '.join(render.STATE_FORMATS)}; name a plan to show it so"
            )
