"""The words of forecasts: when an update gets to a service, and what that follows from."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from pipesync.amounts import count
from pipesync.forecast import Expected, Forecast
from pipesync.timeline import Hindrance

EXPLAINED: Final = (
    "These are bounds, no dates. Earliest: somebody validates each stage at once. Latest: nobody does.",
    "Each service then waits for its maintenance window.",
    "Emergency overrides, mandatory updates and maintenance started by hand are excepted.",
)
"""Sentences."""

NONE: Final = "There are no upgrade steps to forecast."

_HINDRANCES: Final = {
    Hindrance.POWERED_OFF: "powered off, so it gets nothing",
    Hindrance.WINDOW_NEVER: "not by itself, for its window never opens",
    Hindrance.SOURCE: "not by itself, for its source gets nothing by itself",
    Hindrance.CYCLE: "unknown, for the steps above it go in a circle",
}

_UNKNOWN: Final = {
    "unreadable": "window unknown, for its project cannot be read",
    "absent": "window unknown, for there is no such service",
    "not_shown": "window unknown, for Aiven shows none",
}

_NO_DAY: Final = "-"


def start(forecast: Forecast) -> str:
    """`on 2026-05-04`, or `at 2026-05-04 12:30 UTC`."""
    if forecast.first == forecast.last:
        return f"at {forecast.first.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"on {day(forecast.first)}"


def day(moment: datetime | None) -> str:
    """The day in UTC, `2026-05-04`; a dash where there is none."""
    return _NO_DAY if moment is None else moment.astimezone(UTC).date().isoformat()


def trees(forecast: Forecast) -> Iterator[tuple[Expected, ...]]:
    """A first stage with all that is below it; last, if there are any, the steps that go in circles."""
    tree: list[Expected] = []
    for each in forecast.services:
        if tree and (each.stage == 1 or (each.stage == 0) != (tree[-1].stage == 0)):
            yield tuple(tree)
            tree = []
        tree.append(each)
    if tree:
        yield tuple(tree)


def pipelines(tree: tuple[Expected, ...]) -> tuple[str, ...]:
    """The names of the pipelines that a tree is part of; foreign text, raw."""
    return tuple(dict.fromkeys(each.pipeline for each in tree if each.pipeline is not None))


def why(each: Expected, shown: Callable[[str], str]) -> str:
    """What the bounds of a service follow from; `shown` makes a name harmless."""
    return "; ".join(_reasons(each, shown))


def _reasons(each: Expected, shown: Callable[[str], str]) -> Iterator[str]:
    if each.auto_validation_delay_days is None:
        yield "first stage"
    else:
        yield count(each.auto_validation_delay_days, "day")
    if each.gate_void:
        yield "at any time, for its source is powered off and the gate void"
    if each.hindrance is not None:
        yield _HINDRANCES[each.hindrance]
    if each.window_unknown is not None:
        yield _UNKNOWN[each.window_unknown]
    elif each.hindrance is not Hindrance.WINDOW_NEVER:
        yield f"window {each.window}"
    if each.hindrance is None and each.latest is None:
        yield "beyond the year 9999"
    if each.differs:
        yield _live(each, shown)


def _live(each: Expected, shown: Callable[[str], str]) -> str:
    if each.live is None:
        return "not live yet"
    return f"live: from {shown(str(each.live.source))}, {count(each.live.auto_validation_delay_days, 'day')}"


def differing(forecast: Forecast) -> str | None:
    """How far the spec, which is forecast, is from what is live; None if it is not."""
    number = sum(each.differs for each in forecast.services)
    if not number:
        return None
    return f"This is the spec's forecast: at {count(number, 'service')} the live steps are others until it is applied."
