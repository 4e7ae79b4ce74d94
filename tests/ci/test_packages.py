"""What is published: packages that come out the same, byte for byte, wherever and whenever they are built."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.ci.github import ROOT

SOURCES: Final = ("pyproject.toml", "README.md", "LICENSE", "schemas", "src")
"""What a wheel is made of. A whole checkout would hold virtual environments, too."""

TAGGED: Final = 1_790_000_000
"""When the commit of the tag was made, in seconds since 1970: an even number, for zip files count by two seconds."""


def checkout(folder: Path, mode: int, seconds: int) -> Path:
    """A copy of the sources in `folder`, whose files have this mode and this time."""
    folder.mkdir(parents=True)
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else mode)
        os.utime(path, (seconds, seconds))
    return folder


def digests(folder: Path) -> Mapping[str, str]:
    """The SHA-256 of each package that was built in this folder, by its name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "dist").iterdir()}


def built(folder: Path, umask: int, zone: str) -> Mapping[str, str]:
    """The packages that `make dist` makes of this folder, as `digests` gives them."""
    surroundings = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": str(TAGGED), "TZ": zone}
    command = [sys.executable, "-I", "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    subprocess.run(command, cwd=folder, env=surroundings, umask=umask, check=True, capture_output=True)
    return digests(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that were built in it."""
    folder = checkout(tmp_path_factory.mktemp("here") / "pipesync", 0o644, 1_700_000_000)
    built(folder, 0o022, "UTC")
    return folder


def test_a_second_build_gives_the_same_bytes(here: Path, tmp_path: Path) -> None:
    """In another folder, with another umask, time zone, and times and rights of the files."""
    there = checkout(tmp_path / "a longer way" / "elsewhere", 0o600, 1_234_567_890)
    again = built(there, 0o077, "Pacific/Auckland")
    assert {name.rpartition("-")[2] for name in again} == {"0.1.0.tar.gz", "any.whl"}
    assert again == digests(here)


def test_the_sources_that_are_published_give_the_wheel_that_is(here: Path, tmp_path: Path) -> None:
    """Nothing of the wheel comes from outside of the sdist."""
    (archive,) = (here / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    again = built(tmp_path / archive.name.removesuffix(".tar.gz"), 0o022, "UTC")
    wheels = [{name: one for name, one in made.items() if name.endswith(".whl")} for made in (again, digests(here))]
    assert wheels[0] == wheels[1]
    assert len(wheels[0]) == 1


def test_a_wheel_is_as_old_as_its_commit(here: Path) -> None:
    """Each file in it has the time of the tag's commit, whenever it was built; and no compiled file is there."""
    (wheel,) = (here / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        files = opened.infolist()
    assert {file.date_time for file in files} == {tuple(time.gmtime(TAGGED)[:6])}
    assert [file.filename for file in files if not file.filename.startswith("pipesync")] == []
    assert [file.filename for file in files if file.filename.endswith(".pyc")] == []
    assert any(file.filename.startswith("pipesync/schemas/") for file in files)
