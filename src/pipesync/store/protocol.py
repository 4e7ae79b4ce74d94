"""The promise that every place for a state keeps: compare-and-swap writes, and one lock that names its holder."""

from contextlib import AbstractContextManager
from typing import Protocol

from pipesync.state import State
from pipesync.store.lock import LockInfo


class Hold(Protocol):
    """A lock that this run has, for as long as nobody breaks it."""

    def fresh(self, *, owed: bool = False) -> bool:
        """Whether an API call may begin now: the lock cannot have been broken before that call is over.

        `owed` is the second half of a pair whose first half was made, such as the POST of a replace: it may begin
        somewhat later than others, still before anybody may break the lock.
        """
        ...

    @property
    def taken_from(self) -> LockInfo | None:
        """The holder whose lock was broken to take this one, if there was one."""
        ...

    def left_behind(self) -> str | None:
        """After the block: what a person should know if the lock could not be given back; None if it was."""
        ...


class SureHold:
    """A Hold of a lock that nobody can break while this process lives."""

    taken_from: LockInfo | None = None

    def fresh(self, *, owed: bool = False) -> bool:  # noqa: ARG002  the protocol's
        return True

    def left_behind(self) -> str | None:
        return None


class Store(Protocol):
    """A place for one state. Trouble with it is a StateError that says where, and names a backup if one exists."""

    @property
    def where(self) -> str:
        """The location in words; it holds no secret."""
        ...

    def read(self) -> State | None:
        """The state, or None where none was written yet; StateError if it is damaged, foreign or too new."""
        ...

    def write(self, state: State, *, replacing: State | None) -> None:
        """Put `state` in the place of `replacing`, which is what was read or written last (None: nothing was there).

        StateError, with nothing written, if something else is there by now. An unclear answer of a store
        is settled by reading back and comparing the `write_id`.
        """
        ...

    def overwrite(self, state: State) -> None:
        """Put `state` in the place of whatever is there, readable or not; what was there is kept aside.

        For repairs that a person asked for. A state of a newer format is never overwritten: StateError.
        """
        ...

    def lock(self, info: LockInfo, timeout: float) -> AbstractContextManager[Hold]:
        """Have the lock while the block runs; LockedError if another run still has it after `timeout` seconds."""
        ...

    def holder(self) -> LockInfo | None:
        """Who holds the lock now; the lock is not taken."""
        ...

    def unlock(self, lock_id: str) -> None:
        """Remove the lock `lock_id` that a run left behind; StateError if there is none of that id."""
        ...

    def backup(self) -> str | None:
        """A sentence that names the backup and how to go back to it, if a readable one exists."""
        ...

    def notice(self) -> str | None:
        """What a person should know before trusting the answer of `read`, if anything."""
        ...
