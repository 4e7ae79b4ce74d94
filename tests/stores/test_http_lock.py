"""The lock of a state at a server: who has it, waiting for it, freeing it, and what becomes of a run that lost it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from pipesync.errors import LockedError, LockLostError, StateError
from tests.stored_states import FIRST, SECOND, THIRD
from tests.stores.http_rules import GitLab, Plain, Said
from tests.stores.http_runs import info, store
from tests.stores.http_server import Server, serving


@pytest.fixture(params=[Plain, GitLab])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with serving(request.param()) as running:
        yield running


@pytest.fixture
def gitlab() -> Iterator[Server]:
    with serving(GitLab()) as running:
        yield running


def shown(server: Server) -> str | None:
    """What a run reads there: the steps of a state have no order before they are written."""
    found = store(server).read()
    return None if found is None else found.to_json()


def lock_at(server: Server) -> str | None:
    return server.rules.lock_id


def _plain(lock_id: str) -> dict[str, str]:
    return {"ID": lock_id} | dict.fromkeys(("Operation", "Info", "Who", "Version", "Created", "Path"), "")


def test_a_write_without_a_lock_takes_one_for_itself(server: Server) -> None:
    """It is refused while another run has the lock, and leaves none."""
    with store(server).lock(info(), 0), pytest.raises(LockedError):
        store(server).write(FIRST, replacing=None)
    store(server).write(FIRST, replacing=None)
    assert (shown(server), server.rules.lock_id) == (FIRST.to_json(), None)


def test_a_second_run_learns_who_has_the_lock() -> None:
    """Who, where, since when, in which CI run, and how to free what is left behind."""
    with serving(Plain()) as server, store(server).lock(info(), 0):
        with pytest.raises(LockedError) as caught, store(server).lock(info("theirs", "you"), 0):
            pytest.fail("two have the lock")
        assert caught.value.what == (
            "the state is locked by me on ci-7 (process 42, https://ci.example/1) since 2026-11-01T10:00:00Z, "
            "lock id mine"
        )
        assert f"pipesync state unlock --state {server.url} mine" in (caught.value.next or "")


def test_gitlab_tells_the_holder_and_not_the_asker(gitlab: Server) -> None:
    """GitLab answers with the Info of the run that asks: only the person, the id and the time are the holder's."""
    with store(gitlab).lock(info(), 0), pytest.raises(LockedError) as caught, store(gitlab).lock(info("b", "you"), 0):
        pytest.fail("two have the lock")
    assert caught.value.what == "the state is locked by ada since 2026-11-01T10:00:00.000Z, lock id mine"


def test_a_lock_of_terraform(server: Server) -> None:
    """What Terraform itself locked is told in its words."""
    server.rules.lock(
        {
            "ID": "tf-1",
            "Operation": "apply",
            "Info": "",
            "Who": "eve@laptop",
            "Version": "1.11",
            "Path": "",
            "Created": "noon",
        }
    )
    with pytest.raises(LockedError, match="lock id tf-1"), store(server).lock(info(), 0):
        pytest.fail("two have the lock")


def test_waiting_for_the_lock(server: Server) -> None:
    """With a timeout the lock is asked for again, less and less often, until it is free or the time is up."""
    waits: list[float] = []
    clock = [0.0]

    def wait(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    with store(server).lock(info("theirs"), 0):
        waiting = store(server, wait, clock=lambda: clock[0])
        with pytest.raises(LockedError), waiting.lock(info(), 30):
            pytest.fail("two have the lock")
        assert waits == [1, 2, 4, 8, 10, 5]
    waits.clear()
    server.rules.lock(_plain("theirs"))

    def free(seconds: float) -> None:
        wait(seconds)
        server.rules.unlock("theirs", {"ID": "theirs"})

    with store(server, free, clock=lambda: clock[0]).lock(info(), 30) as hold:
        assert (hold.fresh(), server.rules.lock_id, waits) == (True, "mine", [1])


def test_unlock_frees_the_lock_that_is_named(server: Server) -> None:
    """Another id frees nothing and learns the right one; an id of no lock is told so, and leaves none."""
    server.rules.lock(_plain("left"))
    with pytest.raises(StateError, match="the lock id is left, not wrong"):
        store(server).unlock("wrong")
    assert lock_at(server) == "left"
    store(server).unlock("left")
    assert lock_at(server) is None
    with pytest.raises(StateError, match="the state is not locked"):
        store(server).unlock("left")
    assert server.rules.lock_id is None


def test_the_lock_is_given_back_when_the_run_fails(server: Server) -> None:
    """Whatever ends the block."""

    def run() -> None:
        with store(server).lock(info(), 0):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert server.rules.lock_id is None


@pytest.mark.parametrize("moment", ["read", "write"])
def test_a_broken_lock_fences_its_old_owner(server: Server, moment: str) -> None:
    """Somebody unlocks and another run locks, at each request of a write: nothing is written, and the run knows."""
    mine = store(server)
    with mine.lock(info(), 0) as hold:
        mine.write(FIRST, replacing=None)

        def break_in() -> None:
            server.rules.unlock("mine", {"ID": "mine"})
            server.rules.lock(_plain("theirs"))

        server.then[moment] = break_in
        with pytest.raises(LockLostError, match=r"this run's lock of the state was removed.* lock id theirs now"):
            mine.write(SECOND, replacing=FIRST)
        assert (hold.fresh(), hold.fresh(owed=True)) == (False, False)
    assert hold.left_behind() is None
    assert (shown(server), server.rules.lock_id) == (FIRST.to_json(), "theirs")


def test_a_lock_that_is_removed_and_nobody_takes(server: Server) -> None:
    """The write that meets it is refused, the run stops, and no lock stays behind."""
    mine = store(server)
    with mine.lock(info(), 0) as hold:
        server.then["write"] = lambda: server.rules.unlock("mine", {"ID": "mine"})
        with pytest.raises(LockLostError, match="nobody had it since"):
            mine.write(FIRST, replacing=None)
        assert not hold.fresh()
    assert (shown(server), server.rules.lock_id, hold.left_behind()) == (None, None, None)


MANNERS = ["json", "again", "id", "silent", "careless"]


@pytest.mark.parametrize("manners", MANNERS)
def test_servers_of_other_manners(manners: Any) -> None:
    """One that gives the lock twice to its holder, tells the id alone or nothing, or frees anybody's lock."""
    with serving(Plain(manners=manners)) as server:
        mine = store(server)
        with mine.lock(info("12345678-mine"), 0) as hold:
            mine.write(FIRST, replacing=None)
            with pytest.raises(LockedError), store(server).lock(info("12345678-theirs"), 0):
                pytest.fail("two have the lock")
            server.instead["write"] = Said(503)
            with pytest.raises(StateError, match="the state cannot be written: the server answers 503"):
                mine.write(SECOND, replacing=FIRST)
            assert hold.fresh()
        assert (hold.left_behind(), server.rules.lock_id) == (None, None)
        server.rules.lock(_plain("12345678-left"))
        if manners != "silent":
            with pytest.raises(StateError, match="the lock id is 12345678-left, not wrong"):
                store(server).unlock("wrong")
        assert lock_at(server) == "12345678-left"
        store(server).unlock("12345678-left")
        assert lock_at(server) is None
        with pytest.raises(StateError, match="the state is not locked"):
            store(server).unlock("12345678-left")
        assert lock_at(server) is None


@pytest.mark.parametrize("manners", ["json", "again", "id", "careless"])
def test_another_runs_lock_is_not_given_back(manners: Any) -> None:
    """A run whose lock was broken ends without freeing the lock that another run has by now."""
    with serving(Plain(manners=manners)) as server:
        with store(server).lock(info("12345678-mine"), 0):
            server.rules.unlock(None, {"ID": "12345678-mine"})
            server.rules.lock(_plain("12345678-theirs"))
        assert server.rules.lock_id == "12345678-theirs"


def test_a_lock_that_keeps_nobody_out_is_refused() -> None:
    """A server that answers yes to everybody: nothing is written there."""
    with serving(Plain(locks=False, strict=False)) as server:
        mine = store(server)
        with mine.lock(info(), 0), pytest.raises(StateError, match="gives its lock to two runs at once"):
            mine.write(FIRST, replacing=None)
        assert (server.rules.state, server.rules.lock_id, "write" in server.asked) == (None, None, False)


def test_a_lock_that_is_removed_before_the_first_write(server: Server) -> None:
    """Nobody has taken it and nothing has changed: the run has it again, and goes on."""
    mine = store(server)
    with mine.lock(info(), 0):
        server.rules.unlock("mine", {"ID": "mine"})
        mine.write(FIRST, replacing=None)
        assert lock_at(server) == "mine"
    assert (shown(server), lock_at(server)) == (FIRST.to_json(), None)


def test_a_server_that_takes_writes_from_anybody() -> None:
    """It does not look at the lock's id when it is written to; so the run looks at the lock before."""
    with serving(Plain(strict=False)) as server:
        mine = store(server)
        with mine.lock(info(), 0):
            mine.write(FIRST, replacing=None)
            store(server).unlock("mine")
            with store(server).lock(info("theirs", "you"), 0), pytest.raises(StateError, match="locked by you on ci-7"):
                mine.write(SECOND, replacing=FIRST)
        assert shown(server) == FIRST.to_json()


def test_a_lock_that_was_broken_and_is_free_again(server: Server) -> None:
    """The other run is over: what it wrote is seen and kept, and our lock does not stay behind."""
    mine, other = store(server), store(server)
    with mine.lock(info(), 0):
        mine.write(FIRST, replacing=None)
        other.unlock("mine")
        with other.lock(info("theirs"), 0):
            other.write(SECOND, replacing=FIRST)
        with pytest.raises(LockLostError, match="the state has changed since it was read") as caught:
            mine.write(THIRD, replacing=FIRST)
        assert "Nothing was overwritten" in (caught.value.next or "")
    assert (shown(server), server.rules.lock_id) == (SECOND.to_json(), None)


def test_a_suspended_run_looks_whose_the_lock_is(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour's sleep it goes on if the lock is still its own; if a person freed it, it begins no call."""
    slept = sleeping(monkeypatch)
    with store(server).lock(info(), 0) as hold:
        slept.append(3600)
        server.asked.clear()
        assert (hold.fresh(), hold.fresh(), server.asked) == (True, True, ["lock"])
        store(server).unlock("mine")
        assert hold.fresh()  # it was looked at just now
        slept.append(60)
        assert (hold.fresh(), hold.fresh(owed=True)) == (False, False)
        assert lock_at(server) is None
    assert lock_at(server) is None


def test_a_lock_that_cannot_be_looked_at_is_good_for_two_minutes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four for the second half of a pair; once the server answers, the run goes on."""
    slept = sleeping(monkeypatch)
    with store(server).lock(info(), 0) as hold:
        server.instead["lock"] = Said(503)
        slept.append(115)
        assert hold.fresh()
        slept.append(10)
        assert (hold.fresh(), hold.fresh(owed=True)) == (False, True)
        slept.append(120)
        assert not hold.fresh(owed=True)
        del server.instead["lock"]
        slept.append(10)
        assert hold.fresh()


def sleeping(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that this machine was suspended."""
    slept: list[float] = []
    clock = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda which: clock(which) + sum(slept))
    return slept
