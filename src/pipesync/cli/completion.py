"""`pipesync completion`: completion scripts, made by click."""

import click
from click.shell_completion import get_completion_class

from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="bash|zsh|fish")
@options.common
@click.pass_context
def completion(context: click.Context, /, shell: str) -> int:
    """Print a completion script for a shell.

    \b
    bash, in ~/.bashrc:                  eval "$(pipesync completion bash)"
    zsh, in ~/.zshrc:                    eval "$(pipesync completion zsh)"
    fish, in ~/.config/fish/config.fish: pipesync completion fish | source
    """  # noqa: D301  click reads the backspace itself: do not wrap these lines
    kind = get_completion_class(shell)
    assert kind is not None  # the choice above names what click has
    script = kind(context.find_root().command, {}, "pipesync", "_PIPESYNC_COMPLETE")
    options.terminal(context).data(script.source())
    return Exit.DONE
