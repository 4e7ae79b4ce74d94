"""How help is laid out: flags in sections, subcommands in the order in which they are declared."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import click
from click.types import OptionHelpExtra

GENERAL: Final = "General"
"""The last section; what click adds by itself, `--help`, stands there."""


class Flag(click.Option):
    """A flag in a section of the help; a range of numbers is left to the error that names it."""

    def __init__(self, *args: Any, section: str = GENERAL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


flag = partial(click.option, cls=Flag)


def together(*decorators: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several flags as one decorator, in this order."""

    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


class Command(click.Command):
    """A command whose help shows its flags in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                sections[getattr(parameter, "section", GENERAL)].append(record)
        width = max(len(names) for rows in sections.values() for names, _ in rows)  # one column for all sections
        for title in sorted(sections, key=lambda title: title == GENERAL):
            with formatter.section(title):
                formatter.write_dl([(names.ljust(width), words) for names, words in sections[title]])


class Group(Command, click.Group):
    """A group whose help shows its commands first, in the order of their declaration."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)
