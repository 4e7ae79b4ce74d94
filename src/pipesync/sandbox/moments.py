"""Moments and lengths of time as the sandbox reads and writes them: ISO 8601 in UTC, and `3d`, `12h`, `1d12h`."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=3650)
"""How far a clock goes at once: ten years, far beyond any delay, and no number that overflows a date."""

LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Where every clock stops: a date after which there is always another week."""

_UNITS: Final = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_LENGTH: Final = re.compile(r"(?:\d{1,9}[wdhms])+", re.ASCII)


def iso(moment: datetime) -> str:
    """As Aiven writes it: UTC with microseconds and a `Z`; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment that ISO 8601 text names, in UTC where it does not say; ValueError if it names none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date or time: write 2026-05-04 or 2026-05-04T12:30:00Z") from None


def length_of(text: str) -> timedelta:
    """The length that text such as `3d`, `12h` or `1d12h` names; ValueError if it names none, or too much."""
    if not _LENGTH.fullmatch(text):
        raise ValueError(f"{text!r} is no length of time: write 3d, 12h, 30m or 1d12h")
    length = sum(
        (timedelta(**{_UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+)([wdhms])", text)),
        timedelta(),
    )
    if length > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST.days} days")
    return length
