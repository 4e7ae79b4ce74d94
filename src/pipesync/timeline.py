"""When an update that reaches the first stage of a pipeline gets to each service: the earliest and the latest moment.

What follows from delays and maintenance windows alone, and so bounds, no dates. Aiven's emergency overrides and
mandatory updates, and maintenance that somebody starts by hand, keep to neither; and a newer update that reaches a
source meanwhile may take the place of the one that is counted.

- A service without a source is a first stage: it has the update at the start, which is what is asked about.
- Earliest: a person may validate as soon as the source has the update, and the destination takes it at the next
  opening of its window, at that very moment or later.
- Latest: nobody validates, so a timer does, `auto_validation_delay_days` after the source got the update; then the
  next opening, at that very moment or later. Sibling steps share one validation, and which of their delays counts is
  documented nowhere: another one may only make it earlier than this bound.
- A window that is not known may be open at once, and opens within a week.
- A window that never opens lets nothing in by itself: there is no bound, neither here nor below.
- A service that is powered off gets nothing, so it is never validated, and its gate is void: its destinations may have
  the update at any time from the start, and have it at their next opening after the start at the latest.
- Steps in a circle, which Aiven does not allow, have no first stage, and so no bounds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Self

from pipesync.model import ByProject, Service, ServiceRef, UpgradeStep, service_at
from pipesync.window import Window

UNKNOWN_WINDOW: Final = timedelta(weeks=1)
"""How long a window that is not known may stay shut: windows are weekly."""


class Hindrance(StrEnum):
    """Why a service gets no update by itself."""

    POWERED_OFF = "powered_off"
    WINDOW_NEVER = "window_never"
    SOURCE = "source"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last moment of something, in UTC."""

    first: datetime
    last: datetime

    @classmethod
    def day(cls, day: date) -> Self:
        """All of a day."""
        return cls(datetime.combine(day, time.min, UTC), datetime.combine(day, time(23, 59, 59), UTC))

    def narrowed(self, window: Window | None) -> "Span":
        """The moment at which `window` opens in this span; the span itself where that is not known, or not in it."""
        opening = None if window is None else _opening(window, self.first)
        return self if opening is None or opening > self.last else Span(opening, opening)


@dataclass(frozen=True, slots=True)
class Bounds:
    """When `ref` gets the update: never by itself, and why, where there is a `hindrance`.

    `stage` counts from 1, and `root` is the first stage, which has the update `since` then; in a cycle they are 0 and
    None. A `latest` of None beside an `earliest` lies beyond the calendar. `void`: the gate is, for its source is off.
    """

    ref: ServiceRef
    step: UpgradeStep | None
    window: Window | None
    since: Span
    root: ServiceRef | None
    stage: int
    earliest: datetime | None = None
    latest: datetime | None = None
    hindrance: Hindrance | None = None
    void: bool = False


def timeline(
    steps: Iterable[UpgradeStep], services: ByProject, start: Span, *, relative: bool = False
) -> tuple[Bounds, ...]:
    """The bounds of each service that `steps` name, each tree from its first stage downwards, in the order of `steps`.

    `start` is when the update reaches the first stages. `services` are those known, by project. With `relative` no
    weekday means anything below a first stage whose moment is not known: windows there count as unknown, but `never`.
    """
    steps = tuple(steps)
    below: defaultdict[ServiceRef, list[UpgradeStep]] = defaultdict(list)
    for step in steps:
        below[step.source].append(step)
    gated = {step.destination for step in steps}
    found = [
        bounds
        for root in dict.fromkeys(step.source for step in steps)
        if root not in gated
        for bounds in _tree(_first(root, service_at(services, root), start), below, services, relative=relative)
    ]
    reached = {bounds.ref for bounds in found}
    return (*found, *(_circling(step, services, start) for step in steps if step.destination not in reached))


def _tree(
    root: Bounds, below: Mapping[ServiceRef, list[UpgradeStep]], services: ByProject, *, relative: bool
) -> Iterator[Bounds]:
    """A first stage, then what is below it, depth first."""
    weekdays = not relative or root.since.first == root.since.last
    waiting = [root]
    while waiting:
        source = waiting.pop()
        yield source
        steps = reversed(below.get(source.ref, ()))
        waiting += [_next(source, step, service_at(services, step.destination), weekdays=weekdays) for step in steps]


def _first(ref: ServiceRef, service: Service | None, start: Span) -> Bounds:
    window = None if service is None else service.window
    if service is not None and service.powered_off:
        return Bounds(ref, None, window, start, ref, 1, hindrance=Hindrance.POWERED_OFF)
    since = start.narrowed(window)
    return Bounds(ref, None, window, since, ref, 1, since.first, since.last)


def _next(source: Bounds, step: UpgradeStep, service: Service | None, *, weekdays: bool) -> Bounds:
    """The bounds below `source`; whether `weekdays` mean anything."""
    window = None if service is None or not weekdays else service.window
    void = source.hindrance is Hindrance.POWERED_OFF
    hindrance = _hindrance(source, service)
    earliest = latest = None
    if hindrance is None and void:
        earliest, latest = source.since.first, _at_the_latest(window, source.since.last)
    elif hindrance is None:
        earliest = _opening(window, source.earliest) if window is not None else source.earliest
        latest = _at_the_latest(window, _later(source.latest, step.auto_validation_delay_days))
    return Bounds(
        step.destination,
        step,
        window,
        source.since,
        source.root,
        source.stage + 1,
        earliest,
        latest,
        hindrance,
        void,
    )


def _hindrance(source: Bounds, service: Service | None) -> Hindrance | None:
    if service is not None and service.powered_off:
        return Hindrance.POWERED_OFF
    if service is not None and service.window is not None and service.window.never:
        return Hindrance.WINDOW_NEVER
    return None if source.hindrance in {None, Hindrance.POWERED_OFF} else Hindrance.SOURCE


def _circling(step: UpgradeStep, services: ByProject, start: Span) -> Bounds:
    service = service_at(services, step.destination)
    window = None if service is None else service.window
    return Bounds(step.destination, step, window, start, None, 0, hindrance=Hindrance.CYCLE)


def _at_the_latest(window: Window | None, after: datetime | None) -> datetime | None:
    return _opening(window, after) if window is not None else _later(after, UNKNOWN_WINDOW.days)


def _opening(window: Window, after: datetime | None) -> datetime | None:
    """The next opening, or None if that is never, or after the year 9999."""
    try:
        return None if after is None else window.next(after)
    except OverflowError:
        return None


def _later(moment: datetime | None, days: int) -> datetime | None:
    """So many days later; None after the year 9999, for a live delay may be any number."""
    try:
        return None if moment is None else moment + timedelta(days=max(days, 0))
    except OverflowError:
        return None
