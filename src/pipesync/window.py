"""A maintenance window: the weekly hour at which Aiven may update a service."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""OAPI, maintenance.dow; `never`, which may be read but not set, is the eighth value."""

_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Opens each week on `weekday` (0 is Monday) at `opens` (UTC); a `weekday` of None: never."""

    weekday: int | None
    opens: time = time(0, 0, 0)

    @classmethod
    def parse(cls, dow: str, clock: str, *, enabled: bool = True) -> Self:
        """The window of Aiven's words (`monday`, `HH:MM:SS`); ValueError for other words."""
        if dow == "never" or not enabled:
            return cls(None)
        return cls(DAYS.index(dow), time.fromisoformat(clock))

    @property
    def never(self) -> bool:
        """Whether it does not open at all: nothing is updated automatically, except what Aiven forces."""
        return self.weekday is None

    def next(self, after: datetime) -> datetime | None:
        """The first opening at `after` or later; None if it never opens."""
        if self.weekday is None:
            return None
        after = after.astimezone(UTC)
        day = after.date() + timedelta(days=(self.weekday - after.weekday()) % 7)
        opening = datetime.combine(day, self.opens, UTC)
        return opening if opening >= after else opening + _WEEK

    def last(self, before: datetime) -> datetime | None:
        """The last opening at `before` or earlier; None if it never opens."""
        opening = self.next(before)
        if opening is None or opening == before.astimezone(UTC):
            return opening
        return opening - _WEEK

    def __str__(self) -> str:
        return "never" if self.weekday is None else f"{DAYS[self.weekday]} {self.opens:%H:%M} UTC"
