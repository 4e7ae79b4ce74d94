"""A state in a local file: what is read, what a write replaces, and what a damaged file leads to."""

from pathlib import Path

import pytest

from pipesync.errors import StateError
from pipesync.state import State
from pipesync.store.local import LocalStore
from pipesync.store.statefile import NewerStateError
from tests.stored_states import FIRST, SECOND, THIRD, names, recorded, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pipesync.state.json"


def test_a_missing_file_is_no_state(path: Path) -> None:
    """Where nothing was written yet, nothing is read, nothing is said, and nothing is left behind."""
    store = LocalStore(path)
    assert (store.read(), store.notice(), store.holder(), store.backup()) == (None, None, None, None)
    assert names(path.parent) == []


def test_what_was_written_is_read(path: Path) -> None:
    """A write is read back as the same value, by steps in the order of their addresses."""
    written(path, THIRD)
    assert LocalStore(path).read() == THIRD.model_copy(update={"steps": recorded("kafka", "pg")})


def test_the_backup_is_what_was_there_before(path: Path) -> None:
    """Each write keeps the state it replaces, byte for byte, and leaves no other file than the lock's."""
    store = written(path, FIRST, SECOND)
    assert names(path.parent) == [path.name, f"{path.name}.backup", f"{path.name}.lock"]
    assert Path(f"{path}.backup").read_text() == FIRST.to_json()
    assert store.backup() == (
        f"A readable backup of serial 1 is at {path}.backup; to go back to it: "
        f"pipesync state push --state {path} {path}.backup"
    )


def test_a_backup_with_spaces_in_its_path_can_be_pasted(tmp_path: Path) -> None:
    """The command that a message proposes is quoted for the shell."""
    store = written(tmp_path / "my state.json", FIRST, SECOND)
    sentence = store.backup() or ""
    assert sentence.endswith(f"push --state '{tmp_path}/my state.json' '{tmp_path}/my state.json.backup'")


@pytest.mark.parametrize(
    ("before", "replacing"),
    [((FIRST, SECOND), FIRST), ((FIRST,), None), ((), FIRST)],
    ids=["outdated", "thought to be absent", "gone"],
)
def test_a_write_on_an_outdated_read_is_refused(path: Path, before: tuple[State, ...], replacing: State | None) -> None:
    """What someone else wrote meanwhile is neither lost nor changed, and the backup stays too."""
    store = written(path, *before)
    then = {name: (path.parent / name).read_bytes() for name in names(path.parent)}
    with pytest.raises(StateError, match="the state has changed since it was read"):
        store.write(THIRD, replacing=replacing)
    then.setdefault(f"{path.name}.lock", b"")
    assert {name: (path.parent / name).read_bytes() for name in names(path.parent)} == then


def test_a_hand_that_edited_the_file_is_noticed(path: Path) -> None:
    """An edit that keeps serial and write_id is not overwritten either."""
    store = written(path, SECOND)
    path.write_text(path.read_text().replace('"protect": false', '"protect": true'))
    with pytest.raises(StateError, match="has changed"):
        store.write(THIRD, replacing=SECOND)


def test_new_white_space_is_no_change(path: Path) -> None:
    """A file that was only reformatted still counts as what was read."""
    store = written(path, SECOND)
    path.write_text(path.read_text().replace("\n", "\r\n"))
    store.write(THIRD, replacing=SECOND)
    assert path.read_text() == THIRD.to_json()


def test_a_state_that_could_not_be_read_again_is_not_written(path: Path) -> None:
    """Two steps of one destination would be refused by the next read: they never reach the file."""
    store = written(path, FIRST)
    with pytest.raises(StateError, match="records the step id id-pg twice"):
        store.write(FIRST.next(steps=recorded("pg", "pg")), replacing=FIRST)
    assert path.read_text() == FIRST.to_json()


@pytest.mark.parametrize("text", [b"", FIRST.to_json().encode()[:-40], b"[]"], ids=["empty", "torn", "foreign"])
def test_a_damaged_state_names_its_backup(path: Path, text: bytes) -> None:
    """The error tells where the state is and the command that goes back to its backup; a write leaves it alone."""
    store = written(path, FIRST, SECOND)
    path.write_bytes(text)
    for attempt in (store.read, lambda: store.write(THIRD, replacing=SECOND)):
        with pytest.raises(StateError) as caught:
            attempt()
        assert (caught.value.where, caught.value.next) == (str(path), store.backup())
    assert path.read_bytes() == text


def test_a_damaged_state_without_backup_still_says_what_to_do(path: Path) -> None:
    """Without a readable backup the advice is a copy from elsewhere."""
    path.write_text("{")
    Path(f"{path}.backup").write_text("{")
    with pytest.raises(StateError) as caught:
        LocalStore(path).read()
    assert caught.value.next == f"Restore it from a copy: pipesync state push --state {path} FILE"


def test_a_newer_state_is_left_alone(path: Path) -> None:
    """A newer pipesync's state is neither replaced nor overwritten, and its backup is no remedy."""
    store = written(path, FIRST, SECOND)
    text = SECOND.to_json().replace('"1.0"', '"1.1"')
    path.write_text(text)
    for attempt in (store.read, lambda: store.write(THIRD, replacing=SECOND), lambda: store.overwrite(THIRD)):
        with pytest.raises(NewerStateError) as caught:
            attempt()
        assert caught.value.next == "Upgrade pipesync. The state was left as it is."
    assert path.read_text() == text


def test_a_lost_state_is_noticed(path: Path) -> None:
    """A backup without its state is told of before anything is planned on an empty state."""
    store = written(path, FIRST, SECOND)
    path.unlink()
    assert store.read() is None
    assert store.notice() == f"There is no state at {path}, but there was one. {store.backup()}"


def test_overwriting_keeps_what_was_damaged_aside(path: Path) -> None:
    """A repair loses nothing: the damaged bytes stand beside the state, and the good backup stays."""
    store = written(path, FIRST, SECOND)
    path.write_bytes(b"torn")
    store.overwrite(FIRST)
    assert store.read() == FIRST
    assert Path(f"{path}.damaged").read_bytes() == b"torn"
    assert Path(f"{path}.backup").read_text() == FIRST.to_json()


def test_overwriting_a_readable_state_makes_it_the_backup(path: Path) -> None:
    """A state that a person replaces by another lineage can be gone back to."""
    store = written(path, FIRST)
    other = State.new(None, "https://api.aiven.io").next()
    store.overwrite(other)
    assert (path.read_text(), Path(f"{path}.backup").read_text()) == (other.to_json(), FIRST.to_json())
    LocalStore(path.with_name("new.json")).overwrite(other)
    assert path.with_name("new.json").read_text() == other.to_json()
