"""What a plan does to bounds: how many days after the first stage an update gets to a service, before and after it.

Days are counted from the update reaching the first stage of the path, as the path is before and after. No clock takes
part: windows are weekly, so that from one opening of the first stage's window everything follows, whichever week it
is. Where that window is not known, or never opens, the first stage may have the update on any day of a week: then the
windows below are taken as unknown, too, which is the wider bound.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipesync.model import ServiceRef, UpgradeStep
from pipesync.timeline import ByProject, Span, timeline

_ANY_WEEK: Final = Span(datetime.fromisoformat("2024-01-01T00:00:00Z"), datetime.fromisoformat("2024-01-07T23:59:59Z"))
"""Monday to Sunday; in another week everything is as many days apart."""


class Days(BaseModel):
    """Whole days after the first stage has the update; null where the service does not get it by itself."""

    model_config = ConfigDict(frozen=True)

    earliest_days: int | None
    latest_days: int | None


class Shift(BaseModel):
    """The bounds of one service before a plan and after it; one without a source is a first stage itself: 0 and 0."""

    model_config = ConfigDict(frozen=True)

    before: Days
    after: Days


Shifts = Mapping[str, Shift]
"""Address → its shift."""

_SHIFTS: Final = TypeAdapter(dict[str, Shift])


def shifts(before: Iterable[UpgradeStep], after: Iterable[UpgradeStep], services: ByProject) -> dict[str, Any]:
    """The services whose bounds differ between two sets of steps, by address, as a plan's context holds them."""
    old, new = _days(before, services), _days(after, services)
    found = {}
    for ref in sorted(old.keys() | new.keys()):
        then, now = (days.get(ref) or _alone(ref, services) for days in (old, new))
        if then != now:
            found[str(ref)] = {"before": then, "after": now}
    return found


def read(context: Mapping[str, Any]) -> Shifts:
    """What `shifts` put into a plan's context; nothing where it is not there, or not what this version knows."""
    try:
        return _SHIFTS.validate_python(context.get("forecast", {}))
    except ValidationError:
        return {}


def _days(steps: Iterable[UpgradeStep], services: ByProject) -> dict[ServiceRef, dict[str, int | None]]:
    """The days of each destination."""
    return {
        bounds.ref: _between(bounds.since, bounds.earliest, bounds.latest)
        for bounds in timeline(steps, services, _ANY_WEEK, relative=True)
        if bounds.step is not None
    }


def _between(since: Span, earliest: datetime | None, latest: datetime | None) -> dict[str, int | None]:
    return {
        "earliest_days": None if earliest is None else (earliest.date() - since.first.date()).days,
        "latest_days": None if latest is None else (latest.date() - since.last.date()).days,
    }


def _alone(ref: ServiceRef, services: ByProject) -> dict[str, int | None]:
    """The days of a service without a source: it waits for nobody, if it gets updates by itself at all."""
    service = services.get(ref.project, {}).get(ref.service)
    if service is not None and (service.powered_off or (service.window is not None and service.window.never)):
        return _between(_ANY_WEEK, None, None)
    return _between(_ANY_WEEK, _ANY_WEEK.first, _ANY_WEEK.last)
