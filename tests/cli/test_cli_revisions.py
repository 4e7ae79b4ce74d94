"""Which commits a plan can be compared with: what names them, and which clones hold them."""

import json
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "ref",
    [
        "",
        " ",
        "-",
        "--all",
        "--output=owned",
        "-p",
        "a\nb",
        "main\nHEAD",
        "a\0b",
        "a\x1b[31m",
        "\u202emain",
        "x" * 1001,
    ],
)
def test_a_base_that_is_no_revision(pipesync: Shell, repository: Repository, ref: str) -> None:
    """An empty name, an option, several lines, what cannot be printed: a usage error, and git is not asked."""
    result = pipesync("plan", "--offline", f"--base={ref}")

    assert result.code == 64
    assert "is no revision, such as origin/main" in result.err
    assert "\x1b" not in result.err
    assert not (pipesync.folder / "owned").exists()


@pytest.mark.parametrize(
    "ref",
    [
        *("gone", "HEAD~9", "main:pipesync.yaml", "main^{tree}", ":/nothing", "a..b", "@{u}", "main^{commit} missing"),
        *("0" * 40, "$(touch owned)", "`touch owned`", "main;ls", "../../etc", "::set-env::x", "[x](y)"),
    ],
)
def test_a_base_that_is_not_here(pipesync: Shell, repository: Repository, ref: str) -> None:
    """A name that means no commit is an error that says where it was looked for, whatever is in it."""
    result = pipesync(*OFFLINE, ref)

    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("Error: there is no commit ")
    assert f"\n  {pipesync.folder}\n  check the name" in result.err
    assert not (pipesync.folder / "owned").exists()


@pytest.mark.parametrize("name", ["main", "v1", "v1^{commit}", "HEAD", "@", "refs/heads/main", "main~0"])
def test_names_of_a_commit(pipesync: Shell, repository: Repository, name: str) -> None:
    """Whatever git takes for a commit is one: branches, tags, relative names."""
    repository.git("tag", "--annotate", "--message", "one", "v1")

    assert pipesync.ok(*OFFLINE, name).out.startswith(f"Compared with {name} (")


def test_a_short_name(pipesync: Shell, repository: Repository) -> None:
    """The beginning of a commit's name is enough, as for git."""
    commit = repository.git("rev-parse", "HEAD")

    found = json.loads(pipesync.ok(*OFFLINE, commit[:10], "--format", "json").out)

    assert found["base"] == {"ref": commit[:10], "commit": commit}


@pytest.mark.parametrize("ref", ["origin/main", "refs/remotes/origin/main"])
def test_a_shallow_clone(pipesync: Shell, repository: Repository, tmp_path: Path, ref: str) -> None:
    """Where CI has fetched one branch only, the error tells the command that gets the other; then the plan is made."""
    repository.git("checkout", "--quiet", "-b", "topic")
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    repository.commit()
    clone = repository.clone(tmp_path / "clone", "--depth=1", "--branch=topic")
    pipesync.patch.chdir(clone.folder)

    lacking = pipesync(*OFFLINE, ref)
    command = lacking.err.partition("fetch it: git ")[2].partition(";")[0]
    clone.git(*command.split())
    made = pipesync.ok(*OFFLINE, ref, "--format", "json")

    assert lacking.code == 1
    assert command == "fetch --depth=1 origin +refs/heads/main:refs/remotes/origin/main"
    assert "in GitHub Actions fetch-depth: 0 gets all" in lacking.err
    plan = json.loads(made.out)
    assert [change["address"] for change in plan["changes"]] == ["p/b"]
    assert [each["code"] for each in plan["warnings"]] == ["history_unknown"]


def test_a_commit_that_a_shallow_clone_lacks(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A commit by its whole name is fetched by that name."""
    base = repository.git("rev-parse", "HEAD")
    repository.commit()
    repository.commit()
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    pipesync.patch.chdir(clone.folder)

    assert f"git fetch --depth=1 origin {base};" in pipesync(*OFFLINE, base).err


def test_the_merge_commit_of_a_pull_request(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """What GitHub checks out, alone and detached, names the target branch as its parent: no warning then."""
    repository.git("checkout", "--quiet", "-b", "topic")
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    pipesync.write("elsewhere", "README.md")
    repository.commit()
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    merge = repository.git("rev-parse", "HEAD")
    repository.git("update-ref", "refs/pull/1/merge", merge)
    repository.git("reset", "--quiet", "--hard", "HEAD^")
    clone = Repository.new(tmp_path)
    clone.git("remote", "add", "origin", f"file://{repository.folder}")
    clone.git("fetch", "--quiet", "--depth=1", "origin", "refs/pull/1/merge", "main:refs/remotes/origin/main")
    clone.git("checkout", "--quiet", "--detach", merge)
    pipesync.patch.chdir(clone.folder)

    plan = json.loads(pipesync.ok(*OFFLINE, "origin/main", "--format", "json").out)

    assert [change["address"] for change in plan["changes"]] == ["p/b"]
    assert plan["warnings"] == []


def test_a_clone_without_files(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A partial clone lacks the base's files; they are not fetched behind the user's back, and that is said."""
    pipesync.write(spec_of("d/b > p/b"))
    repository.commit()
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none")
    pipesync.patch.chdir(clone.folder)

    result = pipesync(*OFFLINE, "HEAD^")

    assert result.code == 1
    assert result.err.startswith("Error: this clone lacks a part of that commit, and nothing is fetched here\n")
    assert "clone without --filter" in result.err


def test_a_repository_of_other_hashes(pipesync: Shell, tmp_path: Path) -> None:
    """A repository with SHA-256 names is read as any other, packed or not."""
    folder = tmp_path / "sha256"
    folder.mkdir()
    repository = Repository.new(folder, "--object-format=sha256")
    pipesync.patch.chdir(folder)
    (folder / "pipelines").mkdir()
    (folder / "pipelines" / "a.yaml").write_text(spec_of("d/a > p/a"), "utf-8")
    base = repository.commit()
    repository.git("gc", "--quiet")
    (folder / "pipelines" / "a.yaml").write_text(spec_of(), "utf-8")

    plan = json.loads(pipesync.ok(*OFFLINE, "main", "--format", "json").out)

    assert (plan["base"]["commit"], len(base)) == (base, 64)
    assert [change["action"] for change in plan["changes"]] == ["delete"]
