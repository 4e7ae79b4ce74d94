"""The formats that CI services read: on standard output, and as reports."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.cli.shell import DEV, PROD, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.runners import commands
from tests.sarif import faults, the_run

BROKEN = THREE_ENVIRONMENTS.replace("stages", "stagse")


def test_one_plan_is_reported_to_every_service(pipesync: Shell, api: Api) -> None:
    """From one read: numbers for GitLab, SARIF for code scanning, test cases, annotations."""
    pipesync.write(THREE_ENVIRONMENTS)
    names = ("gitlab", "sarif", "junit", "github", "markdown")
    flags = [part for name in names for part in ("--report", f"{name}=out.{name}")]
    result = pipesync.ok("plan", "--format", "json", *flags)
    assert json.loads(pipesync.read("out.gitlab")) == {"create": 2, "update": 0, "delete": 0}
    assert faults(json.loads(pipesync.read("out.sarif"))) == []
    assert ET.fromstring(pipesync.read("out.junit")).get("failures") == "0"
    assert [command.name for command in commands(pipesync.read("out.github"))] == ["warning", "notice"]
    assert json.loads(result.out)["summary"]["create"] == 2
    assert len([request for request in api.requests() if request.endswith("/steps")]) == 1


def test_quiet_prints_data_all_the_same(pipesync: Shell) -> None:
    """`-q` is for progress; a rendering is what was asked for."""
    pipesync.write(THREE_ENVIRONMENTS)
    for name in ("text", "gitlab", "sarif", "junit", "github"):
        loud, quiet = pipesync.ok("plan", "--format", name), pipesync.ok("plan", "-q", "--format", name)
        assert quiet.out == loud.out != ""


def test_a_refused_plan_is_reported_with_what_refuses_it(pipesync: Shell) -> None:
    """A failed test case, an error annotation, a result of the level error; and code 3."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}, protect: true"))
    pipesync.write(spec_of())
    result = pipesync("plan", "--format", "github", "--report", "junit=j.xml", "--report", "sarif=s.sarif")
    assert result.code == 3
    assert [command.name for command in commands(result.out)][:1] == ["error"]
    assert f"{PROD} is protected" in result.out
    failures = [case.get("message") for case in ET.fromstring(pipesync.read("j.xml")).iter("failure")]
    assert [PROD in (failure or "") for failure in failures] == [True]
    assert the_run(json.loads(pipesync.read("s.sarif")))["results"][0]["level"] == "error"


def test_problems_of_a_spec_are_reported_at_their_places(pipesync: Shell) -> None:
    """`validate` has code 1, and a result, a failed case or an annotation for each problem."""
    pipesync.write(BROKEN)
    result = pipesync("validate", "--format", "sarif", "--report", "junit=j.xml", "--report", "github=g.txt")
    assert result.code == 1
    region = the_run(json.loads(result.out))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 5}
    assert ET.fromstring(pipesync.read("j.xml")).get("failures") == "1"
    assert pipesync.read("g.txt").startswith("::error file=pipesync.yaml,line=5,col=5,title=The spec's shape::")


def test_a_spec_that_cannot_be_planned_is_told_at_its_lines(pipesync: Shell, api: Api) -> None:
    """To whom reads problems; a report that only a plan has is not written, and nobody is asked."""
    pipesync.write(BROKEN)
    flags = [part for name in ("sarif", "junit", "gitlab", "json") for part in ("--report", f"{name}=out.{name}")]
    result = pipesync("plan", "--format", "github", *flags)
    assert (result.code, api.requests()) == (1, [])
    assert result.out.startswith("::error file=pipesync.yaml,line=5,col=5,title=The spec's shape::")
    assert "Error: the spec has 1 problem" in result.err
    assert {*pipesync.files()} == {"pipesync.yaml", "out.sarif", "out.junit"}
    assert pipesync("plan").out == ""
    assert pipesync("apply", "--report", "junit=apply.xml").code == 1
    assert ET.fromstring(pipesync.read("apply.xml")).get("failures") == "1"


def test_problems_are_not_written_over_the_spec(pipesync: Shell) -> None:
    """A file that was read is no place for a report."""
    pipesync.write(BROKEN)
    assert pipesync("plan", "--report", "junit=pipesync.yaml").code == 64
    assert pipesync.read("pipesync.yaml") == BROKEN


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"])
def test_files_are_named_from_the_repositorys_root(
    pipesync: Shell, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A command that runs in a folder of the repository names files as the forge knows them."""
    pipesync.write(BROKEN, "infra/pipesync.yaml")
    monkeypatch.chdir(pipesync.folder / "infra")
    result = pipesync("validate", "--format", "github", **{variable: str(pipesync.folder)})
    assert "::error file=infra/pipesync.yaml,line=5," in result.out
    elsewhere = pipesync("validate", "--format", "github", **{variable: str(pipesync.folder / "other")})
    assert "::error file=pipesync.yaml,line=5," in elsewhere.out


@pytest.mark.parametrize("flags", [("--format", "sarif"), ("--report", "gitlab=x")], ids=" ".join)
def test_the_state_has_no_formats_of_plans(pipesync: Shell, flags: tuple[str, ...]) -> None:
    """`show` without a plan says which formats the state has."""
    pipesync.apply(THREE_ENVIRONMENTS)
    result = pipesync("show", *flags)
    assert (result.code, result.out) == (64, "")
    assert f"the state has no format '{flags[1].partition('=')[0]}', only text, json, markdown" in result.err


def test_apply_reports_its_outcome(pipesync: Shell, api: Api) -> None:
    """A case for each change; a failed one is an error at its line."""
    api.fault(method="POST", path="*/steps", status=400, error_code="bad_request")
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", "--auto-approve", "--report", "junit=j.xml", "--report", "github=g.txt")
    assert result.code == 1
    suite = ET.fromstring(pipesync.read("j.xml"))
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "1")
    assert pipesync.read("g.txt").startswith("::error file=pipesync.yaml,line=")


def test_apply_reports_a_refused_plan(pipesync: Shell, api: Api) -> None:
    """In each format that an outcome has as well."""
    api.insert("dev-project/kafka-dev", PROD)
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", "--auto-approve", "--report", "junit=j.xml", "--report", "github=g.txt")
    assert result.code == 3
    assert ET.fromstring(pipesync.read("j.xml")).get("name") == "pipesync plan"
    assert "::error file=pipesync.yaml" in pipesync.read("g.txt")
    wrong: Any = pipesync("apply", "--report", "sarif=s.sarif")
    assert (wrong.code, "a format of text, json, markdown, junit, github" in wrong.err) == (64, True)


STRICT = 'version: 1\nleast_delay:\n  - {destinations: "prod-*", auto_validation_delay_days: 14, level: LEVEL}\n'


@pytest.mark.parametrize("command", ["validate", "plan"])
def test_a_breach_of_the_policy_is_a_problem_like_others(pipesync: Shell, command: str) -> None:
    """An annotation, a result and a failed case at the spec's line, with the policy's; a warning fails no case."""
    pipesync.write(THREE_ENVIRONMENTS)
    reports = ("--format", "github", "--report", "junit=j.xml", "--report", "sarif=s.sarif")
    for level, failures in (("error", "1"), ("warning", "0")):
        pipesync.write(STRICT.replace("LEVEL", level), "pipesync.policy.yaml")
        result = pipesync(command, *reports)
        told = next(each for each in commands(result.out) if "asks for at least 14" in each.data)
        assert (told.name, dict(told.properties)["file"]) == (level, "pipesync.yaml")
        assert "the policy's rule is at pipesync.policy.yaml:3:5" in told.data
        assert ET.fromstring(pipesync.read("j.xml")).get("failures") == failures
        found = the_run(json.loads(pipesync.read("s.sarif")))["results"]
        assert [each["level"] for each in found if "asks for at least 14" in each["message"]["text"]] == [level]
