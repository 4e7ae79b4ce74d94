"""A state in a file on this machine, beside it its backup and its lock."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store import flock
from pipesync.store.durable import Unsynced, read_file, replace_file
from pipesync.store.lock import LockInfo
from pipesync.store.protocol import Hold, SureHold
from pipesync.store.restoring import push_command
from pipesync.store.statefile import NewerStateError, read_state


class LocalStore:
    """A Store. `NAME.backup` holds what NAME held before its last write, `NAME.lock` the lock's holder.

    If NAME is a link, all three stand beside the file it leads to.
    """

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        try:
            target = Path(os.path.realpath(path))
            self._path = path if target == path.absolute() else target  # messages show the path as it was given
        except OSError as error:  # the working directory is gone
            raise self._trouble("the state cannot be found", error) from None
        self._backup_path = self._beside("backup")
        self._lock_path = self._beside("lock")
        self._locked = False
        self._unsure: State | None = None

    def read(self) -> State | None:
        text = self._text()
        return None if text is None else self._state(text)

    def write(self, state: State, *, replacing: State | None) -> None:
        data = self._data(state)
        with self._exclusively():
            text = self._text()
            self._check_unmoved(None if text is None else self._state(text), replacing)
            if text is not None:
                self._put(self._backup_path, text)
            self._unsure = state
            self._put(self._path, data)
            self._unsure = None

    def overwrite(self, state: State) -> None:
        """As the protocol says; what cannot be read is kept in `NAME.damaged`, and spares the backup."""
        data = self._data(state)
        with self._exclusively():
            if (text := self._text()) is not None:
                self._put(self._aside(text), text)
            self._put(self._path, data)

    @contextmanager
    def lock(self, info: LockInfo, timeout: float) -> Iterator[Hold]:
        with self._flock(info, timeout):
            self._locked = True
            try:
                yield SureHold()
            finally:
                self._locked = False

    def holder(self) -> LockInfo | None:
        try:
            return flock.holder(self._lock_path)
        except OSError as error:
            raise self._trouble("the lock of the state cannot be looked at", error) from None

    def unlock(self, lock_id: str) -> None:
        """Clear the record that a killed run left. A live process keeps its lock: LockedError."""
        try:
            left = flock.clear(self._lock_path, lock_id)
        except flock.Held as held:
            raise self._held(held) from None
        except OSError as error:
            raise self._trouble("the lock of the state cannot be cleared", error) from None
        if left is None:
            raise StateError("the state is not locked", where=self.where, next="Nothing is to be done.")
        if left.lock_id != lock_id:
            raise StateError(
                f"the lock id is {left.lock_id}, not {lock_id}",
                where=self.where,
                next="Nothing is to be done: its process has ended, and the lock with it.",
            )

    def backup(self) -> str | None:
        try:
            state = read_state(read_file(self._backup_path), str(self._backup_path))
        except (OSError, StateError):
            return None
        command = push_command(self.where, str(self._backup_path))
        return f"A readable backup of serial {state.serial} is at {self._backup_path}; to go back to it: {command}"

    def notice(self) -> str | None:
        if self._text() is not None or (backup := self.backup()) is None:
            return None
        return f"There is no state at {self.where}, but there was one. {backup}"

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{suffix}")

    def _text(self) -> bytes | None:
        try:
            try:
                return read_file(self._path)
            except FileNotFoundError:
                self._check_link()
                return None
        except OSError as error:
            raise self._trouble("the state cannot be read", error, more=self.backup()) from None

    def _check_link(self) -> None:
        """A link into a folder that is not there is no place for a first state: more likely a disk is not mounted."""
        if Path(self.where).is_symlink() and not self._path.parent.is_dir():
            raise StateError(
                f"the state cannot be read: this link leads to {self._path}, and its folder is not there",
                where=self.where,
                next=f"Restore what it leads to; to begin a new state there, make the folder {self._path.parent}",
            )

    def _state(self, text: bytes) -> State:
        try:
            return read_state(text, self.where)
        except NewerStateError:
            raise
        except StateError as error:
            restore = f"Restore it from a copy: {push_command(self.where, 'FILE')}"
            raise StateError(error.what, where=error.where, next=self.backup() or restore) from None

    def _data(self, state: State) -> bytes:
        """The text to write: never one that the next run would refuse to read."""
        data = state.to_json().encode("ascii")
        read_state(data, self.where)
        return data

    def _check_unmoved(self, found: State | None, expected: State | None) -> None:
        """Compared as a whole, not by `write_id`: a hand that edited the file is noticed too.

        What an earlier write put there, although it had to be told as an error, is ours.
        """
        if found is not None and found == self._unsure:
            return
        if (found and found.to_json()) != (expected and expected.to_json()):
            raise StateError(
                f"the state has changed since it was read: {_serial(expected)} was there, now {_serial(found)}",
                where=self.where,
                next="Nothing was written. Run the command again: it starts from what is there now.",
            )

    def _aside(self, text: bytes) -> Path:
        """Where `text` is kept that is about to be overwritten."""
        try:
            read_state(text, self.where)
        except NewerStateError:
            raise
        except StateError:
            return self._beside("damaged")
        return self._backup_path

    def _put(self, path: Path, data: bytes) -> None:
        try:
            replace_file(path, data, tag="new", follow=True)
        except Unsynced as error:
            raise self._trouble(
                "the state is written, but a power cut may undo it",
                error,
                advice="Look after the disk, then run the command again: it starts from what is there.",
            ) from None
        except OSError as error:
            raise self._trouble(
                "the state cannot be written", error, advice="The file is as it was before this write."
            ) from None

    def _exclusively(self) -> AbstractContextManager[None]:
        """What makes comparing and writing one act, also for a caller that holds no lock."""
        return nullcontext() if self._locked else self._flock(None, 0)

    @contextmanager
    def _flock(self, info: LockInfo | None, timeout: float) -> Iterator[None]:
        with ExitStack() as stack:
            try:
                self._check_link()
                self._path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._trouble("the folder of the state cannot be made", error) from None
            try:
                stack.enter_context(flock.locked(self._lock_path, info, timeout))
            except flock.Held as held:
                raise self._held(held) from None
            except OSError as error:
                raise self._trouble("the state cannot be locked", error) from None
            yield

    def _held(self, held: flock.Held) -> LockedError:
        return LockedError(
            f"the state is locked by {held.holder}",
            where=self.where,
            next="Wait for that run, or let --lock-timeout SECONDS do so. "
            "The lock goes with its process: there is nothing to unlock by hand.",
        )

    def _trouble(
        self,
        what: str,
        error: OSError,
        advice: str = "Correct the path (--state), or make it usable for this user.",
        more: str | None = None,
    ) -> StateError:
        return StateError(
            f"{what}: {error.strerror or error}",
            where=str(error.filename or self.where),
            next=" ".join(filter(None, (advice, more))),
        )


def _serial(state: State | None) -> str:
    return "no state" if state is None else f"serial {state.serial} ({state.write_id})"
