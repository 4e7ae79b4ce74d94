"""What a plan does to bounds: how many days after the first stage an update gets to a service, before and after it.

Days are counted from the update reaching the first stage of the path, as the path is before and after. No clock takes
part: windows are weekly, so that from one opening of the first stage's window everything follows, whichever week it
is. Where that window is not known, or never opens, the first stage may have the update on any day of a week: then the
windows below are taken as unknown, too, which is the wider bound.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from pipesync.model import ByProject, ServiceRef, UpgradeStep, service_at

_MONDAY: Final = date(2024, 1, 1)
_SUNDAY: Final = date(2024, 1, 7)
"""Any week: in another one everything is as many days apart."""


class Days(NamedTuple):
    """Whole days after the first stage has the update; None where the service does not get it by itself."""

    earliest: int | None
    latest: int | None


class Shift(NamedTuple):
    """The bounds of one service before a plan and after it; one without a source is a first stage itself: 0 and 0."""

    before: Days
    after: Days


Shifts = Mapping[str, Shift]
"""Address → its shift."""


def shifts(before: Iterable[UpgradeStep], after: Iterable[UpgradeStep], services: ByProject) -> dict[str, Any]:
    """The services whose bounds differ between two sets of steps, by address, as a plan's context holds them."""
    old, new = _days(before, services), _days(after, services)
    found = {}
    for ref in sorted(old.keys() | new.keys()):
        then, now = (days.get(ref) or _alone(ref, services) for days in (old, new))
        if then != now:
            found[str(ref)] = {"before": _written(then), "after": _written(now)}
    return found


def read(context: Mapping[str, Any]) -> Shifts:
    """What `shifts` put into a plan's context; nothing where it is not there, or not what this version knows."""
    try:
        return {
            address: Shift(_read(shift["before"]), _read(shift["after"]))
            for address, shift in context.get("forecast", {}).items()
        }
    except (AttributeError, KeyError, TypeError):
        return {}


def _written(days: Days) -> dict[str, int | None]:
    return {"earliest_days": days.earliest, "latest_days": days.latest}


def _read(days: dict[str, Any]) -> Days:
    found = Days(days["earliest_days"], days["latest_days"])
    if not all(day is None or isinstance(day, int) for day in found):
        raise TypeError("these are no days")
    return found


def _days(steps: Iterable[UpgradeStep], services: ByProject) -> dict[ServiceRef, Days]:
    """The days of each destination."""
    steps = tuple(steps)
    if not steps:
        return {}
    from pipesync.timeline import Span, timeline

    week = Span(Span.day(_MONDAY).first, Span.day(_SUNDAY).last)
    return {
        bounds.ref: Days(_between(bounds.since.first, bounds.earliest), _between(bounds.since.last, bounds.latest))
        for bounds in timeline(steps, services, week, relative=True)
        if bounds.step is not None
    }


def _between(start: datetime, moment: datetime | None) -> int | None:
    return None if moment is None else (moment.date() - start.date()).days


def _alone(ref: ServiceRef, services: ByProject) -> Days:
    """The days of a service without a source: it waits for nobody, if it gets updates by itself at all."""
    service = service_at(services, ref)
    shut = service is not None and (service.powered_off or (service.window is not None and service.window.never))
    return Days(None, None) if shut else Days(0, 0)
