"""What every place for a state promises: what is read, what a write replaces, and who has the lock."""

import json
import os
import signal

import pytest

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store.protocol import Store
from pipesync.store.statefile import NewerStateError
from tests.stored_states import FIRST, SECOND, recorded
from tests.stores.kinds import LOCAL, Ground
from tests.stores.runs import info, running

LATER = SECOND.next(steps=recorded("kafka", "pg"))


def written(ground: Ground, *states: State) -> Store:
    """A store that `states` were written to, one after the other."""
    store = ground.open()
    replacing = None
    for state in states:
        store.write(state, replacing=replacing)
        replacing = state
    return store


def test_where_nothing_was_written_nothing_is_found(ground: Ground) -> None:
    """No state, no lock, no backup, nothing to say; and looking leaves nothing behind."""
    store = ground.open()
    assert (store.read(), store.holder(), store.notice(), store.backup()) == (None, None, None, None)
    assert ground.kind != LOCAL or ground.raw() is None


def test_what_was_written_is_read(ground: Ground) -> None:
    """By another store of the same location, too."""
    written(ground, FIRST, SECOND)
    assert ground.open().read() == SECOND


@pytest.mark.parametrize(
    ("before", "replacing"),
    [((FIRST, SECOND), FIRST), ((FIRST,), None), ((), FIRST)],
    ids=["outdated", "thought to be absent", "gone"],
)
def test_a_write_on_an_outdated_read_is_refused(
    ground: Ground, before: tuple[State, ...], replacing: State | None
) -> None:
    """What someone else wrote meanwhile stays."""
    store = written(ground, *before)
    with pytest.raises(StateError, match="the state has changed since it was read"):
        store.write(LATER, replacing=replacing)
    assert store.read() == (before[-1] if before else None)


def test_a_hand_that_edited_the_state_is_noticed(ground: Ground) -> None:
    """An edit that keeps serial and write_id is not overwritten."""
    store = written(ground, SECOND)
    text = ground.raw()
    assert text is not None
    ground.put_raw(text.replace(b'"protect": false', b'"protect": true'))
    with pytest.raises(StateError, match="has changed"):
        store.write(LATER, replacing=SECOND)


def test_a_state_that_could_not_be_read_again_is_not_written(ground: Ground) -> None:
    """Two steps of one destination never reach the store."""
    store = written(ground, FIRST)
    with pytest.raises(StateError, match="records the step id id-pg twice"):
        store.write(FIRST.next(steps=recorded("pg", "pg")), replacing=FIRST)
    assert store.read() == FIRST


def test_ten_thousand_steps_come_back_as_they_were(ground: Ground) -> None:
    """A big state is written and read like a small one, with and without a lock."""
    big = FIRST.next(steps=recorded(*(f"pg-{number:05}" for number in range(10_000))))
    store = written(ground, FIRST)
    with store.lock(info(), 0):
        store.write(big, replacing=FIRST)
        assert ground.open().read() == big
    assert ground.open().read() == big


def test_the_backup_is_what_was_there_before(ground: Ground) -> None:
    """Its location is the state's with `.backup`, and it can be read like a state."""
    store = written(ground, FIRST, SECOND)
    sentence = store.backup() or ""
    assert sentence.startswith(f"A readable backup of serial 1 is at {store.where}.backup; to go back to it: pipesync ")
    backup = ground.raw(".backup")
    assert backup is not None
    assert State.model_validate_json(backup) == FIRST


DAMAGED = [b"", FIRST.to_json().encode()[:-40], b"[]", b'{"version": 4, "terraform_version": "1.9.0"}', b"\x01 \x7f"]


@pytest.mark.parametrize("text", DAMAGED, ids=["empty", "torn", "a list", "another tool's", "noise"])
def test_a_damaged_state_is_neither_read_as_new_nor_written_over(ground: Ground, text: bytes) -> None:
    """The error says where, and how to go back to the backup; a write leaves everything as it is."""
    store = written(ground, FIRST, SECOND)
    ground.put_raw(text)
    with store.lock(info(), 0):
        for attempt in (store.read, lambda: store.write(LATER, replacing=SECOND)):
            with pytest.raises(StateError) as caught:
                attempt()
            assert (caught.value.where, caught.value.next) == (store.where, store.backup())
    assert ground.raw() == text


@pytest.mark.parametrize("text", DAMAGED[1:], ids=["torn", "a list", "another tool's", "noise"])
def test_overwriting_keeps_what_was_damaged_aside(ground: Ground, text: bytes) -> None:
    """A repair loses nothing: neither the damaged text nor the backup."""
    store = written(ground, FIRST, SECOND)
    ground.put_raw(text)
    with store.lock(info(), 0):
        store.overwrite(LATER)
    assert ground.open().read() == LATER
    assert ground.raw(".damaged") == text
    backup = ground.raw(".backup")
    assert backup is not None
    assert State.model_validate_json(backup) == FIRST


def test_overwriting_a_readable_state_makes_it_the_backup(ground: Ground) -> None:
    """A state that a person replaces by another one can be gone back to."""
    store = written(ground, FIRST)
    other = State.new(None, "https://api.aiven.io").next()
    with store.lock(info(), 0):
        store.overwrite(other)
    assert ground.open().read() == other
    backup = ground.raw(".backup")
    assert backup is not None
    assert State.model_validate_json(backup) == FIRST


def test_a_newer_state_is_left_alone(ground: Ground) -> None:
    """A newer pipesync's state is neither replaced nor overwritten."""
    store = written(ground, FIRST, SECOND)
    text = SECOND.to_json().replace('"1.0"', '"1.1"').encode()
    ground.put_raw(text)
    for attempt in (store.read, lambda: store.write(LATER, replacing=SECOND), lambda: store.overwrite(LATER)):
        with pytest.raises(NewerStateError) as caught:
            attempt()
        assert caught.value.next == "Upgrade pipesync. The state was left as it is."
    assert ground.raw() == text


def test_a_state_is_written_and_read_under_its_lock(ground: Ground) -> None:
    """The run that has it goes on; an error inside gives the lock back."""
    store = ground.open()

    def fail_after_two_writes() -> None:
        with store.lock(info(), 0) as hold:
            assert hold.fresh()
            assert hold.taken_from is None
            assert store.read() is None
            store.write(FIRST, replacing=None)
            store.write(SECOND, replacing=FIRST)
            assert store.read() == SECOND
            assert store.holder() == info()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_two_writes()
    assert (ground.open().read(), ground.open().holder()) == (SECOND, None)
    with ground.open().lock(info("next"), 0) as hold:
        assert ground.open().holder() == info("next")
    assert hold.left_behind() is None


def test_a_lock_alone_is_no_state_yet(ground: Ground) -> None:
    """A first run that wrote nothing leaves nothing that looks like a state."""
    with ground.open().lock(info(), 0):
        assert ground.open().read() is None
        assert ground.open().holder() == info()
    store = ground.open()
    assert (store.read(), store.holder(), store.notice()) == (None, None, None)
    store.write(FIRST, replacing=None)
    assert ground.open().read() == FIRST


def test_a_second_run_is_told_who_has_the_lock(ground: Ground) -> None:
    """Name, machine, process, page of the run, since when, and the id; it may read, and changes nothing."""
    store = written(ground, FIRST)
    with running(ground.location, "a") as [run]:
        run.tell()
        assert run.hear() == "won"
        assert (store.read(), store.holder()) == (FIRST, run.holder)
        with pytest.raises(LockedError) as caught, store.lock(info(), 0):
            pass
        assert caught.value.what == f"the state is locked by {run.holder}"
        assert caught.value.where == store.where
        assert "--lock-timeout SECONDS" in (caught.value.next or "")
        with pytest.raises(LockedError):
            store.write(SECOND, replacing=FIRST)
        run.tell()
        assert run.process.wait() == 0
    assert (store.read(), store.holder()) == (FIRST, None)


def test_a_waiting_run_gets_the_lock_when_it_is_free(ground: Ground) -> None:
    """With a lock timeout a run waits for the one before it."""
    with running(ground.location, "first") as [first], running(ground.location, "second", timeout=60) as [second]:
        first.tell()
        assert first.hear() == "won"
        second.tell()
        first.tell()
        assert second.hear() == "won"
        assert ground.open().holder() == second.holder


def test_of_eight_racing_runs_one_wins(ground: Ground) -> None:
    """Each loser is told of the winner, changes nothing, and the winner's lock is the one that is there."""
    with running(ground.location, *"abcdefgh") as runs:
        for run in runs:
            run.tell()
        answers = [run.hear() for run in runs]
        holder = ground.open().holder()
        assert sorted(answers, reverse=True) == ["won"] + [f"lost the state is locked by {holder}"] * 7
        assert holder == runs[answers.index("won")].holder


def test_unlock_takes_the_right_id_only(ground: Ground) -> None:
    """A lock that a killed run left goes by its id; then nothing is locked."""
    store = written(ground, FIRST)
    with running(ground.location, "a") as [run]:
        run.tell()
        assert run.hear() == "won"
        os.kill(run.process.pid, signal.SIGKILL)
        run.process.wait()
    with pytest.raises(StateError, match="the lock id is a, not b"):
        store.unlock("b")
    store.unlock("a")
    with pytest.raises(StateError, match="the state is not locked"):
        store.unlock("a")
    assert (store.read(), store.holder()) == (FIRST, None)


def test_the_state_is_plain_json_for_other_tools(ground: Ground) -> None:
    """What is stored is the state's own JSON; a lock, or what one left, is one more key."""
    store = ground.open()
    with store.lock(info(), 0):
        store.write(SECOND, replacing=None)
    text = ground.raw()
    assert text is not None
    document = json.loads(text)
    document.pop("lock", None)
    assert document == json.loads(SECOND.to_json())
