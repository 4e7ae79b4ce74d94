"""Replies that get lost, before and after the effect: no lock is orphaned, nobody is told "locked" by himself."""

import threading
from typing import Any, get_args

import pytest

from pipesync.errors import StateError
from tests.stored_states import FIRST, SECOND
from tests.stores.http_rules import GitLab, Kind, Plain
from tests.stores.http_runs import info, store
from tests.stores.http_server import Fault, Moment, serving

KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.mark.parametrize("manners", ["again", "id", "careless"])
@pytest.mark.parametrize("moment", get_args(Moment))
@pytest.mark.parametrize("kind", KINDS)
def test_one_lost_reply_at_a_server_of_its_own_manners(manners: Any, kind: Kind, moment: Moment) -> None:
    """The same where the server gives the lock twice to its holder, tells the id alone, or frees anybody's lock."""
    for skip in range(3 if kind in {"read", "lock"} else 1):
        with serving(Plain(manners=manners)) as server:
            server.faults = [Fault(kind, "reset", moment, skip=skip)]
            mine = store(server)
            with mine.lock(info("12345678-mine"), 0) as hold:
                mine.write(FIRST, replacing=None)
                mine.write(SECOND, replacing=FIRST)
            assert (hold.left_behind(), server.rules.lock_id, server.faults[0].times) == (None, None, 0)
            found = store(server).read()
            assert found is not None
            assert found.to_json() == SECOND.to_json()


@pytest.mark.parametrize("rules", [Plain, GitLab])
@pytest.mark.parametrize("moment", get_args(Moment))
@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_is_down_for_good(rules: type[Plain | GitLab], kind: Kind, moment: Moment) -> None:
    """One error that says what could not be done, and, where a lock may stay behind, the command that frees it."""
    with serving(rules()) as server:
        mine = store(server)
        free = f"pipesync state unlock --state {server.url} mine"
        words: list[str] = []
        try:
            with mine.lock(info(), 0) as hold:
                mine.write(FIRST, replacing=None)
                server.faults = [Fault(kind, "503", moment, times=100)]
                mine.write(SECOND, replacing=FIRST)
            words.append(hold.left_behind() or "")
        except StateError as error:
            words += [error.what, error.next or ""]
        server.faults = []
        if (kind, moment) == ("write", "after"):  # the reply is lost, and the state is there: that is enough
            assert (words, server.rules.lock_id) == ([""], None)
        elif kind == "unlock":
            assert "could not be given back" in words[0]
            assert free in words[0]
            if moment == "before":
                store(server).unlock("mine")
        else:
            told = {"read": "be read", "write": "be written", "lock": "be locked"}[kind]
            assert told in words[0]
            assert "503" in words[0]
        assert server.rules.lock_id is None


@pytest.mark.parametrize("rules", [Plain, GitLab])
def test_a_lock_that_nobody_answers_about(rules: type[Plain | GitLab]) -> None:
    """The lock may have been taken all the same: the error names the command that frees it."""
    with serving(rules()) as server:
        server.faults = [Fault("lock", "reset", "after", times=100)]
        with pytest.raises(StateError, match="the state cannot be locked") as caught, store(server).lock(info(), 0):
            pytest.fail("nobody said yes")
        assert f"pipesync state unlock --state {server.url} mine" in (caught.value.next or "")
        server.faults = []
        store(server).unlock("mine")
        assert server.rules.lock_id is None


@pytest.mark.parametrize("rules", [Plain, GitLab])
@pytest.mark.parametrize("moment", get_args(Moment))
def test_a_run_that_is_ended_while_it_asks_for_the_lock(rules: type[Plain | GitLab], moment: Moment) -> None:
    """An interrupt in the midst of it leaves no lock, whether the server had taken the request in or not."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    with serving(rules()) as server:
        server.faults = [Fault("lock", "reset", moment)]
        with pytest.raises(KeyboardInterrupt), store(server, interrupted).lock(info(), 0):
            pytest.fail("the reply was lost")
        assert server.rules.lock_id is None


@pytest.mark.parametrize("rules", [Plain, GitLab])
def test_an_interrupted_wait_leaves_the_others_lock(rules: type[Plain | GitLab]) -> None:
    """Who waits for a lock and is ended does not free it."""

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    with serving(rules()) as server, store(server).lock(info("theirs"), 0):
        with pytest.raises(KeyboardInterrupt), store(server, interrupted).lock(info(), 60):
            pytest.fail("it is locked")
        assert server.rules.lock_id == "theirs"


@pytest.mark.parametrize("rules", [Plain, GitLab])
def test_eight_at_once(rules: type[Plain | GitLab]) -> None:
    """Of eight runs that lock, read, write at once, each either wins or is locked out; no write is lost."""
    with serving(rules()) as server:
        server.rules.state = FIRST.to_json().encode()
        won: list[int] = []
        begin = threading.Barrier(8)

        def run(number: int) -> None:
            mine = store(server)
            begin.wait()
            try:
                with mine.lock(info(f"run-{number}"), 0):
                    found = mine.read()
                    assert found is not None
                    mine.write(found.next(), replacing=found)
            except StateError:
                return
            won.append(number)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = store(server).read()
        assert found is not None
        assert won
        assert found.serial == FIRST.serial + len(won)
        assert server.rules.lock_id is None
