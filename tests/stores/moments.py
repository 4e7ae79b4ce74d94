"""Time that passes when a test says so: for the run's clock, for the place's, and for the thread that renews a lock."""

import threading

from pipesync.store.place import Found, Part, Place
from pipesync.store.shared import SharedStore
from pipesync.store.timing import Timing

RENEWAL = "lock-renewal"


class Moments:
    """The seconds that all runs and places of a test go by; `changed` says when each version came about."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.changed: dict[str, float] = {}


class Renewals:
    """The renewals of one run's lock: none happens unless it is told to."""

    def __init__(self, moments: Moments) -> None:
        self._moments = moments
        self._turn = threading.Condition()
        self._owed = False
        self._waits = False
        self._thread = threading.current_thread()

    def timing(self) -> Timing:
        return Timing(clock=lambda: self._moments.now, wait=self._wait)

    def renew(self) -> None:
        """Let one renewal happen, and return when it is over, come what may of it."""
        with self._turn:
            assert self._turn.wait_for(lambda: self._waits, timeout=30), "nobody renews a lock"
            self._owed, self._waits = True, False
            self._turn.notify_all()
            while not self._waits and self._thread.is_alive():  # the thread of a lost lock ends
                self._turn.wait(0.01)

    def _wait(self, event: threading.Event, seconds: float) -> bool:
        if threading.current_thread().name != RENEWAL:
            self._moments.now += seconds
            return event.is_set()
        with self._turn:
            self._waits, self._thread = True, threading.current_thread()
            self._turn.notify_all()
            while not event.is_set() and not self._owed:
                self._turn.wait(0.01)
            self._owed = False
        return event.is_set()


class TimedStore(SharedStore):
    """The store of one run, at a real place, going by `moments`."""

    def __init__(self, place: Place, moments: Moments) -> None:
        self._renewals = Renewals(moments)
        super().__init__(TimedPlace(place, moments), self._renewals.timing())

    def renew(self) -> None:
        self._renewals.renew()


class TimedPlace:
    """A real Place whose clock is a test's."""

    def __init__(self, place: Place, moments: Moments) -> None:
        self.where = place.where
        self._place = place
        self._moments = moments

    def get(self, part: Part = Part.STATE) -> Found | None:
        found = self._place.get(part)
        if found is None:
            return None
        changed_at = self._moments.changed.setdefault(found.version, self._moments.now)
        return Found(found.data, found.version, changed_at)

    def put(self, data: bytes, *, replacing: str | None) -> str:
        version = self._place.put(data, replacing=replacing)
        self._moments.changed[version] = self._moments.now
        return version

    def set_aside(self, part: Part, data: bytes) -> None:
        self._place.set_aside(part, data)

    def now(self) -> float:
        return self._moments.now

    def prove(self) -> None:
        self._place.prove()
