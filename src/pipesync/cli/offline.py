"""`pipesync plan --offline --base REF`: its flags, and the plan that comes of them without state and API."""

from typing import TYPE_CHECKING, Final

import click

from pipesync.cli.layout import flag, together
from pipesync.model import Spec

if TYPE_CHECKING:
    from pipesync.cli.history import Named
    from pipesync.compliance import AppliedPolicy
    from pipesync.plan import Options, Plan

_SECTION: Final = "Compared with git"

_LONGEST: Final = 1000
"""Characters of a revision; git's own names are files' names, of at most 255 bytes a part."""

_ONLINE: Final = frozenset(
    {
        "state_location",
        "out",
        "destroy",
        "adopt",
        "take_over",
        "show_users",
        "api_url",
        "token_file",
        "ca_cert",
        "parallelism",
    }
)
"""The parameters that mean something to a plan with what is live only."""


def _revision(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """What git may be asked for on one line, and no option."""
    if value is None:
        return None
    if not value.strip() or value.startswith("-") or not value.isprintable() or len(value) > _LONGEST:
        raise click.BadParameter(f"{value[:80]!r} is no revision, such as origin/main")
    return value


flags = together(
    flag(
        "--offline",
        is_flag=True,
        section=_SECTION,
        help="Compare the spec with the one in --base, not with what is live: no state, no token, no API.",
    ),
    flag(
        "--base",
        metavar="REF",
        callback=_revision,
        section=_SECTION,
        help="A commit of git, such as origin/main; without --offline, the spec's changed lines are counted since it.",
    ),
)


def check(context: click.Context, base: str | None) -> None:
    """UsageError for flags that an offline plan has no use for, or lacks."""
    if base is None:
        raise click.UsageError("--offline needs --base REF: what to compare the spec with, such as origin/main")
    if "-" in context.params["files"]:
        raise click.UsageError("--offline cannot compare standard input: git does not know what it was")
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE
        if given and parameter.name == "out":
            raise click.UsageError(
                "an offline plan cannot be applied, so --out does not save it; --report json=PATH writes it down"
            )
        if given and parameter.name in _ONLINE:
            raise click.UsageError(f"{parameter.opts[-1]} says nothing with --offline: only the spec and git are read")


def make_plan(
    spec: Spec, named: "Named", ref: str, options: "Options", api_url: str, policy: "AppliedPolicy | None"
) -> "Plan":
    """What the spec changes against `ref`. GitError and SpecError as for `history.compared`."""
    from importlib.metadata import version

    from pipesync.cli import environment, history
    from pipesync.comparison import compare
    from pipesync.plan import Base

    past, git = history.compared(named, ref, spec)
    return compare(
        spec,
        past.spec,
        base=Base(ref=ref, commit=past.commit),
        options=options,
        api_url=api_url,
        version=version("pipesync"),
        commit=git.commit,
        read_at=environment.now(),
        remarks=git.remarks,
        lines_changed=git.lines_changed,
        policy=policy,
    )
