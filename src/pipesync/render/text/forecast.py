"""A forecast as text: each pipeline as a tree, a service a line with its two days and what they follow from."""

from collections.abc import Iterator
from functools import partial

from pipesync.forecast import Expected, Forecast
from pipesync.render.colour import BOLD, DIM, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import sections
from pipesync.render.words import bounds

_DAY = len("2026-05-04")


def forecast_text(forecast: Forecast, paint: Paint) -> str:
    if not forecast.services:
        return bounds.NONE + "\n"
    width = max(len(_place(each)) for each in forecast.services)
    differing = bounds.differing(forecast)
    return sections.text(
        (
            paint(f"An update that reaches the first stage {bounds.start(forecast)}:", BOLD),
            f"{'':{width}}  {'earliest':{_DAY}}  latest",
            *(_tree(tree, width, paint) for tree in bounds.trees(forecast)),
            "\n".join(_unreadable(forecast, paint)) or None,
            None if differing is None else paint(differing, YELLOW),
            "\n".join(bounds.EXPLAINED),
        )
    )


def _tree(tree: tuple[Expected, ...], width: int, paint: Paint) -> str:
    heading = ", ".join(map(name, bounds.pipelines(tree)))
    return "\n".join(
        [*([paint(heading, BOLD)] if heading else []), *map(partial(_line, width=width, paint=paint), tree)]
    )


def _line(each: Expected, width: int, paint: Paint) -> str:
    days = f"{bounds.day(each.earliest):{_DAY}}  {bounds.day(each.latest):{_DAY}}"
    loud = each.gate_void or each.hindrance is not None
    return f"{_place(each):{width}}  {days}  {paint(bounds.why(each, name), RED if loud else DIM)}"


def _place(each: Expected) -> str:
    """The address, further to the right the further down it is."""
    return "  " * max(each.stage, 1) + name(each.address)


def _unreadable(forecast: Forecast, paint: Paint) -> Iterator[str]:
    for project, reason in forecast.unreadable.items():
        yield f"{paint('Note:', YELLOW)} project {name(project)} cannot be read: {visible(reason)}"
