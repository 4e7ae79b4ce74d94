"""What a plan does to bounds: how many days after the first stage an update gets to a service, before and after it.

Days are counted from the update reaching the first stage of the path, as the path is before and after. No clock takes
part: windows are weekly, so that from one opening of the first stage's window everything follows, whichever week it
is. Where that window is not known, or never opens, the first stage may have the update on any day of a week: then the
windows below are taken as unknown, too, which is the wider bound.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipesync.model import Service, ServiceRef, UpgradeStep
from pipesync.timeline import Span, timeline

_ANY_WEEK: Final = Span(datetime.fromisoformat("2024-01-01T00:00:00Z"), datetime.fromisoformat("2024-01-07T23:59:59Z"))
"""Monday to Sunday; in another week everything is as many days apart."""

ByProject = Mapping[str, Mapping[str, Service]]


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
            found[str(ref)] = Shift(before=then, after=now).model_dump()
    return found


def read(context: Mapping[str, Any]) -> Shifts:
    """What `shifts` put into a plan's context; nothing where it is not there, or not what this version knows."""
    try:
        return _SHIFTS.validate_python(context.get("forecast", {}))
    except ValidationError:
        return {}


def _days(steps: Iterable[UpgradeStep], services: ByProject) -> dict[ServiceRef, Days]:
    """The days of each destination."""
    steps = tuple(steps)
    found = timeline(steps, services, _ANY_WEEK)
    blind = {bounds.ref for bounds in found if bounds.since.first != bounds.since.last}
    if blind:
        found = timeline(steps, _without_windows(services, blind), _ANY_WEEK)
    return {
        bounds.ref: Days(
            earliest_days=_after(bounds.since.first, bounds.earliest),
            latest_days=_after(bounds.since.last, bounds.latest),
        )
        for bounds in found
        if bounds.step is not None
    }


def _without_windows(services: ByProject, blind: AbstractSet[ServiceRef]) -> ByProject:
    """`services`, where it is not known when those of `blind` are updated; that one never is stays known."""
    return {
        project: {
            name: replace(service, window=None)
            if service.ref in blind and service.window is not None and not service.window.never
            else service
            for name, service in known.items()
        }
        for project, known in services.items()
    }


def _alone(ref: ServiceRef, services: ByProject) -> Days:
    """The days of a service without a source: it waits for nobody, if it gets updates by itself at all."""
    service = services.get(ref.project, {}).get(ref.service)
    shut = service is not None and (service.powered_off or (service.window is not None and service.window.never))
    return Days(earliest_days=None, latest_days=None) if shut else Days(earliest_days=0, latest_days=0)


def _after(start: datetime, moment: datetime | None) -> int | None:
    return None if moment is None else (moment.date() - start.date()).days
