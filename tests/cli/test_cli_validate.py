"""`pipesync validate`: the spec alone, told in each format."""

import json

import pytest

from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell

TWO_PROBLEMS = THREE_ENVIRONMENTS.replace("stages", "stagse").replace("version: 1", "version: 2")


def test_a_valid_spec_is_told_so(pipesync: Shell, api: Api) -> None:
    """It ends with 0, says how much there is, and asks nobody."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("validate", PIPESYNC_TOKEN="")
    assert result.code == 0
    assert result.out == "Success! The configuration is valid. 2 upgrade steps, 1 pipeline, 1 file.\n"
    assert (result.err, api.requests()) == ("", [])


def test_every_problem_has_its_place(pipesync: Shell) -> None:
    """All problems come in one run, a line each, and the code is 1."""
    pipesync.write(TWO_PROBLEMS)
    result = pipesync("validate")
    assert result.code == 1
    assert "pipesync.yaml:1:10: shape: " in result.out
    assert "pipesync.yaml:5:5: shape: unknown key 'stagse' in a pipeline; did you mean 'stages'?" in result.out
    assert result.err == "Error: the spec has 2 problems\n  correct them, each at its place\n"


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_control_character_is_spelled_out_once(pipesync: Shell, command: str) -> None:
    """As YAML spells it, so that the place in the file is found."""
    pipesync.write('version: 1\nsteps: [{source: "a\\e/x", destination: p/s}]\n')
    assert r'"a\x1b/x"' in pipesync(command).both


def test_aivens_rules_are_told_apart_from_the_shape(pipesync: Shell) -> None:
    """A cycle is one of Aiven's rules."""
    pipesync.write("version: 1\nsteps:\n- {source: a/x, destination: a/y}\n- {source: a/y, destination: a/x}\n")
    result = pipesync("validate", "--format", "json")
    assert [problem["kind"] for problem in json.loads(result.out)["problems"]] == ["rule"]
    assert result.code == 1


@pytest.mark.parametrize("spec", [THREE_ENVIRONMENTS, TWO_PROBLEMS], ids=["valid", "invalid"])
def test_each_format_and_report_is_of_the_same_check(pipesync: Shell, spec: str) -> None:
    """`--format` picks what is printed, `--report` writes the others into files, also for an invalid spec."""
    pipesync.write(spec)
    result = pipesync("validate", "--format", "json", "--report", "text=a.txt", "--report", "markdown=b.md")
    assert json.loads(result.out)["valid"] is (result.code == 0)
    assert pipesync.read("a.txt") == pipesync("validate").out
    assert pipesync.read("b.md") == pipesync("validate", "--format", "markdown").out
    assert len({result.out, pipesync.read("a.txt"), pipesync.read("b.md")}) == 3


def test_file_names_a_file_a_folder_or_standard_input(pipesync: Shell) -> None:
    """Three ways to name the same spec, which may also be repeated into a set."""
    pipesync.write(THREE_ENVIRONMENTS, "elsewhere/pipesync.yaml")
    pipesync.write("version: 1\nsteps: []\n", "elsewhere/pipelines/more.yml")
    assert "1 file." in pipesync.ok("validate", "-f", "elsewhere/pipesync.yaml").out
    assert "2 files." in pipesync.ok("validate", "--file", "elsewhere").out
    assert "1 file." in pipesync.fed(THREE_ENVIRONMENTS.encode(), "validate", "-f", "-").out
    both = pipesync.ok("validate", "-f", "elsewhere/pipesync.yaml", "-f", "elsewhere/pipelines/more.yml")
    assert "2 files." in both.out


def test_a_folder_without_a_spec_is_an_error(pipesync: Shell) -> None:
    """Not an empty spec, by which everything would be destroyed."""
    result = pipesync("validate")
    assert result.code == 1
    assert ".:1:1: shape: there is no pipesync.yaml in this folder" in result.out


def test_validate_sees_what_a_report_cannot_be_written_to(pipesync: Shell) -> None:
    """The rendering is printed, the other reports are written, and the trouble is told with its path."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("validate", "--report", "text=no/such/folder.txt", "--report", "json=fine.json")
    assert (result.code, result.out[:8]) == (1, "Success!")
    assert "Error: the file cannot be written: No such file or directory\n  no/such/folder.txt\n" in result.err
    assert json.loads(pipesync.read("fine.json"))["valid"]
