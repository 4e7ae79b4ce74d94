"""Every command of the command line, as it is put to the test; a command that has no line here fails a test."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import click

from pipesync.cli.main import pipesync
from tests.faults.plans import ORGANIZATION

Path_ = tuple[str, ...]


class Place(StrEnum):
    """Whom a command speaks with."""

    API = "Aiven"
    STATE = "the place of the state"
    FORGE = "the forge"


@dataclass(frozen=True)
class Invocation:
    """A command, its arguments, and whom it asks. `serves`: it runs until it is ended, and is put to the test apart."""

    command: Path_
    arguments: tuple[str, ...] = ()
    asks: tuple[Place, ...] = ()
    serves: bool = False

    def __str__(self) -> str:
        return " ".join((*self.command, *self.arguments))

    @property
    def line(self) -> tuple[str, ...]:
        return (*self.command, *self.arguments)


_API: Final = (Place.API,)
_STATE: Final = (Place.STATE,)
_BOTH: Final = (Place.API, Place.STATE)
_ORGANIZATION: Final = ("--organization", ORGANIZATION)
ADDRESS: Final = "stage/pg-a"

TABLE: Final = (
    Invocation(("validate",)),
    Invocation(("plan",), ("--out", "new.json", "--show-users"), _BOTH),
    Invocation(("plan",), ("--offline", "--base", "HEAD")),
    Invocation(("plan",), ("--destroy", "--detailed-exitcode"), _BOTH),
    Invocation(("apply",), ("--auto-approve",), _BOTH),
    Invocation(("apply",), ("plan.json", "--auto-approve"), _BOTH),
    Invocation(("approve",), ("dev/pg-a", "--auto-approve", "--comment", "seen"), _API),
    Invocation(("show",), (), _STATE),
    Invocation(("show",), ("plan.json",)),
    Invocation(("show",), ("--live", *_ORGANIZATION, "--format", "mermaid"), _API),
    Invocation(("drift",), (), _BOTH),
    Invocation(("status",), ("--show-users",), _API),
    Invocation(("status",), (ADDRESS,), _API),
    Invocation(("forecast",), (), _API),
    Invocation(("dump",), (*_ORGANIZATION, "--out", "dumped.yaml"), _API),
    Invocation(("dump",), (), _API),
    Invocation(("state", "list"), (), _STATE),
    Invocation(("state", "show"), (ADDRESS,), _STATE),
    Invocation(("state", "rm"), (ADDRESS,), _STATE),
    Invocation(("state", "pull"), (), _STATE),
    Invocation(("state", "push"), ("copy.json",), _STATE),
    Invocation(("state", "unlock"), ("some-lock-id",), _STATE),
    Invocation(("comment",), ("plan.md",), (Place.FORGE,)),
    Invocation(("schema",), ("spec",)),
    Invocation(("sandbox", "serve"), ("--port", "0", "--db", "world.db"), serves=True),
    Invocation(("sandbox", "demo"), serves=True),
    Invocation(("sandbox", "play"), ("story.yaml",), serves=True),
    Invocation(("completion",), ("bash",)),
)


def commands() -> Iterator[tuple[Path_, click.Command]]:
    """Each command that does something, by its names, as click knows them."""
    yield from _below((), pipesync, click.Context(pipesync))


def _below(names: Path_, command: click.Command, context: click.Context) -> Iterator[tuple[Path_, click.Command]]:
    if not isinstance(command, click.Group):
        yield names, command
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from _below((*names, name), found, context)


def formats_of(command: click.Command) -> tuple[str, ...]:
    """What --format takes."""
    kinds = [parameter.type for parameter in command.params if parameter.name == "format_"]
    return tuple(kinds[0].choices) if kinds and isinstance(kinds[0], click.Choice) else ()


def reports_of(command: click.Command, formats: Sequence[str]) -> tuple[str, ...]:
    """Flags for a report in each format; `formats` are those to take where --report alone tells them."""
    told = next((parameter for parameter in command.params if parameter.name == "reports"), None)
    if told is None:
        return ()
    assert isinstance(told, click.Option)
    names = formats_of(command) or [name for name in formats if name in (told.help or "")]
    return tuple(word for name in names for word in ("--report", f"{name}={Path(f'report.{name}')}"))
