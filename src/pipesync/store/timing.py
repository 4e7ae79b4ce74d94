"""How long a lock is good for that others may break when it is not renewed, and by which clock that is told."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux's CLOCK_MONOTONIC stands still while a machine is suspended, and the store's clock does not."""


def elapsed() -> float:
    """Seconds since some moment, the time in which this machine was suspended included."""
    return time.clock_gettime(_CLOCK)


@dataclass(frozen=True, slots=True)
class Timing:
    """All in seconds: the contract of this tool. `wait` waits on an event, and is true if it came first."""

    renew: float = 60.0
    again: float = 10.0
    """After a renewal that failed."""
    fresh: float = 120.0
    """An API call begins only within this time of the last renewal."""
    owed: float = 240.0
    """The second half of a pair; an attempt takes at most 60 s (aiven.patience), so that it is over before `broken`."""
    broken: float = 300.0
    """A lock that was not renewed for this long, by the store's clock, belongs to nobody."""
    rounding: float = 2.0
    """Added to `broken`: object stores tell times in whole seconds, rounded either way."""
    poll: float = 1.0
    clock: Callable[[], float] = elapsed
    wait: Callable[[Event, float], bool] = Event.wait
