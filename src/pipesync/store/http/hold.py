"""A lock that a server keeps for this run: it does not run out, so it needs no renewal."""

from pipesync.store.lock import LockInfo


class ServerHold:
    """A Hold; `lost` once it is known that another run has the lock. It is never broken to be taken."""

    taken_from: LockInfo | None = None

    def __init__(self, info: LockInfo) -> None:
        self.info = info
        self.lost = False
        self.words: str | None = None

    def fresh(self, *, owed: bool = False) -> bool:
        """Whether an API call may begin. `owed`: the second half of a pair is made in any case: half of it is worse."""
        return owed or not self.lost

    def left_behind(self) -> str | None:
        return self.words
