"""The flags that several commands share, in the contract's words."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pipesync import facts
from pipesync.cli.layout import flag, together
from pipesync.cli.terminal import Terminal


def terminal(context: click.Context) -> Terminal:
    """The one Terminal of this run."""
    return context.find_root().ensure_object(Terminal)


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value:
            setattr(terminal(context), name, value)

    return callback


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        terminal(context).data(f"pipesync {version('pipesync')}")
        context.exit()


_SPEC = "Spec and state"
_CONSENT = "Consent"
_OUTPUT = "Output"

common = together(
    flag(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        expose_value=False,
        callback=_set("color"),
        help="Colour text; auto (the default) obeys NO_COLOR and FORCE_COLOR, and colours on a terminal.",
    ),
    flag(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_set("quiet"),
        help="No progress; data, warnings and errors only.",
    ),
    flag(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_set("verbose"),
        help="Tell which token is used and how many requests are sent.",
    ),
    flag("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."),
)

spec = flag(
    "-f",
    "--file",
    "files",
    multiple=True,
    metavar="PATH",
    section=_SPEC,
    help="The spec: a file, a folder, or - for standard input; repeatable. Default: the working directory.",
)

policy = flag(
    "--policy",
    "policy_path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    section=_SPEC,
    help="The policy to judge by. Default: pipesync.policy.yaml in the working directory, if it is there.",
)

drawn = together(
    flag(
        "-f",
        "--file",
        "files",
        multiple=True,
        metavar="PATH",
        section=_SPEC,
        help="Draw a spec: a file, a folder, or - for standard input; repeatable.",
    ),
    flag("--live", is_flag=True, section=_SPEC, help="Draw the live steps."),
)

state = flag(
    "--state",
    "state_location",
    metavar="LOCATION",
    envvar="PIPESYNC_STATE",
    default="pipesync.state.json",
    show_default=True,
    show_envvar=True,
    section=_SPEC,
    help="Where the state is: a path, s3://…, gs://…, az://…, postgresql://… or https://…; see docs/state.md.",
)


def _organization_id(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """What a spec may name as an organization; an empty one comes from a variable that is not set."""
    if value is not None and not re.fullmatch(facts.ORGANIZATION_ID_PATTERN, value):
        raise click.BadParameter(f"{value!r} is no organization id, such as org1a23f456789")
    return value


organization = flag(
    "--organization",
    metavar="ID",
    callback=_organization_id,
    section=_SPEC,
    help="The organization, such as org1a23f456789; without one the account-wide API is used.",
)

lock_timeout = flag(
    "--lock-timeout",
    type=click.FloatRange(min=0, max=86400),
    default=0,
    show_default=True,
    metavar="SECONDS",
    section=_SPEC,
    help="How long to wait while another run holds the state's lock.",
)


def selection(section: str) -> Callable[[Any], Any]:
    """--only and --exclude, in a section of the help."""
    return together(
        flag(
            "--only",
            multiple=True,
            metavar="X",
            section=section,
            help="Only these pipelines or addresses (PROJECT/SERVICE); globs, repeatable.",
        ),
        flag(
            "--exclude",
            multiple=True,
            metavar="X",
            section=section,
            help="All but these pipelines or addresses; globs, repeatable.",
        ),
    )


force = flag(
    "--force",
    is_flag=True,
    section=_CONSENT,
    help="Replace a state that is newer than FILE, or as new and another run's.",
)

allow_destroy = flag(
    "--allow-destroy",
    type=click.IntRange(min=0),
    metavar="N",
    envvar="PIPESYNC_ALLOW_DESTROY",
    show_envvar=True,
    section=_CONSENT,
    help="Let so many steps be destroyed or replaced: the number that the plan shows, or the plan is refused.",
)

expect = flag("--expect", metavar="sha256:…", section=_CONSENT, help="Refuse any plan but the one with this digest.")

auto_approve = flag(
    "--auto-approve", "--yes", is_flag=True, section=_CONSENT, help="Do not ask before the changes are made."
)


def out(text: str) -> Callable[[Any], Any]:
    """--out, with its own line of help."""
    path = click.Path(path_type=Path, dir_okay=False)
    return flag("--out", type=path, metavar="PATH", section=_OUTPUT, help=text)


def detailed_exitcode(something: str) -> Callable[[Any], Any]:
    """--detailed-exitcode for a command that may find `something`."""
    return flag(
        "--detailed-exitcode",
        is_flag=True,
        section=_OUTPUT,
        help=f"Exit with 2 instead of 0 if there {something}.",
    )


show_users = flag("--show-users", is_flag=True, section=_OUTPUT, help="Name the users who validated.")


def formats(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """--format and --report for renderings named `names`."""
    return together(
        flag(
            "--format",
            "format_",
            type=click.Choice(names),
            default="text",
            show_default=True,
            metavar="FORMAT",
            section=_OUTPUT,
            help=f"The rendering on standard output: {', '.join(names)}.",
        ),
        _reports(names, "Write a further rendering into a file, from the same read; repeatable."),
    )


def reports(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """--report alone, so that it tells the formats."""
    return _reports(names, f"Write what came of it into a file: {', '.join(names)}; repeatable.")


def _reports(names: tuple[str, ...], text: str) -> Callable[[Any], Any]:
    def parse(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, Path]]:
        found = []
        for value in values:
            name, equals, path = value.partition("=")
            if not (equals and path) or name not in names:
                raise click.BadParameter(f"{value!r} is not FORMAT=PATH with a format of {', '.join(names)}")
            found.append((name, Path(path)))
        return found

    return flag(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=PATH",
        callback=parse,
        section=_OUTPUT,
        help=text,
    )
