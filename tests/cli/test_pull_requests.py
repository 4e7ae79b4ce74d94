"""docs/pull-requests.md, carried out: each command prints what the page says."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.documents import Command, Meanwhile, Put, sections
from tests.cli.repository import IDENTITY, Repository
from tests.cli.shell import Api, Shell

PAGE = sections("pull-requests.md")
SECTION, REFERENCE = "What a change of the spec means", "Where REF comes from"


@pytest.fixture
def reader(pipesync: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Somebody at a shell in a new repository, without a token."""
    Repository.new(pipesync.folder)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PIPESYNC_TOKEN")
    return pipesync


def follow(reader: Shell, title: str) -> None:
    """Do what a section says, and read what is printed; a code that is not 0 is asked for."""
    code = 0
    for part in PAGE[title]:
        match part:
            case Put(name, text):
                reader.write(text, name)
            case Meanwhile():
                shallow_clone(reader)
            case Command():
                said, code = run(reader, part.line, code)
                assert part.missing_in(said) == [], f"{part.line}\n{said}"
    assert code == 0


def run(reader: Shell, line: str, code: int) -> tuple[str, int]:
    """What a line prints, and the code that it leaves."""
    match shlex.split(line):
        case ["echo", "$?"]:
            return f"{code}\n", 0
        case ["pipesync", *arguments]:
            result = reader(*arguments)
            return result.both, result.code
        case _:
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
            return done.stdout + done.stderr, 0


def shallow_clone(reader: Shell) -> None:
    """What CI checks out: the branch's last commit, and nothing else."""
    repository = Repository(reader.folder)
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit()
    clone = repository.clone(reader.folder.parent / "clone", "--depth=1", "--branch=topic")
    reader.patch.chdir(clone.folder)


def test_the_page_does_what_it_says(reader: Shell, api: Api) -> None:
    """The change is shown, then in a clone as CI makes one; no request is sent."""
    follow(reader, SECTION)
    follow(reader, REFERENCE)
    assert api.requests() == []


@pytest.mark.parametrize(("base", "depth"), [("HEAD^1", 2), ("origin/main", 1)])
def test_the_table_of_references(reader: Shell, tmp_path: Path, base: str, depth: int) -> None:
    """What GitHub checks out of a pull request is compared with the target branch, without a warning."""
    follow(reader, SECTION)
    repository = Repository(reader.folder)
    repository.git("checkout", "--quiet", "-b", "topic")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    reader.write("elsewhere", "README.md")
    repository.commit()
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    merge = repository.git("rev-parse", "HEAD")
    repository.git("update-ref", "refs/pull/1/merge", merge)
    repository.git("reset", "--quiet", "--hard", "HEAD^")
    (tmp_path / "runner").mkdir()
    runner = Repository.new(tmp_path / "runner")
    runner.git("remote", "add", "origin", f"file://{repository.folder}")
    runner.git("fetch", "--quiet", f"--depth={depth}", "origin", merge, "main:refs/remotes/origin/main")
    runner.git("checkout", "--quiet", "--detach", merge)
    reader.patch.chdir(runner.folder)

    said = reader.ok("plan", "--offline", "--base", base)

    assert said.out.startswith(f"Compared with {base} (")
    assert said.out.endswith("Plan: 1 to add, 0 to change, 2 to destroy.\n")
    assert "Warning" not in said.out
