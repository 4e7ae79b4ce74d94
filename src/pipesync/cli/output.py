"""What a command hands out: one rendering on standard output, further ones into files."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from pipesync.cli.terminal import Terminal
from pipesync.errors import PipesyncError


def hand_out(
    terminal: Terminal,
    render: Callable[[str, bool], str],
    format_: str | None,
    reports: Sequence[tuple[str, Path]],
) -> None:
    """`render(format, colour)` on standard output (None: not there) and into each report's file.

    Every report is written before the first trouble with one of them is raised.
    """
    if format_ is not None:
        terminal.data(render(format_, terminal.coloured()))
    troubles = [trouble for name, path in reports if (trouble := _write(path, render(name, False))) is not None]
    if troubles:
        raise troubles[0]


def _write(path: Path, text: str) -> PipesyncError | None:
    """Put `text` there as a whole or not at all; a device or pipe (/dev/stdout) is written to."""
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
            return None
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(text, "utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        return PipesyncError(
            f"the file cannot be written: {error.strerror}", where=str(path), next="name a path that can be written to"
        )
    return None
