"""What a command hands out: one rendering on standard output, further ones into files."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from pipesync.cli.terminal import Terminal
from pipesync.errors import PipesyncError
from pipesync.store.durable import replace_file


def check_paths(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """UsageError if a file to write is one that the command reads, or two are one; devices may be named often."""
    taken = {os.path.realpath(path): path for path in inputs}
    for path in outputs:
        place = os.path.realpath(path)
        if place in taken:
            raise click.UsageError(f"{path} cannot be written: {_use(path, taken[place])}")
        if path.is_file() or not path.exists():
            taken[place] = path


def _use(path: Path, other: Path) -> str:
    return f"it is {other}, which is in use here" if path != other else "it is in use here for something else"


def hand_out(
    terminal: Terminal,
    render: Callable[[str, bool], str],
    format_: str | None,
    reports: Sequence[tuple[str, Path]],
    publish: Callable[[], Sequence[PipesyncError]] = tuple,
) -> None:
    """`render(format, colour)` on standard output (None: not there) and into each report's file.

    `publish` belongs to the format `github` on standard output, and tells its troubles. All is written before the first
    trouble is raised.
    """
    if format_ is not None:
        if format_ != "text":
            terminal.speak_utf8()
        terminal.data(render(format_, terminal.coloured()))
    troubles = list(publish()) if format_ == "github" else []
    troubles += [trouble for name, path in reports if (trouble := _write(path, render(name, False))) is not None]
    if troubles:
        raise troubles[0]


def _write(path: Path, text: str) -> PipesyncError | None:
    """Put `text` there as a whole or not at all; a device or pipe (/dev/stdout) is written to."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
        else:
            replace_file(path, text.encode())
    except OSError as error:
        return PipesyncError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            next="name a path that can be written to",
        )
    return None
