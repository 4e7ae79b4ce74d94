"""`pipesync plan`: what apply would do. Reads, never locks, never writes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipesync.cli import options
from pipesync.cli.exits import Exit, worst
from pipesync.cli.layout import Command
from pipesync.cli.output import hand_out
from pipesync.cli.reaching import Api, api_flags
from pipesync.cli.reading import connected, load_spec, make_plan, read_state

if TYPE_CHECKING:
    from pipesync.plan import Options, Plan


@click.command(cls=Command)
@options.spec
@options.state
@options.shaping
@options.out("Save the plan, for `pipesync apply PATH`; not if it is refused.")
@options.formats(("text", "json", "markdown"))
@options.detailed_exitcode("are changes")
@api_flags
@options.common
@click.pass_context
def plan(
    context: click.Context,
    /,
    files: tuple[str, ...],
    state_location: str,
    out: Path | None,
    detailed_exitcode: bool,
    format_: str,
    reports: list[tuple[str, Path]],
    api: Api,
    **shaping: Any,
) -> int:
    """Read spec, state and live steps; print what apply would do.

    A plan that is refused, or that would break one of Aiven's rules, is rendered all the same; only --out is not
    written then.
    """
    from pipesync import render
    from pipesync.store.location import open_store
    from pipesync.store.planfile import write_plan

    terminal = options.terminal(context)
    shape = shaped(shaping)
    spec = load_spec(files)
    store = open_store(state_location)
    state = read_state(store, terminal)
    with connected(api, spec.organization, terminal) as client:
        _, made = make_plan(client, spec, state, store, shape, api)
    verdict = refusal(made)
    if out is not None and verdict is Exit.DONE:
        write_plan(out, made)
    saved = str(out) if out is not None and verdict is Exit.DONE else None
    hand_out(
        terminal,
        lambda name, colour: render.render_plan(made, name, color=colour, plan_file=saved),
        format_,
        reports,
    )
    changes = Exit.CHANGES if detailed_exitcode and made.changes else Exit.DONE
    return worst(verdict, changes)


def shaped(shaping: dict[str, Any]) -> "Options":
    """The flags of `options.shaping` as the plan records them."""
    from pipesync.plan import Options

    if shaping["destroy"] and shaping["no_destroy"]:
        raise click.UsageError("--destroy and --no-destroy exclude each other")
    return Options(**shaping)


def refusal(made: "Plan") -> Exit:
    """ERROR if the plan breaks a rule, REFUSED if it needs another word, else DONE."""
    return worst(Exit.ERROR if made.errors else Exit.DONE, Exit.REFUSED if made.refusals else Exit.DONE)
