"""How a run comes to the lock of a SharedStore: it waits for whoever has it, and breaks one that is not renewed."""

from collections.abc import Callable
from threading import Event

from pipesync.store.envelope import Envelope, opened
from pipesync.store.lease import Lease
from pipesync.store.lock import LockInfo
from pipesync.store.place import Found, Moved, Place
from pipesync.store.timing import Timing


class Held(Exception):  # noqa: N818  an answer, not a failure
    """Another run has the lock."""

    def __init__(self, holder: LockInfo) -> None:
        super().__init__(str(holder))
        self.holder = holder


class Watch:
    """Whether a lock is abandoned, by the place's clock, which is asked no more often than it must be."""

    def __init__(self, place: Place, timing: Timing) -> None:
        self._place = place
        self._timing = timing
        self._version: str | None = None
        self._due = 0.0

    def abandoned(self, found: Found) -> bool:
        """Whether `found`, which holds a lock, has not changed for so long that the lock may be broken."""
        if found.version == self._version and self._timing.clock() < self._due:
            return False
        left = found.changed_at + self._timing.broken + self._timing.rounding - self._place.now()
        self._version, self._due = found.version, self._timing.clock() + left
        return left < 0


def acquire(
    place: Place, info: LockInfo, timeout: float, timing: Timing, is_readable: Callable[[bytes], bool]
) -> Lease | None:
    """The lock, for `info`; Held if another run still has it after `timeout` seconds.

    None if there is a state that is not readable: nothing is put into an object that may be somebody else's.
    """
    deadline = timing.clock() + timeout
    watch, proven = Watch(place, timing), False
    while True:
        found = place.get()
        envelope = Envelope() if found is None else opened(found.data)
        if found is None or envelope.lock is None or watch.abandoned(found):
            if envelope.state is not None and not is_readable(envelope.state):
                return None
            if not proven:
                place.prove()
                proven = True
            try:
                return Lease(place, info, timing, found)
            except Moved:
                continue  # another run was faster: see what it left
        left = deadline - timing.clock()
        if left <= 0:
            raise Held(envelope.lock)
        timing.wait(Event(), min(timing.poll, left))
