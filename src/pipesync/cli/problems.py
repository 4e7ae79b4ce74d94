"""A spec that cannot be planned, told to CI services in the formats that put problems at a spec's lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipesync import render
from pipesync.cli import github
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.repository import repository
from pipesync.cli.terminal import Terminal
from pipesync.errors import SpecError

FORMATS: Final = frozenset({"sarif", "junit", "github"})
"""In all others a plan is a plan, and there is none."""


def hand_out_problems(
    terminal: Terminal, error: SpecError, format_: str | None, reports: Sequence[tuple[str, Path]]
) -> None:
    """The renderings that `validate` would give, as far as they are asked for; the error is still to be told."""
    wanted = [(name, path) for name, path in reports if name in FORMATS]
    check_paths((path for _, path in wanted), (Path(problem.origin.file) for problem in error.problems))
    hand_out(
        terminal,
        lambda name, colour: render.render_spec(error, name, color=colour, repository=repository()),
        format_ if format_ in FORMATS else None,
        wanted,
        lambda: github.publish_spec(error),
    )
