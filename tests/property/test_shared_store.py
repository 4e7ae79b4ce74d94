"""Laws of a state that many machines reach, over schedules of runs, lost answers, writes that arrive late, and time."""

import hashlib
from contextlib import ExitStack

from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store.envelope import opened
from pipesync.store.place import Found, Moved, Part, Unclear
from pipesync.store.protocol import Hold
from tests.stored_states import FIRST
from tests.stores.moments import Moments, TimedStore
from tests.stores.runs import info

FINE, LOST_BEFORE, LOST_AFTER, LATE = "fine", "lost before", "lost after", "late"


class Bucket:
    """A store that names versions by their content; what becomes of each write is said beforehand."""

    where = "s3://states/key"

    def __init__(self, fates: list[str]) -> None:
        self.data: bytes | None = None
        self.history: list[bytes] = []
        self._fates = fates
        self._late: list[tuple[bytes, str | None]] = []

    def get(self, part: Part = Part.STATE) -> Found | None:
        if part is not Part.STATE or self.data is None:
            return None
        return Found(self.data, _version(self.data), 0.0)

    def put(self, data: bytes, *, replacing: str | None) -> str:
        fate = self._fates.pop() if self._fates else FINE
        if fate == LATE:
            self._late.append((data, replacing))
        if fate in {LATE, LOST_BEFORE}:
            raise Unclear("the connection was lost")
        if not self._land(data, replacing):
            raise Moved
        if fate == LOST_AFTER:
            raise Unclear("the connection was lost")
        return _version(data)

    def arrive(self) -> None:
        """What was held up on the way gets there."""
        late, self._late = self._late, []
        for data, replacing in late:
            self._land(data, replacing)

    def set_aside(self, part: Part, data: bytes) -> None:
        """Not of interest here."""

    def now(self) -> float:
        return 0.0

    def prove(self) -> None:
        """It keeps its word."""

    def _land(self, data: bytes, replacing: str | None) -> bool:
        if (None if self.data is None else _version(self.data)) != replacing:
            return False
        self.data = data
        self.history.append(data)
        return True


def _version(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


class Run:
    """One run after the other of one machine."""

    def __init__(self, name: str, bucket: Bucket, moments: Moments) -> None:
        self.name = name
        self.store = TimedStore(bucket, moments)
        self.holds: list[Hold] = []
        self.unsure = False  # a lock whose outcome nobody could tell
        self._stack = ExitStack()
        self._known: State | None = None
        self._runs = 0
        self._open = False

    @property
    def may_call(self) -> bool:
        return self._open and self.holds[-1].fresh(owed=True)

    def lock(self) -> None:
        if self._open:
            return
        self._runs += 1
        try:
            self.holds.append(self._stack.enter_context(self.store.lock(info(f"{self.name}-{self._runs}"), 0)))
        except LockedError:
            return
        except StateError:
            self.unsure = True
            return
        self._open = True
        self._known = self.store.read()

    def write(self) -> None:
        if not self._open:
            return
        known = self._known
        state = FIRST if known is None else known.next()
        try:
            self.store.write(state, replacing=known)
        except StateError:
            return
        self._known = state

    def leave(self) -> None:
        self._open = False
        self._stack.close()


STEPS = ["lock a", "lock b", "write a", "write b", "leave a", "leave b", "arrive", "100", "303"]
FATES = [FINE, FINE, FINE, LOST_BEFORE, LOST_AFTER, LATE]


@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=12, max_size=30),
    fates=st.lists(st.sampled_from(FATES), max_size=40),
)
def test_two_runs_never_write_over_each_other(steps: list[str], fates: list[str]) -> None:
    """At most one may begin a call; only who has the lock changes the state; no lock is left that nobody knows of."""
    moments = Moments()
    bucket = Bucket(fates)
    runs = {name: Run(name, bucket, moments) for name in "ab"}
    try:
        for step in steps:
            verb, _, name = step.partition(" ")
            if name:
                getattr(runs[name], verb)()
            elif step == "arrive":
                bucket.arrive()
            else:
                moments.now += float(step)
            assert sum(run.may_call for run in runs.values()) <= 1
    finally:
        for run in runs.values():
            run.leave()
    bucket.arrive()
    _check_history(bucket)
    left = None if bucket.data is None else opened(bucket.data).lock
    told = any(run.unsure or any(hold.left_behind() for hold in run.holds) for run in runs.values())
    assert left is None or told


def _check_history(bucket: Bucket) -> None:
    """Each change of the state was made under the lock that was there before it."""
    assert len(set(bucket.history)) == len(bucket.history)
    before: bytes | None = None
    for data in bucket.history:
        was, now = (None if before is None else opened(before)), opened(data)
        if now.state != (was and was.state):
            assert was is not None
            assert was.lock is not None
            assert now.lock == was.lock
        before = data
