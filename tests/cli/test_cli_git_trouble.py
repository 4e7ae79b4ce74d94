"""What git may lack, refuse or be made to do: each is told in words, and nothing foreign is run."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pipesync.git import command, objects
from tests.cli.offline import OFFLINE
from tests.cli.repository import Repository
from tests.cli.shell import Shell, spec_of


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository with one spec in one commit."""
    made = Repository.new(pipesync.folder)
    pipesync.write(spec_of("d/a > p/a"))
    made.commit()
    return made


def script(path: Path, text: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_no_git(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """Without git on PATH, an offline plan says what is lacking, and a real one is made all the same."""
    (tmp_path / "bin").mkdir()

    offline = pipesync(*OFFLINE, "main", PATH=str(tmp_path / "bin"))
    pipesync.write(spec_of())
    online = pipesync("plan", PATH=str(tmp_path / "bin"))

    assert offline.code == 1
    assert offline.err.startswith("Error: git cannot be run: No such file or directory\n  install git")
    assert (online.code, online.err) == (0, "")


@pytest.mark.parametrize("slow", ["rev-parse", "cat-file"])
def test_a_git_that_hangs(pipesync: Shell, repository: Repository, tmp_path: Path, slow: str) -> None:
    """A git that does not answer is ended, and that is said, whatever it was asked."""
    real = shutil.which("git")
    script(tmp_path / "bin" / "git", f'case "$*" in *{slow}*) exec sleep 600;; esac; exec {real} "$@"')
    pipesync.patch.setattr(command, "SECONDS", 0.2)
    pipesync.patch.setattr(objects, "SECONDS", 0.2)

    result = pipesync(*OFFLINE, "main", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    assert result.code == 1
    assert result.err.startswith("Error: git has not answered within 0.2 seconds\n")


def test_a_git_that_gives_up(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A git that ends before it is asked is an error in a few words, whichever comes first."""
    real = shutil.which("git")
    script(tmp_path / "bin" / "git", f'case "$*" in *cat-file*) exec 0<&-; exit 1;; esac; exec {real} "$@"')

    result = pipesync(*OFFLINE, "main", PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    assert result.code == 1
    assert result.err.startswith("Error: ")
    assert len(result.err.splitlines()) == 3


def test_no_repository(pipesync: Shell) -> None:
    """Outside of a checkout, an offline plan says so, and a real one is made all the same."""
    pipesync.write(spec_of())

    offline = pipesync(*OFFLINE, "main")
    counted = pipesync("plan", "--base", "main")

    assert (offline.code, counted.code) == (1, 1)
    assert offline.err.startswith("Error: there is no git checkout here: not a git repository")
    assert "run this in a git checkout" in offline.err
    assert pipesync("plan").code == 0


def test_a_file_elsewhere(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A file of the set that is in no place of this repository has no past here."""
    (tmp_path / "other.yaml").write_text(spec_of(head=""), "utf-8")

    result = pipesync(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", tmp_path / "other.yaml")

    assert result.code == 1
    assert "other.yaml is outside of the repository" in result.err


def test_a_repository_of_somebody_else(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A repository that another user owns is not read by git; the error tells what to do if that is meant."""
    real = shutil.which("git")
    script(tmp_path / "bin" / "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"')  # git's own, for its tests
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"

    refused = pipesync(*OFFLINE, "main", PATH=path)
    trusted = pipesync(
        *OFFLINE,
        "main",
        PATH=path,
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="safe.directory",
        GIT_CONFIG_VALUE_0=str(repository.folder),
    )

    assert refused.code == 1
    assert refused.err.startswith("Error: git does not read this repository, for it is owned by another user\n")
    assert f"git config --global --add safe.directory {repository.folder}\n" in refused.err
    assert trusted.code == 0


@pytest.mark.parametrize("damage", ["overwritten", "gone"])
@pytest.mark.parametrize("what", ["main:pipesync.yaml", "main^{tree}", "main"])
def test_a_damaged_repository(pipesync: Shell, repository: Repository, what: str, damage: str) -> None:
    """An object that cannot be read, or is not there, is told in words."""
    name = repository.git("rev-parse", what)
    damaged = pipesync.folder / ".git" / "objects" / name[:2] / name[2:]
    damaged.unlink()
    if damage == "overwritten":
        damaged.write_bytes(b"no object")

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert result.err.startswith("Error: ")
    assert len(result.err.splitlines()) == 3  # what, where, what next


def test_nothing_foreign_is_run(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """Programs that the repository's settings name (monitors, hooks, filters, pagers, diff drivers) are not run."""
    ran = tmp_path / "ran"
    tell = script(tmp_path / "tell", f"touch {ran}\ncat")
    pipesync.write("* filter=evil diff=evil\n", ".gitattributes")
    repository.commit()
    script(pipesync.folder / ".git" / "hooks" / "post-checkout", f"touch {ran}")
    for key in ("core.fsmonitor", "core.pager", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process",
                "diff.evil.textconv", "diff.evil.command", "diff.external", "core.sshCommand", "core.askPass",
                "core.alternateRefsCommand", "gpg.program"):  # fmt: skip
        repository.git("config", key, str(tell))
    repository.git("config", "log.showSignature", "true")
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.git(
        "-c", "core.fsmonitor=false", "-c", "filter.evil.clean=cat", "-c", "filter.evil.process=", "add", "-A"
    )
    ran.unlink(missing_ok=True)

    pipesync.ok(*OFFLINE, "main", GIT_EXTERNAL_DIFF=str(tell), GIT_PAGER=str(tell), GIT_SSH_COMMAND=str(tell))

    assert not ran.exists()


def test_variables_of_another_repository(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A hook of git hands down where its repository is; the spec's own is asked all the same."""
    (tmp_path / "other").mkdir()
    other = Repository.new(tmp_path / "other")
    other.commit()
    hook = {"GIT_DIR": f"{other.folder}/.git", "GIT_WORK_TREE": str(other.folder), "GIT_INDEX_FILE": "/nowhere"}

    out = pipesync.ok(*OFFLINE, "main", **hook).out

    assert repository.git("rev-parse", "main")[:12] in out


def test_other_content_under_a_name(pipesync: Shell, repository: Repository) -> None:
    """refs/replace/ does not change what a commit holds: what was reviewed is what is compared."""
    base = repository.git("rev-parse", "main")
    pipesync.write(spec_of("d/b > p/b"))
    other = repository.commit()
    repository.git("replace", base, other)

    plan = json.loads(pipesync.ok(*OFFLINE, base, "--format", "json").out)

    assert sorted(change["action"] for change in plan["changes"]) == ["create", "delete"]


def test_git_in_another_language(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """Where git is asked, its answers are read in one language, whatever the user's is."""
    pipesync.patch.chdir(tmp_path)
    (tmp_path / "pipesync.yaml").write_text(spec_of(), "utf-8")

    result = pipesync(*OFFLINE, "main", LC_ALL="de_DE.UTF-8", LANGUAGE="de")

    assert "there is no git checkout here: not a git repository" in result.err


def test_without_a_commit(pipesync: Shell, tmp_path: Path) -> None:
    """A repository without commits has no base, and a real plan no commit."""
    Repository.new(pipesync.folder)
    pipesync.write(spec_of())

    assert pipesync(*OFFLINE, "HEAD").err.startswith("Error: there is no commit HEAD in this clone")
    assert json.loads(pipesync.ok("plan", "--format", "json").out)["commit"] is None


def test_from_a_worktree(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A further work tree of a repository is a checkout as any other."""
    repository.git("worktree", "add", "--quiet", tmp_path / "tree", "-b", "topic")
    pipesync.patch.chdir(tmp_path / "tree")

    assert pipesync.ok(*OFFLINE, "main").out.startswith("Compared with main (")


def test_a_fast_start(pipesync: Shell, repository: Repository) -> None:
    """An offline plan does not import what only the API, a difference in depth, or Markdown needs."""
    code = (
        "import sys; from pipesync.cli.main import run; from pipesync.cli.terminal import Terminal; "
        "run(['plan', '--offline', '--base', 'main'], Terminal()); "
        "print(sorted({'httpx', 'deepdiff', 'jinja2', 'flask'} & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=pipesync.folder,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.endswith("\n[]\n")
