"""One compare-and-swap whose outcome is certain: what a lost answer leaves open is settled by reading back."""

from itertools import count
from threading import Event
from typing import Final

from pipesync.errors import StateError
from pipesync.store.place import Moved, Place, Unclear
from pipesync.store.timing import Timing

ATTEMPTS: Final = 4
"""With the waits between them a blip of 3.5 s is outlasted, and a lock is still fresh after as many timeouts."""

FIRST_WAIT: Final = 0.5
"""Seconds, doubled each time."""


def settle(place: Place, data: bytes, *, replacing: str | None, timing: Timing) -> str:
    """The version that `data` is at, once it is there in the place of the version `replacing`.

    Moved, with what is there, if that is something else. StateError if the place refuses, or does not tell: then a
    write that is still on its way may come about later, but only in the place of `replacing`. No two calls may have
    the same `data`.
    """
    for attempt in count(1):
        words = "it answers that something else is there, which is not so"
        try:
            return place.put(data, replacing=replacing)
        except Moved:
            pass
        except Unclear as unclear:
            words = str(unclear)
        try:
            found = place.get()
        except StateError:
            if attempt == ATTEMPTS:
                raise
        else:
            if found is not None and found.data == data:
                return found.version
            if (found and found.version) != replacing:
                raise Moved(found)
            if attempt == ATTEMPTS:
                raise StateError(
                    f"the state cannot be written: {words}",
                    where=place.where,
                    next="Run the command again once the place of the state answers.",
                )
        timing.wait(Event(), FIRST_WAIT * 2 ** (attempt - 1))
    raise AssertionError
