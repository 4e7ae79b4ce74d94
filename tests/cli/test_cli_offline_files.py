"""`pipesync plan --offline`: which files of a commit are the spec: names of all kinds, links, submodules, folders."""

from pathlib import Path

import pytest

from tests.cli.offline import OFFLINE, changes_of
from tests.cli.repository import Repository
from tests.cli.shell import Shell, spec_of


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository without commits."""
    return Repository.new(pipesync.folder)


def test_names_of_all_kinds(pipesync: Shell, repository: Repository) -> None:
    """Spaces, quotes and letters of all scripts in the names of files and branches are nothing special."""
    name = "pipelines/ein Übungs-'\"$(x)`.yaml"
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), name)
    repository.commit()
    repository.git("branch", "größe/a'b")
    pipesync.write(spec_of(head=""), name)

    result = pipesync.ok(*OFFLINE, "größe/a'b", "--format", "json")

    assert changes_of(result) == {"p/b": "delete"}


def test_a_name_with_a_line_feed(pipesync: Shell, repository: Repository) -> None:
    """A file of the base whose name cannot be printed is told as one here would be, and cannot ask git for more."""
    pipesync.write(spec_of("d/a > p/a"))
    bad = pipesync.write(spec_of("d/b > p/b", head=""), "pipelines/a\nHEAD:x.yaml")
    repository.commit()
    bad.unlink()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert r"main:pipelines/a\nHEAD:x.yaml:1:1: shape: the file name 'pipelines/a\nHEAD:x.yaml' has" in result.err


def test_links(pipesync: Shell, repository: Repository) -> None:
    """A link to a file is read as the file that it led to; one out of the repository is told."""
    pipesync.write(spec_of("d/a > p/a"))
    pipesync.write(spec_of("d/b > p/b", head=""), "shared/b.txt")
    (pipesync.folder / "pipelines").mkdir()
    (pipesync.folder / "pipelines" / "b.yaml").symlink_to("../shared/b.txt")
    repository.commit()
    pipesync.write(spec_of(head=""), "shared/b.txt")
    inside = pipesync.ok(*OFFLINE, "main", "--format", "json")
    (pipesync.folder / "pipelines" / "b.yaml").unlink()
    (pipesync.folder / "pipelines" / "b.yaml").symlink_to("/etc/hostname")
    repository.commit()
    (pipesync.folder / "pipelines" / "b.yaml").unlink()

    outside = pipesync(*OFFLINE, "main")

    assert changes_of(inside) == {"p/b": "delete"}
    assert outside.code == 1
    assert "main:pipelines/b.yaml:1:1: shape: this is a link out of the repository" in outside.err


def test_links_in_a_ring(pipesync: Shell, repository: Repository) -> None:
    """Links that lead to each other end in an error, not in a hang."""
    pipesync.write(spec_of("d/a > p/a"))
    (pipesync.folder / "pipelines").mkdir()
    one, two = pipesync.folder / "pipelines" / "one.yaml", pipesync.folder / "pipelines" / "two.yaml"
    one.symlink_to("two.yaml")
    two.symlink_to("one.yaml")
    repository.commit()
    one.unlink()
    two.unlink()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipelines/one.yaml:1:1: shape: this is a link out of the repository" in result.err


def test_a_submodule(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """A folder of the set that is a submodule in the base cannot be read from this repository, and that is said."""
    (tmp_path / "other").mkdir()
    other = Repository.new(tmp_path / "other")
    other.commit()
    pipesync.write(spec_of("d/a > p/a"))
    repository.git("submodule", "--quiet", "add", f"file://{other.folder}", "pipelines/team")
    repository.commit()

    result = pipesync(*OFFLINE, "main")

    assert result.code == 1
    assert "main:pipelines/team:1:1: shape: this is in a submodule" in result.err


def test_a_folder_that_is_a_submodule(pipesync: Shell, repository: Repository, tmp_path: Path) -> None:
    """The same for the folder of pipelines itself, and for files in a submodule that --file names."""
    (tmp_path / "other").mkdir()
    other = Repository.new(tmp_path / "other")
    (other.folder / "b.yaml").write_text(spec_of("d/b > p/b", head=""), "utf-8")
    other.commit()
    pipesync.write(spec_of("d/a > p/a"))
    repository.git("submodule", "--quiet", "add", f"file://{other.folder}", "pipelines")
    repository.commit()

    whole = pipesync(*OFFLINE, "main")
    named = pipesync(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "pipelines/b.yaml")

    assert (whole.code, named.code) == (1, 1)
    assert "main:pipelines:1:1: shape: this is in a submodule" in whole.err
    assert "main:pipelines/b.yaml:1:1: shape: this is in a submodule" in named.err


def test_the_rules_for_folders(pipesync: Shell, repository: Repository) -> None:
    """What is wrong with a folder of the base is told as for one here: two main files, a link to a folder."""
    pipesync.write(spec_of("d/a > p/a"))
    second = pipesync.write(spec_of("d/a > p/a"), "pipesync.yml")
    pipesync.write(spec_of("d/b > p/b", head=""), "elsewhere/b.yaml")
    (pipesync.folder / "pipelines").mkdir()
    link = pipesync.folder / "pipelines" / "link"
    link.symlink_to("../elsewhere")
    repository.commit()
    second.unlink()
    link.unlink()

    err = pipesync(*OFFLINE, "main").err

    assert "main:pipesync.yml:1:1: shape: the folder holds pipesync.yaml too; keep one of them" in err
    assert "main:pipelines/link:1:1: shape: this is a link to a folder, which is not followed" in err


def test_files_that_are_no_part_of_a_set(pipesync: Shell, repository: Repository) -> None:
    """Hidden files and folders, and files that are no YAML, are not read in the base either."""
    pipesync.write(spec_of("d/a > p/a"))
    for name in ("pipelines/.hidden.yaml", "pipelines/.git-ish/x.yaml", "pipelines/notes.txt"):
        pipesync.write("no: [spec", name)
    repository.commit()

    assert changes_of(pipesync.ok(*OFFLINE, "main", "--format", "json")) == {}


def test_a_file_that_was_named_twice(pipesync: Shell, repository: Repository) -> None:
    """A file that is named twice, or by a link, is one file, in the base as here."""
    pipesync.write(spec_of("d/a > p/a"))
    (pipesync.folder / "other.yaml").symlink_to("pipesync.yaml")
    repository.commit()

    result = pipesync.ok(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "./pipesync.yaml", "-f", "other.yaml")

    assert "No changes." in result.out


@pytest.mark.parametrize("target", ["../../../beyond.yaml", "pipesync.yaml/below", "gone.yaml"])
def test_links_that_lead_nowhere(pipesync: Shell, repository: Repository, target: str) -> None:
    """A link of the base that led out of the repository is told; one to nothing is a file that was not there."""
    pipesync.write(spec_of("d/a > p/a"))
    link = pipesync.folder / "other.yaml"
    link.symlink_to(target)
    repository.commit()
    link.unlink()
    pipesync.write(spec_of("d/b > p/b", head=""), "other.yaml")

    result = pipesync(*OFFLINE, "main", "-f", "pipesync.yaml", "-f", "other.yaml", "--format", "json")

    if target.startswith(".."):
        assert result.code == 1
        assert "main:other.yaml:1:1: shape: this is a link out of the repository" in result.err
    else:
        assert changes_of(result) == {"p/b": "create"}


def test_a_file_that_was_a_folder(pipesync: Shell, repository: Repository) -> None:
    """What was a folder, and is a file now, is read as the folder that it was."""
    pipesync.write(spec_of("d/a > p/a"), "team/pipesync.yaml")
    repository.commit()
    (pipesync.folder / "team" / "pipesync.yaml").unlink()
    (pipesync.folder / "team").rmdir()
    pipesync.write(spec_of("d/b > p/a"), "team")

    assert changes_of(pipesync.ok(*OFFLINE, "main", "-f", "team", "--format", "json")) == {"p/a": "replace"}
