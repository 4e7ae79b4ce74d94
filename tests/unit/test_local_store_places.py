"""Where a local state may stand: links, modes, folders, full disks, and locations that are no path."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipesync.errors import StateError
from pipesync.store.durable import MAX_BYTES
from pipesync.store.local import LocalStore
from pipesync.store.location import DEFAULT_LOCATION, UNDERSTOOD, open_store
from tests.stored_states import FIRST, SECOND, names, written


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pipesync.state.json"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """A write through a link changes the file it leads to; lock and backup stand beside that file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "here").mkdir()
    link = tmp_path / "here" / "link.json"
    link.symlink_to("../real/state.json")
    store = written(link, FIRST, SECOND)
    assert link.is_symlink()
    assert names(tmp_path / "here") == ["link.json"]
    assert names(tmp_path / "real") == ["state.json", "state.json.backup", "state.json.lock"]
    assert store.read() == SECOND


def test_the_mode_of_an_existing_file_stays(path: Path) -> None:
    """Who could read the state before a write can read it, and its backup's mode is its own."""
    written(path, FIRST)
    path.chmod(0o640)
    LocalStore(path).write(SECOND, replacing=FIRST)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_obeys_the_umask(path: Path) -> None:
    """A state holds no secret: who may read a new one is the user's choice."""
    before = os.umask(0o027)
    try:
        written(path, FIRST)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """As Terraform does: a first write needs no folder, and a read makes none."""
    store = LocalStore(tmp_path / "a" / "b" / "state.json")
    assert store.read() is None
    assert names(tmp_path) == []
    store.write(FIRST, replacing=None)
    assert store.read() == FIRST


@pytest.mark.parametrize("kind", ["folder", "pipe", "below a file", "loop", "name too long"])
def test_a_location_that_is_no_file_is_an_error(tmp_path: Path, kind: str) -> None:
    """What cannot hold a state is named with its path, on reading and on writing, and nothing waits or hangs."""
    path = tmp_path / "state.json"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "below a file":
            path.write_text("")
            path /= "state.json"
        case "loop":
            path.symlink_to(path)
        case _:
            path = tmp_path / ("x" * 300)
    store = LocalStore(path)
    for attempt in (store.read, lambda: store.write(FIRST, replacing=None)):
        with pytest.raises(StateError) as caught:
            attempt()
        assert Path(caught.value.where or "").is_relative_to(tmp_path)
        assert caught.value.next is not None


def test_a_backup_that_cannot_be_written_stops_the_write(path: Path) -> None:
    """Without its safety copy the state is not replaced, and nothing is left behind."""
    store = written(path, FIRST)
    Path(f"{path}.backup").mkdir()
    with pytest.raises(StateError, match="the state cannot be written: it is not a file"):
        store.write(SECOND, replacing=FIRST)
    assert path.read_text() == FIRST.to_json()
    assert names(path.parent) == [path.name, f"{path.name}.backup", f"{path.name}.lock"]


def test_a_huge_file_is_refused(path: Path) -> None:
    """A file beyond the limit is an error and no drain of memory."""
    with path.open("wb") as file:
        file.truncate(MAX_BYTES * 4)
    with pytest.raises(StateError, match="is larger than 256 MiB"):
        LocalStore(path).read()


WRITE_BEYOND_A_LIMIT = """
import resource, sys
from pathlib import Path
from pipesync.errors import StateError
from pipesync.store.local import LocalStore
store = LocalStore(Path(sys.argv[1]))
state = store.read()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    store.write(state.next(lineage="x" * 100_000), replacing=state)
except StateError as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(error.what, error.where, error.next, sep="\\n")
"""


def test_a_full_disk_leaves_the_old_state(path: Path) -> None:
    """The system refuses bytes in the middle of a write: the old file is whole, and the half new one is gone."""
    written(path, FIRST, SECOND)
    answer = subprocess.run(
        [sys.executable, "-c", WRITE_BEYOND_A_LIMIT, path, "65536"], capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines() == [
        "the state cannot be written: File too large",
        str(path),
        "The file is as it was before this write.",
    ]
    assert path.read_text() == SECOND.to_json()
    assert names(path.parent) == [path.name, f"{path.name}.backup", f"{path.name}.lock"]


@pytest.mark.parametrize("location", ["mysql://me:hunter2@db/x", "S3://bucket/state.json", "file:///x"])
def test_a_location_that_is_not_understood_says_so(location: str) -> None:
    """An address is refused by its scheme, without repeating a password that it may hold."""
    with pytest.raises(StateError) as caught:
        open_store(location, {})
    scheme = location.partition("://")[0]
    assert caught.value.what == f"this pipesync cannot keep a state at a {scheme}:// location"
    assert caught.value.next == UNDERSTOOD
    assert "hunter2" not in f"{caught.value.what}{caught.value.where}{caught.value.next}"


@pytest.mark.parametrize("location", ["", "state\0.json"])
def test_a_location_that_cannot_exist_is_refused(location: str) -> None:
    """An empty path, or one that no system can open, is an error before anything is tried."""
    with pytest.raises(StateError, match="is no location of a state"):
        open_store(location, {})


def test_a_path_opens_a_store_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything said, the state is the default file in the working directory."""
    monkeypatch.chdir(tmp_path)
    store = open_store(DEFAULT_LOCATION, {})
    store.write(FIRST, replacing=None)
    assert store.where == "pipesync.state.json"
    assert (tmp_path / "pipesync.state.json").read_text() == FIRST.to_json()
