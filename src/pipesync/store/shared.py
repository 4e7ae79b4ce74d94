"""A state at a place that many machines reach: compare-and-swap on every write, the lock in the same object."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store import queue, swap
from pipesync.store.envelope import Envelope, opened, released
from pipesync.store.lease import Lease
from pipesync.store.lock import LockInfo, unlock_command
from pipesync.store.parting import Parting
from pipesync.store.place import Found, Moved, Part, Place
from pipesync.store.protocol import Hold
from pipesync.store.restoring import push_command, remote_backup
from pipesync.store.statefile import NewerStateError, read_state
from pipesync.store.timing import Timing


class SharedStore:
    """A Store. `NAME.backup` holds what NAME held before its last write; `NAME.probe` is what the place is tried on."""

    def __init__(self, place: Place, timing: Timing | None = None, parting: Parting | None = None) -> None:
        self.where = place.where
        self._place = place
        self._parting = parting or Parting()
        self._timing = timing or Timing(wait=self._parting.wait)
        self._lease: Lease | None = None
        self._found_none = False

    def read(self) -> State | None:
        text = self._now()[1].state
        self._found_none = text is None
        return None if text is None else self._state(text)

    def write(self, state: State, *, replacing: State | None) -> None:
        text = self._checked(state)
        found, before = (None, self._lease.state) if self._lease else self._unlocked()
        self._check_unmoved(None if before is None else self._state(before), replacing)
        self._put(text, found)
        self._keep(before)

    def overwrite(self, state: State) -> None:
        """As the protocol says; what cannot be read is kept in `NAME.damaged`, and spares the backup."""
        text = self._checked(state)
        found, before = (None, self._lease.state) if self._lease else self._unlocked()
        readable = before is None or self._is_readable(before)
        if before is not None and not readable:
            self._place.set_aside(Part.DAMAGED, before)
        self._put(text, found)
        if readable:
            self._keep(before)

    @contextmanager
    def lock(self, info: LockInfo, timeout: float) -> Iterator[Hold]:
        """As the protocol says. A lock that was not renewed in time is broken.

        A damaged state, or a newer one, cannot be locked: only `overwrite` can replace it, in one motion.
        """
        try:
            lease = queue.acquire(self._place, info, timeout, self._timing, self._is_readable)
            if lease is None:
                yield NoHold()
                return
            self._lease = lease
            with lease.renewed(self._parting):
                yield lease
        except queue.Held as held:
            raise self._locked(held.holder) from None
        except (KeyboardInterrupt, SystemExit):
            # It may have come in the midst of taking the lock, or of giving it back.
            self._parting.begin()
            if self._is_freed(info) and self._lease is not None:
                self._lease.gone()
            raise
        finally:
            self._lease = None

    def _is_freed(self, info: LockInfo) -> bool:
        """Give the lock of `info` back if it is there, as far as there is time for it."""
        with suppress(StateError):
            while True:
                found, envelope = self._now()
                if found is None or envelope.lock is None or envelope.lock.lock_id != info.lock_id:
                    return True
                with suppress(Moved):  # a request of before has come through
                    data = released(envelope.state, info)
                    swap.settle(self._place, data, replacing=found.version, timing=self._timing)
                    return True
        return False

    def holder(self) -> LockInfo | None:
        return self._now()[1].lock

    def unlock(self, lock_id: str) -> None:
        """Take the lock `lock_id` away, whether its run is alive or not: that one then stops at its next write."""
        while True:
            found, envelope = self._now()
            if found is None or envelope.lock is None:
                raise StateError("the state is not locked", where=self.where, next="Nothing is to be done.")
            if envelope.lock.lock_id != lock_id:
                raise StateError(
                    f"the lock id is {envelope.lock.lock_id}, not {lock_id}",
                    where=self.where,
                    next=f"The state is locked by {envelope.lock}.",
                )
            with suppress(Moved):  # its run has renewed it meanwhile
                data = released(envelope.state, envelope.lock)
                swap.settle(self._place, data, replacing=found.version, timing=self._timing)
                return

    def backup(self) -> str | None:
        try:
            found = self._place.get(Part.BACKUP)
            state = None if found is None else read_state(found.data, self.where)
        except StateError:
            return None
        if state is None:
            return None
        location = f"{self.where}{Part.BACKUP}"
        return remote_backup(self.where, location, state.serial)

    def notice(self) -> str | None:
        if not self._found_none or (backup := self.backup()) is None:
            return None
        return f"There is no state at {self.where}, but there was one. {backup}"

    def _now(self) -> tuple[Found | None, Envelope]:
        found = self._place.get()
        return found, Envelope() if found is None else opened(found.data)

    def _unlocked(self) -> tuple[Found | None, bytes | None]:
        """What is there, and the state's text in it, for a write that takes no lock; LockedError if somebody has it."""
        found, envelope = self._now()
        if found is not None and envelope.lock is not None:
            watch = queue.Watch(self._place, self._timing)
            if not watch.abandoned(found):
                raise self._locked(envelope.lock)
        return found, envelope.state

    def _put(self, text: bytes, found: Found | None) -> None:
        """Put `text` there under our lock, or, without one, in the place of what was `found`."""
        if self._lease is not None:
            self._lease.write(text)
            return
        version = found.version if found else None
        try:
            swap.settle(self._place, text, replacing=version, timing=self._timing)
        except Moved:
            raise self._moved("") from None

    def _keep(self, before: bytes | None) -> None:
        """Keep what was replaced. After the write, so that a run whose lock was broken spoils no backup."""
        if before is not None:
            with suppress(StateError):  # the state is written; its backup is one older, then
                self._place.set_aside(Part.BACKUP, before)

    def _state(self, text: bytes) -> State:
        try:
            return read_state(text, self.where)
        except NewerStateError:
            raise
        except StateError as error:
            restore = f"Restore it from a copy: {push_command(self.where, 'FILE')}"
            raise StateError(error.what, where=error.where, next=self.backup() or restore) from None

    def _is_readable(self, text: bytes) -> bool:
        """Whether `text` is a state; a newer one is not, and is nobody's to overwrite: NewerStateError."""
        try:
            read_state(text, self.where)
        except NewerStateError:
            raise
        except StateError:
            return False
        return True

    def _checked(self, state: State) -> bytes:
        """The text to write: never one that the next run would refuse to read."""
        text = state.to_json().encode("ascii")
        read_state(text, self.where)
        return text

    def _check_unmoved(self, found: State | None, expected: State | None) -> None:
        """Compared as a whole, as in a local state: a hand that edited the object is noticed, too."""
        if (found and found.to_json()) != (expected and expected.to_json()):
            raise self._moved(f": {_serial(expected)} was there, now {_serial(found)}")

    def _moved(self, detail: str) -> StateError:
        return StateError(
            f"the state has changed since it was read{detail}",
            where=self.where,
            next="Nothing was written. Run the command again: it starts from what is there now.",
        )

    def _locked(self, holder: LockInfo) -> LockedError:
        minutes = self._timing.broken / 60
        return LockedError(
            f"the state is locked by {holder}",
            where=self.where,
            next="Wait for that run, or let --lock-timeout SECONDS do so. If it is dead, the next apply takes its lock "
            f"{minutes:.0f} minutes after its last sign of life; sooner: {unlock_command(self.where, holder.lock_id)}",
        )


class NoHold:
    """The Hold of a state that cannot be locked: no API call may begin on its account."""

    taken_from: LockInfo | None = None

    def fresh(self, *, owed: bool = False) -> bool:  # noqa: ARG002  the protocol's
        return False

    def left_behind(self) -> str | None:
        return None


def _serial(state: State | None) -> str:
    return "no state" if state is None else f"serial {state.serial} ({state.write_id})"
