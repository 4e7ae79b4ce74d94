"""`pipesync plan`: its flags. What it does is in `planning`, which a look at the help does not pay for."""

from typing import Any

import click

from pipesync import render
from pipesync.cli import offline, options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command
from pipesync.cli.posting import plan_posting
from pipesync.cli.reaching import api_flags
from pipesync.cli.shaping import shaped, shaping


@click.command(cls=Command)
@options.spec
@options.policy
@options.state
@shaping
@offline.flags
@options.out("Save the plan, for `pipesync apply PATH`; not if it is refused.")
@options.formats(render.PLAN_FORMATS)
@plan_posting
@options.detailed_exitcode("are changes")
@options.show_users
@api_flags
@options.common
@click.pass_context
def plan(context: click.Context, /, detailed_exitcode: bool, **flags: Any) -> int:
    """Read spec, state and live steps; print what apply would do.

    A plan that is refused, or that would break one of Aiven's rules or the policy's, is rendered all the same; only
    --out is not written then.

    With --offline the spec is compared with what it was in --base REF, and neither state nor API is read: such a plan
    shows what a change of the spec means, and cannot be applied.
    """
    from pipesync.cli.planning import Wish, plan_as

    wish = Wish(options=shaped(flags, offline=flags.pop("offline")), **flags)
    if wish.options.offline:
        offline.check(context, wish.base)
    made = plan_as(wish, options.terminal(context))
    return Exit.CHANGES if detailed_exitcode and made.changes else Exit.DONE
