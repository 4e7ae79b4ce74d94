"""`pipesync validate`: the spec alone, without the API."""

from pathlib import Path

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.reading import load_spec, paths_of
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
    terminal = options.terminal(context)
    result: Spec | SpecError
    try:
        result = load_spec(files)
    except SpecError as error:
        result = error
    check_paths((path for _, path in reports), _read(result))
    hand_out(
        terminal,
        lambda name, colour: render.render_spec(result, name, color=colour),
        format_,
        reports,
    )
    if isinstance(result, SpecError):
        terminal.warn(f"Error: {result.what}")
        terminal.warn("  correct them, each at its place" if len(result.problems) > 1 else "  correct it at its place")
        return Exit.ERROR
    return Exit.DONE


def _read(result: Spec | SpecError) -> list[Path]:
    """The files that were read, as far as they are known."""
    if isinstance(result, SpecError):
        return [Path(problem.origin.file) for problem in result.problems]
    return paths_of(result)
