"""Which files a set of specs consists of: files, folders, standard input, and what cannot be read."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from pipesync.errors import SpecError
from pipesync.spec.load import load


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*names: str) -> None:
    """Spec files, each with one step into a service that is named after the file."""
    for number, name in enumerate(names):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"version: 1\nsteps: [{{source: a/b, destination: a/s{number}}}]\n")


def problems_of(*paths: str) -> list[str]:
    """The problems of a set of files, as they are printed."""
    with pytest.raises(SpecError) as caught:
        load(paths)
    return [str(problem) for problem in caught.value.problems]


def test_a_folder_is_its_main_file_then_its_pipeline_files_in_path_order(here: Path) -> None:
    """pipesync.yaml, then pipelines/**/*.yaml and .yml; nothing else, and nothing hidden."""
    write(
        "pipelines/b.yml",
        "pipelines/a/z.yaml",
        "pipesync.yaml",
        "pipelines/a-b.yaml",
        "pipelines/a/deep/er/x.yml",
        "pipelines/.hidden.yaml",
        "pipelines/.git/c.yaml",
        "pipelines/note.txt",
        "other.yaml",
    )
    expected = ["pipelines/a/deep/er/x.yml", "pipelines/a/z.yaml", "pipelines/a-b.yaml", "pipelines/b.yml"]
    assert load([]).files == ("pipesync.yaml", *expected)
    assert load(["."]).files == load([]).files
    assert load([str(here)]).files == tuple(f"{here}/{name}" for name in load([]).files)
    assert load(["../" + here.name]).files[0] == f"../{here.name}/pipesync.yaml"


def test_the_other_suffix_and_a_folder_without_main_file(here: Path) -> None:
    """pipesync.yml will do, and so will pipelines/ alone."""
    write("one/pipesync.yml", "two/pipelines/a.yaml")
    assert load(["one"]).files == ("one/pipesync.yml",)
    assert load(["two"]).files == ("two/pipelines/a.yaml",)


def test_files_folders_and_standard_input_make_one_set(here: Path) -> None:
    """Paths are loaded in the order given, and a file that is named twice is loaded once."""
    write("x.yaml", "folder/pipesync.yaml", "folder/pipelines/y.yaml")
    Path("link.yaml").symlink_to("x.yaml")
    stdin = BytesIO(b"version: 1\nsteps: [{source: a/b, destination: c/d}]\n")
    paths = ["folder/pipelines/y.yaml", "-", "folder", "./x.yaml", "x.yaml", "link.yaml", "-"]
    spec = load(paths, stdin=stdin)
    assert spec.files == ("folder/pipelines/y.yaml", "-", "folder/pipesync.yaml", "./x.yaml")
    assert [str(desired.origin) for desired in spec.steps] == [
        "folder/pipelines/y.yaml:2:36",
        "-:2:36",
        "folder/pipesync.yaml:2:36",
        "./x.yaml:2:36",
    ]


def test_what_stands_once_in_a_set_is_refused_the_second_time(here: Path) -> None:
    """organization, limits, defaults, pipeline names and destinations are unique; both places are told."""
    text = """\
version: 1
organization: org1
limits: {}
defaults: {}
pipelines: {p: {stages: [a/b, a/c]}}
"""
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text(text)
    assert problems_of("a.yaml", "b.yaml") == [
        "b.yaml:2:1: 'organization' may stand in one file of the set only, and stands at a.yaml:2:1 already",
        "b.yaml:3:1: 'limits' may stand in one file of the set only, and stands at a.yaml:3:1 already",
        "b.yaml:4:1: 'defaults' may stand in one file of the set only, and stands at a.yaml:4:1 already",
        "b.yaml:5:13: a pipeline 'p' stands at a.yaml:5:13 already; names are unique over the set",
        "b.yaml:5:31: a/c is the destination of two steps; the other one is at a.yaml:5:31",
    ]


def test_what_one_file_states_holds_for_the_set(here: Path) -> None:
    """Defaults and limits reach the steps of every file, and rules are judged over all of them."""
    Path("a.yaml").write_text("version: 1\nsteps: [{source: a/b, destination: a/c}]\n")
    Path("b.yaml").write_text("version: 1\nsteps: [{source: a/c, destination: a/d}]\n")
    Path("c.yaml").write_text(
        "version: 1\norganization: org1\nlimits: {max_chain_steps: 1}\ndefaults: {auto_validation_delay_days: 2}\n"
    )
    assert [desired.step.auto_validation_delay_days for desired in load(["a.yaml", "c.yaml"]).steps] == [2]
    assert problems_of("a.yaml", "b.yaml", "c.yaml") == [
        (
            "b.yaml:2:36: the chain a/b → a/c → a/d has 2 steps; allowed are 1 (limits.max_chain_steps, if your "
            "account allows more) (the other step stands at a.yaml:2:36)"
        )
    ]


def test_limits_that_could_not_be_read_break_no_rule(here: Path) -> None:
    """While one file cannot be read, chains and delays that its limits may allow are not called too long."""
    Path("a.yaml").write_text("version: 1\nsteps: [{source: a/b, destination: a/b, auto_validation_delay_days: 31}]\n")
    Path("b.yaml").write_text("limits: {max_auto_validation_delay_days: 60\n")
    assert problems_of("a.yaml", "b.yaml") == [
        "a.yaml:2:36: a/b cannot be its own source",
        "b.yaml:2:1: this is not YAML: while parsing a flow mapping, did not find expected ',' or '}'",
    ]


def test_each_path_that_leads_nowhere_is_a_problem(here: Path) -> None:
    """Missing, empty and wrong paths are all told in one run, with what to do."""
    write("both/pipesync.yaml", "both/pipesync.yml")
    Path("empty").mkdir()
    Path("file/pipelines").parent.mkdir()
    Path("file/pipelines").write_text("")
    assert problems_of("none.yaml", "empty", "file", "both", "bad\x1bname") == [
        "bad\\x1bname:1:1: the file name 'bad\\x1bname' has characters that cannot be printed; rename the file",
        "both/pipesync.yml:1:1: the folder holds pipesync.yaml too; keep one of them",
        ("empty:1:1: there is no pipesync.yaml in this folder, and no file in pipelines/; name one with --file"),
        "file:1:1: there is no pipesync.yaml in this folder, and no file in pipelines/; name one with --file",
        "file/pipelines:1:1: this cannot be read: Not a directory",
        "none.yaml:1:1: there is no such file or folder; check the path after --file",
    ]


def test_without_paths_an_empty_working_directory_is_a_problem(here: Path) -> None:
    """The folder that was looked in is told."""
    assert problems_of() == [
        ".:1:1: there is no pipesync.yaml in this folder, and no file in pipelines/; name one with --file"
    ]


def test_what_is_no_regular_file_is_refused_at_once(here: Path) -> None:
    """Named pipes, devices, folders named like files and loops of links are problems, and nothing waits for them."""
    write("pipelines/ok.yaml", "pipelines/sub.yaml/inner.yaml")
    os.mkfifo("pipelines/fifo.yaml")
    Path("pipelines/loop.yaml").symlink_to("loop.yaml")
    Path("pipelines/dangling.yaml").symlink_to("nowhere")
    Path("pipelines/up").symlink_to("..")
    Path("pipelines/null.yaml").symlink_to("/dev/null")
    assert problems_of() == [
        "pipelines/dangling.yaml:1:1: there is no such file or folder; check the path after --file",
        "pipelines/fifo.yaml:1:1: this is not a regular file; pipe it in with '--file -'",
        "pipelines/loop.yaml:1:1: this cannot be read: Too many levels of symbolic links",
        "pipelines/null.yaml:1:1: this is not a regular file; pipe it in with '--file -'",
        "pipelines/sub.yaml:1:1: this is a folder, where a file was expected; rename it",
        "pipelines/up:1:1: this is a link to a folder, which is not followed; name the folder with --file",
    ]


def test_file_names_that_cannot_be_printed_are_refused(here: Path) -> None:
    """A file name from a folder is never printed raw, and its file never skipped in silence."""
    write("pipelines/a\nb.yaml")
    Path(os.fsdecode(b"pipelines/\xff.yaml")).write_text("version: 1\n")
    assert problems_of() == [
        (
            "pipelines/\\udcff.yaml:1:1: the file name 'pipelines/\\udcff.yaml' has characters that cannot be printed; "
            "rename the file"
        ),
        (
            "pipelines/a\\nb.yaml:1:1: the file name 'pipelines/a\\nb.yaml' has characters that cannot be printed; "
            "rename the file"
        ),
    ]


def test_standard_input_that_is_not_there_is_a_problem() -> None:
    """`-` without a standard input is told, not crashed on."""
    assert problems_of("-") == ["-:1:1: there is no standard input to read; name a file with --file"]
