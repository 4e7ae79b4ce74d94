"""The `pipesync` command: its subcommands, loaded when they are used, and the one place that ends a run with a code."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from pipesync.cli import bugs, interruption, options
from pipesync.cli.entry import leave_at_once
from pipesync.cli.exits import Exit, code_of, words
from pipesync.cli.layout import Group
from pipesync.cli.terminal import Terminal
from pipesync.errors import PipesyncError

COMMANDS = {
    "validate": ("validate", "Check the spec: shape, then Aiven's rules, then the policy's."),
    "plan": ("plan", "Read spec, state and live steps; print what apply would do."),
    "apply": ("apply", "Carry out a saved plan, or plan, ask and apply."),
    "approve": ("approve", "Let the version that a service runs proceed; cannot be undone."),
    "show": ("show", "Render a saved plan, the state, a spec or the live steps."),
    "drift": ("drift", "What differs between the state and the live steps."),
    "status": ("status", "Where each upgrade is, and what it waits for."),
    "forecast": ("forecast", "The earliest and the latest day an update gets anywhere."),
    "dump": ("dump", "Print a spec of the live steps that plans as imports only."),
    "state": ("state", "Look after the state."),
    "comment": ("comment", "Show a plan in one comment on the pull request."),
    "schema": ("schema", "Print a JSON Schema."),
    "sandbox": ("sandbox", "A local Aiven: both API dialects, on loopback."),
    "completion": ("completion", "Print a completion script for a shell."),
}
"""Name → the module in pipesync.cli whose attribute of that name it is, and its line of help."""


EPILOG = """\
Exit codes: 0 done, 1 an error, 2 changes or drift (with --detailed-exitcode), 3 refused, 4 the state is locked,
5 the saved plan is stale, 64 wrong usage, 130 and 143 interrupted.

To try it without an account: pipesync sandbox demo
"""


class Commands(Group):
    """A group that imports a subcommand only when it is called or its own help is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"pipesync.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            words = f"{error.message} Did you mean {close[0]!r}?" if close else error.message
            raise click.UsageError(words, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@options.common
def pipesync() -> None:
    """Declarative plan and apply for Aiven's controlled upgrade pipelines."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run a command line and exit with its code."""
    bugs.hide_secrets()
    # Plans are built once and kept: looking for garbage among them takes 13 to 18 % of the time of making one.
    gc.set_threshold(100_000, 20, 100)
    if isinstance(sys.stdout, TextIOWrapper):  # else it is closed
        # What a terminal's encoding lacks is spelt out, as Python does on standard error.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = _interruptible(args)
    gc.freeze()  # else Python looks for garbage once more before it ends: a sixth of the time of a small plan
    sys.exit(code)


def _interruptible(args: Sequence[str] | None) -> int:
    """The exit code; a signal unwinds the command while it runs."""
    try:
        interruption.listen()
        return run(args, Terminal())
    except KeyboardInterrupt:  # just before or after
        return Exit.INTERRUPTED
    finally:
        leave_at_once()


def run(args: Sequence[str] | None, terminal: Terminal) -> int:
    """The exit code of a command line; an error is told on standard error."""
    try:
        code = _run(args, terminal)
        if interruption.code() is None:
            return code
    except (click.Abort, KeyboardInterrupt):
        pass
    except Exception:
        if interruption.code() is None:
            raise  # else it is what a library made of the signal's own exception
    terminal.warn("Interrupted.")
    return interruption.code() or Exit.INTERRUPTED


def _run(args: Sequence[str] | None, terminal: Terminal) -> int:
    try:
        result: Any = pipesync.main(args=args, prog_name="pipesync", standalone_mode=False, obj=terminal)
    except PipesyncError as error:
        for line in words(error):
            terminal.warn(line)
        return code_of(error)
    except NoArgsIsHelpError as error:
        terminal.warn(error.format_message())
        return Exit.USAGE
    except click.UsageError as error:
        _tell_usage(error, terminal)
        return Exit.USAGE
    return int(result) if isinstance(result, int) else Exit.DONE


def _tell_usage(error: click.UsageError, terminal: Terminal) -> None:
    if error.ctx is not None:  # a flag without its value comes without
        terminal.warn(error.ctx.get_usage())
    terminal.warn(f"Error: {error.format_message()}")
    terminal.warn(f"  `{error.ctx.command_path if error.ctx else 'pipesync'} --help` lists what there is.")
