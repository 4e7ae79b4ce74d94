"""A lock that was not renewed: who may break it, when, and that its old owner changes nothing any more."""

import json
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from pipesync.errors import LockedError, LockLostError, StateError
from pipesync.store.lock import UNKNOWN
from pipesync.store.protocol import Store
from tests.stored_states import FIRST, SECOND, THIRD
from tests.stores.kinds import Ground, place_of
from tests.stores.moments import Moments, TimedStore
from tests.stores.runs import info

A, B = info("a", who="ada"), info("b", who="bob")


@pytest.fixture
def moments() -> Moments:
    return Moments()


def opened(ground: Ground, moments: Moments) -> TimedStore:
    """A store of a run of its own."""
    return TimedStore(place_of(ground.location), moments)


def test_a_lock_is_broken_after_five_minutes_and_not_before(shared: Ground, moments: Moments) -> None:
    """By the place's clock, with 2 s for its rounding; the run that breaks it knows whose it was."""
    with opened(shared, moments).lock(A, 0):
        moments.now += 302
        with pytest.raises(LockedError), opened(shared, moments).lock(B, 0):
            pass
        moments.now += 0.1
        with opened(shared, moments).lock(B, 0) as hold:
            assert hold.taken_from == A
            assert hold.fresh()
            assert shared.open().holder() == B
    assert shared.open().holder() is None


def test_a_renewed_lock_is_not_broken(shared: Ground, moments: Moments) -> None:
    """An hour of renewals keeps it, and moves neither the state nor its serial."""
    store = opened(shared, moments)
    with store.lock(A, 0) as hold:
        store.write(FIRST, replacing=None)
        for _ in range(12):
            moments.now += 299
            store.renew()
            with pytest.raises(LockedError), opened(shared, moments).lock(B, 0):
                pass
            assert hold.fresh()
        assert shared.open().read() == FIRST
    assert shared.open().holder() is None


def test_waiting_for_a_dead_run_ends_when_its_lock_may_be_broken(shared: Ground, moments: Moments) -> None:
    """`--lock-timeout` of ten minutes: after five the lock is broken, and the wait is over."""
    with ExitStack() as killed:
        killed.enter_context(opened(shared, moments).lock(A, 0))
        began = moments.now
        with opened(shared, moments).lock(B, 600) as hold:
            assert hold.taken_from == A
            assert 302 <= moments.now - began < 306


def test_a_call_begins_only_while_the_last_renewal_is_fresh(shared: Ground, moments: Moments) -> None:
    """Under 2 minutes; the second half of a pair under 4; a renewal begins it anew, and so does a write."""
    store = opened(shared, moments)
    with store.lock(A, 0) as hold:
        seen = []
        for passed in (0, 119, 1, 119, 1):
            moments.now += passed
            seen.append((hold.fresh(), hold.fresh(owed=True)))
        assert seen == [(True, True), (True, True), (False, True), (False, True), (False, False)]
        store.renew()
        assert hold.fresh()
        moments.now += 119
        store.write(FIRST, replacing=None)
        moments.now += 119
        assert hold.fresh()


def _lock(_store: Store) -> None:
    """Nothing more is done than to have the lock."""


def _write(store: Store) -> None:
    store.write(SECOND, replacing=FIRST)


def _write_twice(store: Store) -> None:
    store.write(SECOND, replacing=FIRST)
    store.write(THIRD, replacing=SECOND)


@pytest.mark.parametrize("before", [_lock, _write, _write_twice])
@pytest.mark.parametrize("written_by_b", [False, True])
@pytest.mark.parametrize("ended", [False, True], ids=["b has the lock", "b has ended"])
@pytest.mark.parametrize("noticed", [False, True], ids=["at its write", "at its renewal"])
def test_the_old_owner_of_a_broken_lock_changes_nothing(
    shared: Ground, moments: Moments, before: Callable[[Store], None], written_by_b: bool, ended: bool, noticed: bool
) -> None:
    """Whatever it had done, and whatever the new owner has: its renewal, write and unlock leave no trace."""
    shared.open().write(FIRST, replacing=None)
    a, b = opened(shared, moments), opened(shared, moments)
    with ExitStack() as run_of_a, ExitStack() as run_of_b:
        hold = run_of_a.enter_context(a.lock(A, 0))
        before(a)
        there = shared.open().read()
        assert there is not None
        moments.now += 303
        run_of_b.enter_context(b.lock(B, 0))
        if written_by_b:
            b.write(there.next(pending=()), replacing=there)
        if ended:
            run_of_b.close()
        then = (shared.raw(), shared.raw(".backup"))
        assert not hold.fresh(owed=True)
        if noticed:
            a.renew()
        with pytest.raises(LockLostError) as caught:
            a.write(there.next(steps=()), replacing=there)
        assert not hold.fresh(owed=True)
        whose = "nobody has it now" if ended else f"it is locked by {B} now"
        assert caught.value.what == f"this run's lock of the state was broken or removed, and {whose}"
        run_of_a.close()
        assert (shared.raw(), shared.raw(".backup")) == then
        assert hold.left_behind() is None


def test_a_lock_that_a_person_removed_stops_its_run(shared: Ground, moments: Moments) -> None:
    """`state unlock` of a run that lives: it notices at its next renewal, and begins no call after it."""
    store = opened(shared, moments)
    with store.lock(A, 0) as hold:
        shared.open().unlock("a")
        store.renew()
        assert not hold.fresh()
        with pytest.raises(LockLostError, match="nobody has it now"):
            store.write(FIRST, replacing=None)
    assert (shared.open().read(), shared.open().holder()) == (None, None)


def test_a_state_that_was_deleted_under_a_run_is_not_made_again(shared: Ground, moments: Moments) -> None:
    """Nor is one that somebody wrote with other means."""
    store = opened(shared, moments)
    with store.lock(A, 0):
        store.write(FIRST, replacing=None)
        shared.put_raw(SECOND.to_json().encode())
        with pytest.raises(LockLostError):
            store.write(THIRD, replacing=FIRST)
    assert shared.open().read() == SECOND


@pytest.mark.parametrize("record", ['"?"', "[]", '{"who": "me"}', "0"])
def test_a_lock_whose_record_says_nothing_is_a_lock(shared: Ground, moments: Moments, record: str) -> None:
    """It is someone's, until it is five minutes old or removed by the id that the message gives."""
    shared.open().write(FIRST, replacing=None)
    shared.put_raw(FIRST.to_json().replace('"serial"', f'"lock": {record}, "serial"').encode())
    store = opened(shared, moments)
    assert store.holder() == UNKNOWN
    with pytest.raises(LockedError, match="someone"), store.lock(A, 0):
        pass
    moments.now += 303
    with store.lock(A, 0) as hold:
        assert hold.taken_from == UNKNOWN
    assert store.read() == FIRST


def test_a_damaged_state_cannot_be_locked_and_is_replaced_by_one_only(shared: Ground, moments: Moments) -> None:
    """No API call may begin on its account; of two repairs the second is refused."""
    shared.open().write(FIRST, replacing=None)
    shared.put_raw(b'{"half": ')
    a, b = opened(shared, moments), opened(shared, moments)
    with a.lock(A, 0) as hold, b.lock(B, 0):
        assert not hold.fresh(owed=True)
        assert shared.raw() == b'{"half": '
        a.overwrite(SECOND)
        with pytest.raises(StateError, match="has changed since it was read"):
            b.write(THIRD, replacing=FIRST)
    assert shared.open().read() == SECOND


def test_no_content_of_an_object_comes_back(shared: Ground, moments: Moments) -> None:
    """A store may name versions by their content: after two locks and no change the objects still differ."""
    shared.open().write(FIRST, replacing=None)
    seen = [shared.raw()]
    for name in ("a", "b"):
        store = opened(shared, moments)
        with store.lock(info(name), 0):
            seen.append(shared.raw())
            store.renew()
            seen.append(shared.raw())
        seen.append(shared.raw())
    assert len(set(seen)) == len(seen) == 7
    assert json.loads(seen[-1] or b"")["lock"] == {"released": "b"}
