"""`pipesync apply`: its flags. What it does is in `applying`, which a look at the help does not pay for."""

from pathlib import Path
from typing import Any

import click

from pipesync import render
from pipesync.cli import options
from pipesync.cli.layout import Command
from pipesync.cli.posting import outcome_posting
from pipesync.cli.reaching import api_flags
from pipesync.cli.shaping import SHAPING, shaped, shaping


@click.command(cls=Command)
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@options.spec
@options.policy
@options.state
@options.lock_timeout
@shaping
@options.auto_approve
@options.allow_destroy
@options.expect
@options.reports(render.OUTCOME_FORMATS)
@outcome_posting
@api_flags
@options.common
@click.pass_context
def apply(context: click.Context, /, plan_file: Path | None, **flags: Any) -> int:
    """Carry out a saved plan, or plan, ask and apply.

    PLAN is a file that `pipesync plan --out` wrote: its changes are made and no other, and nothing is asked. Without
    it the plan is made now, shown, and made after a yes.
    """
    from pipesync.cli.applying import Wish, apply_as

    if plan_file is not None:
        _only_without_a_plan(context)
    return apply_as(Wish(plan_file, options=shaped(flags), **flags), options.terminal(context))


def _only_without_a_plan(context: click.Context) -> None:
    """A saved plan was shaped when it was made."""
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in {"files", *SHAPING} and context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"{parameter.opts[-1]} cannot be given with a saved plan: it was decided with it")
