"""`pipesync dump`: a spec of the live steps that plans as imports only."""

from pathlib import Path

import click

from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.output import hand_out
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected
from pipesync.selection import selected
from pipesync.spec.write import write


@click.command(cls=Command)
@options.organization
@options.selection("What to dump")
@options.out("Write the spec into this file instead of standard output.")
@api_flags
@options.common
@click.pass_context
def dump(
    context: click.Context,
    /,
    organization: str | None,
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    out: Path | None,
    api: Api,
) -> int:
    """Print a spec of the live steps that plans as imports only.

    Apply it once with --adopt, and these steps are managed from then on. --only and --exclude match addresses here:
    the API knows no pipelines.
    """
    terminal = options.terminal(context)
    with connected(api, organization, terminal) as client:
        live = client.list_steps()
    steps = [step.step for step in live if selected([step.step.address], only, exclude)]
    text = write(steps, organization=organization, limits=None)
    hand_out(terminal, lambda _name, _colour: text, None if out else "yaml", [("yaml", out)] if out else [])
    return Exit.DONE
