"""The words of how a plan changes bounds; for plans alone, so that they do not pay for forecasts."""

from typing import Final

from pipesync.amounts import count
from pipesync.shift import Days, Shift

TITLE: Final = "Days until an update gets from the first stage to a service, at the earliest and at the latest"

SHOWN: Final = 20
"""A screen's worth; the JSON has them all."""


def days(span: Days) -> str:
    """`3 to 21`, `0`, or `no bound`."""
    if span.earliest is None:
        return "no bound"
    if span.latest is None:
        return f"{span.earliest} or more"
    return str(span.earliest) if span.earliest == span.latest else f"{span.earliest} to {span.latest}"


def moves(shift: Shift) -> str:
    """`latest 7 days later`, `3 days earlier` where both bounds move alike; nothing to say where one is not there."""
    ends = (
        ("earliest", shift.before.earliest, shift.after.earliest),
        ("latest", shift.before.latest, shift.after.latest),
    )
    moved = {end: _moved(new - old) for end, old, new in ends if old is not None and new is not None and old != new}
    if len(moved) == len(ends) and len({*moved.values()}) == 1:
        return moved["latest"]
    return ", ".join(f"{end} {by}" for end, by in moved.items())


def _moved(by: int) -> str:
    return f"{count(abs(by), 'day')} {'later' if by > 0 else 'earlier'}"
