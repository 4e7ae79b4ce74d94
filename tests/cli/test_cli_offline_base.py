"""`pipesync plan --offline`: what the commit to compare with may be: without a spec, moved, broken, ahead."""

import pytest

from tests.cli.offline import OFFLINE, changes_of, plan_of
from tests.cli.repository import Repository
from tests.cli.shell import Shell, spec_of


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository without commits."""
    return Repository.new(pipesync.folder)


def test_a_spec_that_is_new(pipesync: Shell, repository: Repository) -> None:
    """Where the base has no spec, every step is created."""
    pipesync.write("hello", "README.md")
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    assert changes_of(pipesync.ok(*OFFLINE, "main", "--format", "json")) == {"p/a": "create"}


def test_files_that_moved(pipesync: Shell, repository: Repository) -> None:
    """Steps that only stand in another file, under another name, are no change."""
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), "pipelines/eu/one.yaml")
    repository.commit()
    repository.git("mv", "pipelines/eu/one.yaml", "pipelines/two.yml")
    repository.git("mv", "pipesync.yaml", "pipesync.yml")

    plan = plan_of(pipesync.ok(*OFFLINE, "main", "--format", "json"))

    assert plan["changes"] == []
    assert (plan["lines_changed"]["lines"], plan["lines_changed"]["files"]) == (0, 0)


def test_the_same_set_of_files(pipesync: Shell, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """--file names the same files and folders in the base, from wherever in the repository it is run."""
    pipesync.write(spec_of("d/a > p/a"), "teams/a/pipesync.yaml")
    pipesync.write(spec_of("d/b > p/b", head=""), "teams/a/pipelines/b.yaml")
    pipesync.write(spec_of("d/c > p/c", head=""), "teams/b/c.yaml")
    pipesync.write("not: [a, spec", "pipesync.yaml")
    repository.commit()
    pipesync.write(spec_of(head=""), "teams/a/pipelines/b.yaml")
    pipesync.write(spec_of(head=""), "teams/b/c.yaml")

    whole = pipesync.ok(*OFFLINE, "main", "-f", "teams/a", "-f", "teams/b/c.yaml", "--format", "json")
    monkeypatch.chdir(pipesync.folder / "teams" / "a")
    there = pipesync.ok(*OFFLINE, "main", "--format", "json")
    above = pipesync.ok(*OFFLINE, "main", "-f", ".", "-f", "../b/c.yaml", "--format", "json")
    absolute = pipesync.ok(*OFFLINE, "main", "-f", pipesync.folder / "teams/a", "--format", "json")

    assert changes_of(whole) == {"p/b": "delete", "p/c": "delete"}
    assert changes_of(there) == {"p/b": "delete"}
    assert changes_of(above) == changes_of(whole)
    assert changes_of(absolute) == changes_of(there)


def test_a_base_that_is_broken(pipesync: Shell, repository: Repository) -> None:
    """Problems of the base's spec are told with their place there."""
    pipesync.write("version: 1\nsteps:\n  - {sorce: d/a, destination: p/a}\n")
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert result.err.startswith("Error: the spec in main has ")
    assert "  main:pipesync.yaml:3:6: shape: " in result.err
    assert "compare with another commit (--base)" in result.err


def test_a_spec_that_is_broken(pipesync: Shell, repository: Repository) -> None:
    """Aiven's rules are judged on the spec as it is here, with its own places."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "p/a > d/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "pipesync.yaml:4:" in result.err
    assert "main:" not in result.err


def test_a_file_of_the_base_that_is_too_large(pipesync: Shell, repository: Repository) -> None:
    """The base's files may be as large as a spec may be, and not larger."""
    pipesync.write(spec_of("d/a > p/a") + "# " + "x" * (10 * 1024 * 1024))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipesync.yaml:1:1: shape: the file is larger than 10 MiB" in result.err


def test_a_branch_that_lacks_commits_of_the_base(pipesync: Shell, repository: Repository) -> None:
    """What the base has and the branch lacks shows as taken back; the plan says so first."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    repository.git("branch", "topic")
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    repository.git("checkout", "--quiet", "topic")

    late = pipesync.ok(*OFFLINE, "main", "--format", "json")
    fork = pipesync.ok(*OFFLINE, repository.git("merge-base", "main", "topic"), "--format", "json")

    assert changes_of(late) == {"p/b": "delete"}
    assert [each["code"] for each in plan_of(late)["warnings"]] == ["stale_branch"]
    assert (changes_of(fork), plan_of(fork)["warnings"]) == ({}, [])
