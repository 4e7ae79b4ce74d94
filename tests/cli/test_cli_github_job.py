"""`--format github` in a job of GitHub: the summary and the outputs, in the files that the runner names."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.shell import DEV, PROD, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.runners import commands

BROKEN = THREE_ENVIRONMENTS.replace("stages", "stagse")


@pytest.fixture
def runner(pipesync: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """GitHub's runner: a folder with the two files that it names, and the working directory as its workspace."""
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        path = tmp_path / name
        path.touch()
        monkeypatch.setenv(name, str(path))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(pipesync.folder))
    return tmp_path


def outputs(runner: Path) -> dict[str, str]:
    """The outputs as the runner reads them: `name=value`, or a name, and its value up to the delimiter."""
    lines = iter((runner / "GITHUB_OUTPUT").read_text("utf-8").splitlines())
    found = {}
    for line in lines:
        name, heredoc, delimiter = line.partition("<<")
        if "=" in name or not heredoc:
            name, _, found[name] = line.partition("=")
            continue
        value = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        found[name] = "\n".join(value)
    return found


def summary(runner: Path) -> str:
    return (runner / "GITHUB_STEP_SUMMARY").read_text("utf-8")


def test_a_plan_is_handed_on_to_later_steps(pipesync: Shell, runner: Path) -> None:
    """The Markdown is appended to the summary, and numbers, digest and verdict are outputs."""
    pipesync.write(THREE_ENVIRONMENTS)
    (runner / "GITHUB_STEP_SUMMARY").write_text("before\n", "utf-8")
    (runner / "GITHUB_OUTPUT").write_text("mine=1\n", "utf-8")
    pipesync.ok("plan", "--format", "github", "--report", "markdown=plan.md", "--report", "json=plan.json")
    plan = json.loads(pipesync.read("plan.json"))
    assert summary(runner) == f"before\n\n{pipesync.read('plan.md')}"
    found = outputs(runner)
    assert found.pop("risk") in {"low", "medium", "high", "unknown"}
    assert found == {
        "mine": "1",
        "changes": "true",
        "create": "2",
        "update": "0",
        "replace": "0",
        "delete": "0",
        "import": "0",
        "forget": "0",
        "destroys": "0",
        "digest": plan["digest"],
        "refused": "false",
        "summary": "Plan: 2 to add, 0 to change, 0 to destroy.",
    }


def test_a_saved_plan_is_handed_on_like_a_new_one(pipesync: Shell, runner: Path) -> None:
    """`show PLAN --format github` in another job."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--out", "plan.json")
    assert outputs(runner) == {}
    shown = pipesync.ok("show", "plan.json", "--format", "github")
    assert outputs(runner)["changes"] == "true"
    assert "Plan file `plan.json`" in summary(runner)
    assert [command.name for command in commands(shown.out)] == ["warning", "notice"]


def test_a_refused_plan_is_handed_on_as_refused(pipesync: Shell, runner: Path) -> None:
    """Later steps that run all the same can tell."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}, protect: true"))
    pipesync.write(spec_of())
    assert pipesync("plan", "--format", "github").code == 3
    assert (outputs(runner)["refused"], outputs(runner)["destroys"]) == ("true", "1")


def test_a_validation_is_handed_on(pipesync: Shell, runner: Path) -> None:
    """Whether the spec is valid, and how many problems it has."""
    pipesync.write(BROKEN)
    assert pipesync("validate", "--format", "github").code == 1
    assert (outputs(runner)["valid"], outputs(runner)["problems"]) == ("false", "1")
    assert "## The configuration is not valid: 1 problem" in summary(runner)


def test_a_plan_of_a_broken_spec_is_handed_on_as_a_validation(pipesync: Shell, runner: Path) -> None:
    """There is no plan that could be."""
    pipesync.write(BROKEN)
    assert pipesync("plan", "--format", "github").code == 1
    assert (outputs(runner)["valid"], outputs(runner).get("changes")) == ("false", None)


def test_drift_is_handed_on(pipesync: Shell, api: Api, runner: Path) -> None:
    """A warning and a failed case for each drifted step, and the outputs that tell."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.patch(PROD, 20)
    result = pipesync.ok("drift", "--format", "github", "--report", "junit=j.xml")
    assert result.out.startswith("::warning title=Changed outside pipesync::prod-project/pg-prod was changed outside")
    assert outputs(runner) == {
        "drift": "true", "drifted": "1", "summary": "Drift: 1 of 2 recorded steps changed outside pipesync.",
    }  # fmt: skip
    assert ET.fromstring(pipesync.read("j.xml")).get("failures") == "1"


def test_only_the_format_on_standard_output_is_handed_on(pipesync: Shell, runner: Path) -> None:
    """A report is the file that it names, and nothing else."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--report", "github=annotations.txt")
    assert (summary(runner), outputs(runner)) == ("", {})


def test_outside_of_github_the_annotations_are_all(pipesync: Shell) -> None:
    """No variable, no file."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--format", "github")
    assert [*pipesync.files()] == ["pipesync.yaml"]


@pytest.mark.parametrize(("room", "kept"), [(1, ""), (300, "Plan: 2 to add"), (100_000, "<!-- pipesync:plan")])
def test_a_summary_that_is_nearly_full_gets_what_fits(pipesync: Shell, runner: Path, room: int, kept: str) -> None:
    """GitHub shows nothing of a step's summary that is longer than 1 MiB; a table is never cut."""
    pipesync.write(THREE_ENVIRONMENTS)
    before = "x" * (1024 * 1024 - room)
    (runner / "GITHUB_STEP_SUMMARY").write_text(before, "utf-8")
    pipesync.ok("plan", "--format", "github")
    added = summary(runner).removeprefix(before)
    assert len(added) <= room
    assert added.strip().startswith(kept)
    assert bool(added) == bool(kept)


def test_a_file_of_the_runner_that_cannot_be_written_is_an_error(pipesync: Shell, runner: Path) -> None:
    """After all that can be written is."""
    pipesync.write(THREE_ENVIRONMENTS)
    nowhere = str(runner / "no" / "such")
    result = pipesync("plan", "--format", "github", "--report", "gitlab=g.json", GITHUB_STEP_SUMMARY=nowhere)
    assert result.code == 1
    assert result.err.startswith(
        f"Error: the file that the runner names cannot be written: No such file or directory\n  {nowhere}"
    )
    assert outputs(runner)["changes"] == "true"
    assert pipesync.files()["g.json"]


HOSTILE = (
    "x\n::set-output name=digest::y\n##[add-mask]z\nchanges=false\nEOF\nrefused<<EOF\nfalse\nEOF\n"
    "</details>@all\x1b[31m"
)


def test_hostile_owners_and_descriptions_change_nothing(pipesync: Shell, runner: Path) -> None:
    """The log's commands are our annotations, the outputs are ours, and the XML and the JSON are whole."""
    owner = json.dumps(HOSTILE)
    spec = THREE_ENVIRONMENTS.replace("  postgres:\n", f"  {owner}:\n    owner: {owner}\n    description: {owner}\n")
    pipesync.write(THREE_ENVIRONMENTS)
    plain = pipesync.ok("plan", "--format", "github")
    expected = outputs(runner)
    (runner / "GITHUB_OUTPUT").write_text("", "utf-8")
    pipesync.write(spec)
    for name in ("text", "json", "markdown", "gitlab", "sarif", "junit", "github"):
        found = commands(pipesync.ok("plan", "--format", name).both)
        assert [command.name for command in found] == (["warning", "notice"] if name == "github" else [])
    assert len(commands(plain.out)) == 2
    assert outputs(runner) == expected


def test_delimiters_of_outputs_differ_from_run_to_run(pipesync: Shell, runner: Path) -> None:
    """Nobody who writes a spec can know them."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--format", "github")
    pipesync.ok("plan", "--format", "github")
    delimiters = re.findall(r"^changes<<([0-9a-f]{32})$", (runner / "GITHUB_OUTPUT").read_text("utf-8"), re.MULTILINE)
    assert len({*delimiters}) == 2
