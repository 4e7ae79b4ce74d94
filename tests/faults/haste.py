"""Runs that do not wait, or tell of it: the API's client gets another patience, at the seam that it has for waits."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from pipesync.aiven import transport
from pipesync.aiven.patience import Patience
from pipesync.store.parting import Parting

SILENCE_SECONDS: Final = 0.4
ATTEMPT_SECONDS: Final = 0.8
"""An answer that hangs or drips costs a run this long. A sandbox on a busy machine needs a tenth of it."""


def hasten() -> None:
    """From now on this process asks again at once, and gives up early on an answer that does not come."""
    vars(transport)["Patience"] = partial(Patience, silence=SILENCE_SECONDS, attempt=ATTEMPT_SECONDS, wait=_look)


def stay_awake() -> None:
    """From now on each pause of this process is over at once, such as the one before a store is asked again."""
    time.sleep = lambda _seconds: None
    Parting.wait = at_once  # type: ignore[assignment, method-assign]


def at_once(_parting: Parting, event: threading.Event, seconds: float) -> bool:
    """A `Parting.wait` without the waiting, except in threads of its own: a lock is renewed as often as ever."""
    if threading.current_thread() is threading.main_thread():
        return event.is_set()
    return event.wait(seconds)


def be_told_of_waits(waits: Callable[[], None]) -> None:
    """From now on this process calls `waits` before each wait."""

    def wait(event: threading.Event, seconds: float) -> bool:
        waits()
        return event.wait(seconds)

    vars(transport)["Patience"] = partial(Patience, wait=wait)


def _look(event: threading.Event, _seconds: float) -> bool:
    return event.is_set()
