"""A lock that a server keeps for this run: it does not run out, but a person may free it, so the run looks after it."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from pipesync.store.lock import LockInfo
from pipesync.store.timing import Timing

_TIMING: Final = Timing()


class ServerHold:
    """A Hold. `lost` once it is known that the lock is another run's, or was; `over` once it was given back.

    It is never broken to be taken.

    `look` asks the server: true if the lock is still this run's, None if it does not say. It is asked as often as
    another lock is renewed, when an API call is about to begin: so a run that was suspended finds out first.
    """

    taken_from: LockInfo | None = None

    def __init__(
        self, info: LockInfo, look: Callable[[], bool | None] = lambda: True, timing: Timing = _TIMING
    ) -> None:
        self.info = info
        self.lost = False
        self.over = False
        self.words: str | None = None
        self._look = look
        self._timing = timing
        self._mutex = Lock()
        self._seen_at = self._asked_at = timing.clock()

    def fresh(self, *, owed: bool = False) -> bool:
        """Whether an API call may begin; none does once the lock is lost, for another run may be at work."""
        with self._mutex:
            if not self.lost and self._is_due():
                self._ask()
            age = self._timing.clock() - self._seen_at
            return not self.lost and age < (self._timing.owed if owed else self._timing.fresh)

    def seen(self, asked_at: float) -> None:
        """The server said that the lock is this run's, when it was asked at that instant of the timing's clock."""
        self._seen_at = self._asked_at = asked_at

    def left_behind(self) -> str | None:
        return self.words

    def _is_due(self) -> bool:
        now = self._timing.clock()
        return now - self._seen_at >= self._timing.renew and now - self._asked_at >= self._timing.again

    def _ask(self) -> None:
        asked_at = self._asked_at = self._timing.clock()
        ours = self._look()
        if ours:
            self._seen_at = asked_at
        elif ours is not None:
            self.lost = True
