"""The templates in `templates/`, and what they may print.

A template prints numbers and text that passed an escape, and nothing else: anything unescaped raises TypeError when
the template runs, so that a forgotten filter is a failing test and never an injection. jinja2 takes 49 ms to import,
so it is imported when the first Markdown is asked for.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pipesync.amounts import count
from pipesync.render import escape
from pipesync.render.words import sentences, shifts, terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment


def rendered(template: str, **values: Any) -> str:
    """A whole page: one empty line between its sections, a line feed at its end."""
    return squeezed(environment().get_template(template).render(values)).strip("\n") + "\n"


@cache
def macros(template: str) -> Any:
    """The macros of a template, for pages that are put together piece by piece."""
    return environment().get_template(template).module


def squeezed(text: str) -> str:
    """Templates leave as many empty lines as are convenient there: one is left."""
    return re.sub(r"\n{3,}", "\n\n", text)


@cache
def environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("pipesync.render"),
        undefined=StrictUndefined,
        autoescape=True,  # marks what macros return as done; everything else is refused by _escaped
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(_filters())
    made.globals.update(terms=terms, sentences=sentences, shifts=shifts, count=count)
    return made


def _filters() -> dict[str, Any]:
    """`code` and `prose` take what is foreign; `ours` marks words that stand in this package."""
    from markupsafe import Markup

    def passes(convert: Callable[[str], str]) -> Callable[[object], Markup]:
        return lambda value: Markup(convert(str(value)))  # noqa: S704 - convert is the escape

    return {"code": passes(escape.code), "prose": passes(escape.prose), "ours": passes(str)}


def _escaped(value: object) -> object:
    if isinstance(value, int) or hasattr(value, "__html__"):
        return value
    raise TypeError(f"a template prints {value!r}, which passed no escape")
