"""The lock of a SharedStore while a run has it: what is written under it, how it is renewed and given back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, RLock, Thread

from pipesync.errors import LockLostError, StateError
from pipesync.store import envelope, swap
from pipesync.store.lock import LockInfo, unlock_command
from pipesync.store.parting import Parting
from pipesync.store.place import Found, Moved, Place
from pipesync.store.timing import Timing


class Lease:
    """A Hold. A thread of its own renews it; the mutex keeps its writes and the run's apart.

    `state` is the state's text that the run knows to be there. A write of its own may have come about behind its back,
    with a lost answer: what stands there then is kept, until the next write replaces it.
    """

    def __init__(self, place: Place, info: LockInfo, timing: Timing, found: Found | None) -> None:
        """Takes the lock of what was `found`; Moved if something else is there by now."""
        before = envelope.Envelope() if found is None else envelope.opened(found.data)
        self.info = info
        self.taken_from = before.lock
        self.state = before.state
        self._standing = before.state
        self._place = place
        self._timing = timing
        self._mutex = RLock()
        self._renewals = 0
        self._renewed_at = timing.clock()
        self._lost: LockLostError | None = None
        self._left_behind: str | None = None
        data = envelope.locked(self.state, info, 0)
        self._version = swap.settle(place, data, replacing=found.version if found else None, timing=timing)

    def fresh(self, *, owed: bool = False) -> bool:
        age = self._timing.clock() - self._renewed_at
        return self._lost is None and age < (self._timing.owed if owed else self._timing.fresh)

    def left_behind(self) -> str | None:
        return self._left_behind

    def write(self, state: bytes) -> None:
        """Make `state` the state, which renews the lock, too. LockLostError if the lock is not this run's any more."""
        with self._mutex:
            self._put(state)
            self.state = state

    @contextmanager
    def renewed(self, parting: Parting) -> Iterator[None]:
        """Renew the lock while the block runs, and give it back at the end: soon, if a signal ends it."""
        ended = Event()
        Thread(target=self._renew_until, args=(ended,), name="lock-renewal", daemon=True).start()
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            parting.begin()
            raise
        finally:
            ended.set()
            with self._mutex:
                self._give_back()

    def _renew_until(self, ended: Event) -> None:
        pause = self._timing.renew
        while not self._timing.wait(ended, pause):
            with self._mutex:
                if ended.is_set() or self._lost is not None:
                    return
                pause = self._timing.again
                with suppress(StateError):  # for `fresh` to tell, and for the next write
                    self._put()
                    pause = self._timing.renew

    def _put(self, state: bytes | None = None) -> None:
        """Write `state`, or what stands there, with the lock renewed."""
        sent_at = self._timing.clock()
        self._swap(lambda: self._locked(state))
        self._standing = state or self._standing
        self._renewed_at = sent_at

    def _locked(self, state: bytes | None) -> bytes:
        self._renewals += 1
        return envelope.locked(state or self._standing, self.info, self._renewals)

    def _swap(self, written: Callable[[], bytes]) -> None:
        while self._lost is None:
            data = written()
            try:
                self._version = swap.settle(self._place, data, replacing=self._version, timing=self._timing)
            except Moved as moved:
                self._catch_up(moved.found)
            else:
                return
        raise self._lost

    def _catch_up(self, found: Found | None) -> None:
        """Go on from an earlier write of this lock whose answer was lost; whatever else is there took the lock."""
        there = envelope.Envelope() if found is None else envelope.opened(found.data)
        holder = there.lock
        if found is not None and holder is not None and holder.lock_id == self.info.lock_id:
            self._version, self._standing = found.version, there.state
            return
        whose = f"it is locked by {holder} now" if holder is not None else "nobody has it now"
        self._lost = LockLostError(
            f"this run's lock of the state was broken or removed, and {whose}",
            where=self._place.where,
            next="Nothing was overwritten. Run `pipesync plan` once no other run is at work: "
            "it finds what this run has done.",
        )

    def _give_back(self) -> None:
        if self._lost is not None:
            return
        try:
            self._swap(lambda: envelope.released(self._standing, self.info))
        except LockLostError:
            return
        except StateError as error:
            self._left_behind = self._words(error.what)
        except (KeyboardInterrupt, SystemExit):
            self._left_behind = self._words("the run was ended meanwhile")
            raise

    def gone(self) -> None:
        """The lock was given back after all."""
        self._left_behind = None

    def _words(self, why: str) -> str:
        minutes = self._timing.broken / 60
        return (
            f"the lock of the state at {self._place.where} could not be given back ({why}). "
            f"The next apply takes it {minutes:.0f} minutes from now; sooner: "
            f"{unlock_command(self._place.where, self.info.lock_id)}"
        )
