"""`pipesync show`: a saved plan, or the state, rendered."""

from pathlib import Path

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reading import read_state
from pipesync.errors import StateError


@click.command(cls=Command)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@options.state
@options.formats(render.FORMATS)
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
            lambda name, colour: render.render_plan(plan, name, color=colour, plan_file=str(file)),
            format_,
            reports,
        )
        return Exit.DONE
    store = open_store(state_location)
    state = read_state(store, terminal)
    if state is None:
        raise StateError(
            "there is no state yet", where=store.where, next="`pipesync apply` makes one; --state names another place"
        )
    hand_out(terminal, lambda name, colour: render.render_state(state, name, color=colour), format_, reports)
    return Exit.DONE
