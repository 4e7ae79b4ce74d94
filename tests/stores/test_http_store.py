"""A state at a server of Terraform's HTTP protocol, and one that GitLab manages: what both promise."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store.http.store import HttpStore
from pipesync.store.statefile import NewerStateError
from tests.stored_states import FIRST, SECOND, THIRD, recorded
from tests.stores.http_rules import GitLab, Plain, Said
from tests.stores.http_runs import info, patience, store
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


def test_nothing_is_there_at_first(server: Server) -> None:
    """A server that knows no state has no state yet; reading leaves nothing behind."""
    assert store(server).read() is None
    assert server.asked == ["read"]


def test_a_lock_alone_is_no_state(server: Server) -> None:
    """A run that locked and has written nothing leaves a state that does not exist."""
    with store(server).lock(info(), 0):
        assert store(server).read() is None


def test_what_is_written_is_read(server: Server) -> None:
    """Each write takes the place of the one before."""
    mine = store(server)
    with mine.lock(info(), 0):
        mine.write(FIRST, replacing=None)
        mine.write(SECOND, replacing=FIRST)
        mine.write(THIRD, replacing=SECOND)
    assert shown(server) == THIRD.to_json()
    assert json.loads(server.rules.state or b"") == json.loads(THIRD.to_json())


def test_a_state_of_ten_thousand_steps(server: Server) -> None:
    """Size is no trouble."""
    large = FIRST.next(steps=recorded(*(f"pg-{number}" for number in range(10_000))))
    mine = store(server)
    with mine.lock(info(), 0):
        mine.write(large, replacing=None)
    assert shown(server) == large.to_json()


@pytest.mark.parametrize(("expected", "there"), [(None, FIRST), (FIRST, SECOND), (SECOND, FIRST), (FIRST, None)])
def test_what_has_moved_is_not_overwritten(server: Server, expected: State | None, there: State | None) -> None:
    """Something else than was read: an error that names both, and what is there stays."""
    if there is not None:
        server.rules.state = there.to_json().encode()
    before = server.rules.state
    mine = store(server)
    with mine.lock(info(), 0), pytest.raises(StateError, match="the state has changed since it was read"):
        mine.write(THIRD, replacing=expected)
    assert server.rules.state == before


@pytest.mark.parametrize("said", [b"", b"no", b"[]", b'{"ID": 7}', b"[" * 100_000, b'{"ID": ""}'])
def test_a_server_that_does_not_say_who(said: bytes) -> None:
    """It is locked all the same, and no id is invented."""
    with serving(Plain()) as server:
        server.instead["lock"] = Said(423, raw=said)
        with pytest.raises(LockedError, match="someone") as caught, store(server).lock(info(), 0):
            pytest.fail("two have the lock")
        assert "unlock" not in (caught.value.next or "")


def test_a_serial_that_gitlab_has_had(gitlab: Server) -> None:
    """It is refused with what to do; nothing is changed."""
    gitlab.rules.state = FIRST.to_json().encode()
    assert isinstance(gitlab.rules, GitLab)
    gitlab.rules.versions = {1: b'{"serial": 1}', 3: FIRST.to_json().encode()}
    mine = store(gitlab)
    with mine.lock(info(), 0), pytest.raises(StateError, match="GitLab has had a state with serial 1 already"):
        mine.write(FIRST.model_copy(update={"write_id": SECOND.write_id}), replacing=FIRST)
    assert shown(gitlab) == FIRST.to_json()


def test_a_lower_serial_is_shadowed_and_noticed(gitlab: Server) -> None:
    """GitLab takes it, and goes on showing the higher one: that is no write."""
    assert isinstance(gitlab.rules, GitLab)
    gitlab.rules.versions = {9: FIRST.to_json().encode()}
    mine = store(gitlab)
    with mine.lock(info(), 0), pytest.raises(StateError, match=r"took the state .*, but shows another one"):
        mine.write(SECOND, replacing=FIRST)


def test_overwriting_goes_above_what_gitlab_shows(
    gitlab: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something foreign with a high serial is replaced all the same."""
    assert isinstance(gitlab.rules, GitLab)
    gitlab.rules.versions = {40: b'{"serial": 40, "lineage": "x", "terraform_version": "1.11"}'}
    monkeypatch.chdir(tmp_path)
    store(gitlab).overwrite(SECOND)
    found = store(gitlab).read()
    assert found is not None
    assert (found.serial, found.steps) == (41, SECOND.steps)


DAMAGED = {
    "empty": b"",
    "torn": FIRST.to_json().encode()[:-40],
    "a list": b"[]",
    "terraform's": b'{"serial": 4, "lineage": "x", "terraform_version": "1.11"}',
    "a plan": b'{"format": "pipesync.plan", "format_version": "1.0"}',
    "not text": b"\xff\xfe",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_is_damaged_or_foreign_is_refused(
    server: Server, text: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read as new and not overwritten by a write; overwriting keeps it in a file, byte for byte."""
    monkeypatch.chdir(tmp_path)
    server.rules.state = text
    mine = store(server)
    with pytest.raises(StateError, match=r"the state (is|does|has)") as caught:
        mine.read()
    remedy = "Name another place" if b"terraform_version" in text else "state push"
    assert (caught.value.where, remedy in (caught.value.next or "")) == (server.url, True)
    with mine.lock(info(), 0), pytest.raises(StateError):
        mine.write(FIRST, replacing=None)
    assert server.rules.state == text
    mine.overwrite(SECOND)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [text]
    found = store(server).read()
    assert found is not None
    assert found.steps == SECOND.steps


def test_a_newer_format_is_never_overwritten(server: Server) -> None:
    """Neither by a write nor by a repair."""
    text = FIRST.to_json().replace('"format_version": "1.0"', '"format_version": "2.0"').encode()
    server.rules.state = text
    mine = store(server)
    for act in (mine.read, lambda: mine.overwrite(SECOND), lambda: mine.write(SECOND, replacing=FIRST)):
        with pytest.raises(NewerStateError, match="newer pipesync"):
            act()
    assert (server.rules.state, server.rules.lock_id) == (text, None)


def test_gitlab_has_the_version_before(gitlab: Server) -> None:
    """A damaged state names it, and the commands that go back to it; they do."""
    mine = store(gitlab)
    with mine.lock(info(), 0):
        mine.write(FIRST, replacing=None)
        mine.write(SECOND, replacing=FIRST)
    assert isinstance(gitlab.rules, GitLab)
    gitlab.rules.versions[2] = b'{"serial": 2}'
    with pytest.raises(StateError) as caught:
        mine.read()
    before = f"{gitlab.url}/versions/1"
    assert caught.value.next == (
        f"A readable backup of serial 1 is at {before}; to go back to it: pipesync state pull --state {before} "
        f"> backup.json, then pipesync state push --state {gitlab.url} backup.json"
    )
    found = HttpStore.of(before, {}, patience()).read()
    assert found is not None
    assert found.to_json() == FIRST.to_json()


def test_what_cannot_be_kept_is_not_overwritten(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a place for what is there a repair does not begin."""
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    server.rules.state = b'{"serial": 7}'
    with pytest.raises(StateError, match="what is there cannot be kept aside") as caught:
        store(server).overwrite(SECOND)
    assert "Nothing was overwritten" in (caught.value.next or "")
    assert (server.rules.state, server.rules.lock_id) == (b'{"serial": 7}', None)


def test_a_server_that_asks_for_time_gets_it() -> None:
    """Retry-After is waited for, if that is within the time of a request; else the error comes at once."""
    waits: list[float] = []
    with serving(Plain()) as server:
        server.instead["read"] = Said(429, headers=(("Retry-After", "7"),))
        with pytest.raises(StateError, match="the server answers 429"):
            store(server, waits.append, attempts=3).read()
        assert waits == [7, 7]
        waits.clear()
        server.instead["read"] = Said(503, headers=(("Retry-After", "700"),))
        with pytest.raises(StateError, match="the server answers 503"):
            store(server, waits.append).read()
        assert waits == []
