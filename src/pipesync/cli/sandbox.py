"""`pipesync sandbox`: a local Aiven, the documentation's example played against it, and stories."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from pipesync.cli import options
from pipesync.cli.exits import Exit
from pipesync.cli.layout import Group, flag
from pipesync.errors import PipesyncError

_SANDBOX = "Sandbox"

EXAMPLE = """\
# The documentation's three environments: development, then staging, then production.
version: 1
organization: org1a23f456789
pipelines:
  postgres:
    description: PostgreSQL, development first
    owner: "@acme/databases"
    stages:
      - dev-project/pg-dev
      - service: staging-project/pg-staging
        auto_validation_delay_days: 3
      - service: prod-project/pg-prod
        auto_validation_delay_days: 7
        protect: true
"""


@click.group(cls=Group)
@options.common
def sandbox() -> None:
    """A local Aiven: both API dialects, on loopback."""


@sandbox.command()
@flag(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    metavar="N",
    section=_SANDBOX,
    help="The port to listen on; 0 takes a free one.",
)
@flag(
    "--world",
    "world_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    section=_SANDBOX,
    help="What it starts with: organization, projects, services, steps (YAML); else the documentation's example.",
)
@flag(
    "--db",
    type=click.Path(path_type=Path),
    metavar="FILE",
    section=_SANDBOX,
    help="Keep what it holds in this file; otherwise it is gone when the sandbox stops.",
)
@options.common
@click.pass_context
def serve(context: click.Context, /, port: int, world_file: Path | None, db: Path | None) -> int:
    """Serve a local Aiven on loopback until interrupted.

    It takes any token, unless the world names some.
    """
    _check_installed()
    from pipesync.sandbox import WorldError, create_app, load_world
    from pipesync.sandbox import serve as listen

    terminal = options.terminal(context)
    try:
        server = listen(create_app(load_world(world_file) if world_file else None, db=db), port)
    except WorldError as error:
        what, _, where = str(error).partition("\n")
        raise PipesyncError(
            what.removesuffix(":"), where=where or None, next="correct the world file; docs/sandbox.md describes it"
        ) from None
    except OSError as error:
        raise PipesyncError(
            f"port {port} cannot be used: {error.strerror}", next="give another --port; 0 takes a free one"
        ) from None
    for number in (signal.SIGINT, signal.SIGTERM):  # to end it is how it is meant to be used, and no interruption
        signal.signal(number, signal.default_int_handler)
    terminal.data(f"The sandbox listens at {server.url} until you press Ctrl-C.")
    terminal.say(f"  PIPESYNC_API_URL={server.url} PIPESYNC_TOKEN=any pipesync plan")
    server.run()
    return Exit.DONE


@sandbox.command()
@options.common
@click.pass_context
def demo(context: click.Context, /) -> int:
    """Start a sandbox and run plan, apply, plan on the documentation's example."""
    _check_installed()
    from pipesync.sandbox import create_app
    from pipesync.sandbox import serve as listen

    terminal = options.terminal(context)
    with tempfile.TemporaryDirectory(prefix="pipesync-demo-") as folder, listen(create_app(), 0) as server:
        Path(folder, "pipesync.yaml").write_text(EXAMPLE, "utf-8")
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PIPESYNC_", "AIVEN_"))}
        env |= {"PIPESYNC_API_URL": server.url, "PIPESYNC_TOKEN": "sandbox"}
        terminal.data(f"A sandbox listens at {server.url}. The spec, pipesync.yaml:\n\n{_indented(EXAMPLE)}")
        for command in (["plan"], ["apply", "--auto-approve"], ["plan"]):
            terminal.data(f"\n$ pipesync {' '.join(command)}")
            code = subprocess.run(  # noqa: S603  this very program
                [sys.executable, "-m", "pipesync", *command, "--color", terminal.color],
                cwd=folder,
                env=env,
                check=False,
            ).returncode
            if code:
                return code
    terminal.data(
        "\nThat was the main job, over real HTTP. `pipesync sandbox serve` keeps one running to try things out."
    )
    return Exit.DONE


@sandbox.command()
@click.argument("story", type=click.Path(path_type=Path))
@options.common
@click.pass_context
def play(context: click.Context, /, story: Path) -> int:
    """Play a story of releases, validations and passing time, and tell what happens.

    Nothing is served and nothing is kept. An expectation of the story that is not met ends it with code 1.
    """
    from pipesync.render.escape import visible
    from pipesync.sandbox import StoryError, load_story
    from pipesync.sandbox import play as played

    terminal = options.terminal(context)
    try:
        for line in played(load_story(story)):
            terminal.data(visible(line))
    except StoryError as error:
        raise PipesyncError(
            str(error), where=error.where, next="docs/sandbox.md describes stories and what happens in them"
        ) from None
    return Exit.DONE


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _check_installed() -> None:
    """The sandbox is an extra of the package."""
    try:
        import flask  # noqa: F401
        import waitress  # noqa: F401
    except ImportError:
        raise PipesyncError("the sandbox is not installed", next="python -m pip install 'pipesync[sandbox]'") from None
