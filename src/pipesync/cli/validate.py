"""`pipesync validate`: the spec alone, without the API."""

from pathlib import Path

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import hand_out
from pipesync.cli.reading import load_spec
from pipesync.errors import SpecError
from pipesync.model import Spec


@click.command(cls=Command)
@options.spec
@options.formats(render.FORMATS)
@options.common
@click.pass_context
def validate(context: click.Context, /, files: tuple[str, ...], format_: str, reports: list[tuple[str, Path]]) -> int:
    """Check the spec: shape, then Aiven's rules.

    Every problem is told with its place. Nothing is read but the spec, and nothing is approved:
    Aiven's validation of a version is another thing.
    """
    result: Spec | SpecError
    try:
        result = load_spec(files)
    except SpecError as error:
        result = error
    hand_out(
        options.terminal(context),
        lambda name, colour: render.render_spec(result, name, color=colour),
        format_,
        reports,
    )
    return Exit.ERROR if isinstance(result, SpecError) else Exit.DONE
