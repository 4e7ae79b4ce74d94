"""`pipesync validate`: the spec and the policy, without the API."""

from pathlib import Path

import click

from pipesync import render
from pipesync.cli import github, options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import check_paths, hand_out
from pipesync.cli.policing import load_both, paths_from_here, policy_paths
from pipesync.cli.reading import paths_of
from pipesync.cli.repository import repository
from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.policy import FILE


@click.command(cls=Command)
@options.spec
@options.policy
@options.formats(render.SPEC_FORMATS)
@options.common
@click.pass_context
def validate(
    context: click.Context,
    /,
    files: tuple[str, ...],
    policy_path: Path | None,
    format_: str,
    reports: list[tuple[str, Path]],
) -> int:
    """Check the spec: shape, then Aiven's rules, then the policy's.

    Every problem is told with its place. Nothing is read but the spec and the policy, and nothing is approved:
    Aiven's validation of a version is another thing.
    """
    terminal = options.terminal(context)
    result, read = _judged(files, policy_path)
    check_paths((path for _, path in reports), read)
    hand_out(
        terminal,
        lambda name, colour: render.render_spec(result, name, color=colour, repository=repository()),
        format_,
        reports,
        lambda: github.publish_spec(result),
    )
    if isinstance(result, SpecError):
        terminal.warn(f"Error: {result.what}")
        terminal.warn("  correct them, each at its place" if len(result.problems) > 1 else "  correct it at its place")
        return Exit.ERROR
    return Exit.DONE


def _judged(files: tuple[str, ...], policy_path: Path | None) -> tuple[Spec | SpecError, list[Path]]:
    """The spec or its problems, also by a policy, and the files that were read, as far as they are known."""
    try:
        spec, policy = load_both(files, policy_path)
    except SpecError as error:
        named = (Path(problem.origin.file) for problem in error.problems)
        return error, [*named, policy_path or Path(FILE)]
    read = [*paths_of(spec), *policy_paths(policy)]
    if policy is None:
        return spec, read
    from pipesync.policy_file.verdict import judge

    return judge(policy, spec, paths_from_here(spec.files)), read
