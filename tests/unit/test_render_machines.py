"""What each rendering for machines holds, and how much of it; whole outputs stand in the goldens."""

import json
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree as ET

import pytest

from pipesync.errors import Problem, SpecError
from pipesync.model import Origin
from pipesync.outcome import Outcome
from pipesync.plan import Effect, EffectCode, Plan, Update
from pipesync.render import render_outcome, render_plan, render_spec
from pipesync.render.machines.reports import plan_outputs
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import CHECKS, entry
from pipesync.render.machines.spec_reports import spec_outputs
from pipesync.risk import RULES as RISKS
from pipesync.risk import Level
from pipesync.rules import Rule as BrokenRule
from tests.large_plans import large
from tests.reported import BROKEN, VALID, many
from tests.runners import commands
from tests.saved_plans import CHANGES, PLAN

CORPUS = Path(__file__).parent / "goldens"


def failures(junit: str) -> dict[str | None, str | None]:
    """The failed cases by name, each with its failure's message."""
    cases = ET.fromstring(junit).iter("testcase")
    return {case.get("name"): found.get("message") for case in cases if (found := case.find("failure")) is not None}


def test_annotations_are_ten_of_a_kind_and_then_a_count() -> None:
    """GitHub drops what is more, without a word."""
    lines = render_plan(many(30), "github").splitlines()
    kinds = [command.name for command in commands("\n".join(lines))]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert lines[30] == (
        "Not annotated, for GitHub shows 10 of a kind: 20 more errors, 80 more warnings, 110 more notices."
    )


def test_the_gravest_is_told_first() -> None:
    """Where only ten warnings are shown, a lost gate is among them."""
    lost = PLAN.changes[4].model_copy(update={"impact": (Effect(code=EffectCode.GATE_LOST, message="no gate"),)})
    plan = many(30, changes=(*PLAN.changes, lost.model_copy(update={"address": "prod/lost"})))
    warnings = [command for command in commands(render_plan(plan, "github")) if command.name == "warning"]
    assert [command.data.partition("\n")[0] for command in warnings[:2]] == [
        "prod/lost will be destroyed", "there is no service prod/a",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [*get_args(BrokenRule), *(rule.code for rule in RISKS if rule.level is not Level.LOW)])
def test_each_code_has_a_title_and_says_what_to_do(code: str) -> None:
    """A reader of an alert is told more than its code."""
    assert entry(code).help != entry("unheard_of").help
    assert entry(code).check in CHECKS


def test_a_code_of_a_newer_plan_is_told_in_its_own_words() -> None:
    """It is a check of its own."""
    finding = PLAN.warnings[0].model_copy(update={"code": "phase_of_the_moon", "address": None, "message": "too short"})
    junit = render_plan(PLAN.model_copy(update={"errors": (finding,)}), "junit")
    assert failures(junit) == {"phase of the moon: too short": "too short"}


def test_an_annotation_stands_at_its_line_of_the_repository() -> None:
    """With a heading, and the sentence of the finding."""
    first = render_plan(PLAN, "github", repository=Repository("/w/repo", "/w/repo/infra")).splitlines()[0]
    assert first == (
        "::warning file=infra/pipesync.yaml,line=12,col=9,title=A service does not exist::there is no service prod/a"
    )


def test_annotations_of_a_spec_are_its_problems() -> None:
    """Each at its line; then the sentence that `validate` ends with."""
    assert render_spec(BROKEN, "github") == (
        "::error file=a.yaml,line=2,col=3,title=The spec's shape::unknown key 'stagse', did you mean 'stages'?\n"
        "::error file=a.yaml,line=9,col=7,title=One of Aiven's rules::eu/pg cannot be its own source\n"
        "The configuration is not valid: 2 problems (1 of the file's shape, 1 of Aiven's rules).\n"
    )
    assert render_spec(VALID, "github") == (
        "Success! The configuration is valid. 0 upgrade steps, 0 pipelines, 2 files.\n"
    )


def test_a_spec_on_standard_input_has_no_file_to_annotate() -> None:
    """The annotation stands on the run's page alone."""
    error = SpecError([Problem(Origin("-", 2, 3), "shape", "unknown key 'x'")])
    assert commands(render_spec(error, "github"))[0].properties == (("title", "The spec's shape"),)


def test_errors_and_refusals_fail_and_warnings_do_not() -> None:
    """A refused plan fails the checks that it is refused by; what passed is told as well."""
    plan = Plan.model_validate_json((CORPUS / "plan/refused.json").read_text("utf-8"))
    junit = render_plan(plan, "junit")
    assert [*failures(junit)] == [
        "services: us-prod/pg-users", "protection: eu-prod/pg-prod", "conflicts: ap-prod/pg-prod",
    ]  # fmt: skip
    warned = failures(render_plan(plan.model_copy(update={"errors": (), "refusals": ()}), "junit"))
    assert warned == {}
    names = [case.get("name") for case in ET.fromstring(junit).iter("testcase")]
    assert {"Aiven's rules", "adoption", "brake", "gates"} <= {*names}


def test_two_cases_of_one_name_get_numbers() -> None:
    """GitLab and Jenkins would show one of them."""
    twice = PLAN.model_copy(update={"errors": (PLAN.warnings[0],) * 2})
    assert [*failures(render_plan(twice, "junit"))] == ["services: prod/a", "services: prod/a (2)"]


def test_problems_of_a_spec_are_failed_cases_at_their_lines() -> None:
    """A valid spec is a passed case for each file, and one for Aiven's rules."""
    broken = ET.fromstring(render_spec(BROKEN, "junit")).iter("testcase")
    assert [(case.get("file"), case.get("line")) for case in broken] == [("a.yaml", "2"), ("a.yaml", "9")]
    valid = ET.fromstring(render_spec(VALID, "junit"))
    assert [case.get("name") for case in valid.iter("testcase")] == ["shape: a.yaml", "shape: b.yaml", "Aiven's rules"]
    assert valid.get("failures") == "0"


def test_an_outcome_has_a_case_for_each_change() -> None:
    """Made, failed, or skipped."""
    outcome = Outcome.model_validate_json((CORPUS / "outcome/failed.json").read_text("utf-8"))
    suite = ET.fromstring(render_outcome(outcome, "junit"))
    changes = len(outcome.done) + len(outcome.already_done) + len(outcome.failed) + len(outcome.not_attempted)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (
        str(changes + 1), str(len(outcome.failed)), str(len(outcome.not_attempted)),
    )  # fmt: skip


def test_gitlabs_numbers_are_terraforms() -> None:
    """A replace creates and deletes; an import with another delay is an update, one without is nothing."""
    numbers = json.loads(render_plan(PLAN, "gitlab"))
    assert numbers == {"create": 2, "update": 1, "delete": 2}
    slower = CHANGES[1].model_copy(update={"after": CHANGES[2].after})
    imported = PLAN.model_copy(update={"changes": (slower,)})
    assert json.loads(render_plan(imported, "gitlab")) == {"create": 0, "update": 1, "delete": 0}


def test_outputs_of_a_plan_are_the_numbers_that_it_shows() -> None:
    """`destroys` is what --allow-destroy wants to hear."""
    assert plan_outputs(
        PLAN.model_copy(update={"context": {"risk": {"level": "high", "rule": "gate_lost", "changes": {}}}})
    ) == {
        "changes": "true",
        "create": "1",
        "update": "1",
        "replace": "1",
        "delete": "1",
        "import": "1",
        "forget": "1",
        "destroys": "3",
        "risk": "high",
        "digest": PLAN.digest,
        "refused": "false",
        "summary": "Plan: 1 to import, 2 to add, 1 to change, 2 to destroy, 1 to forget.",
    }


@pytest.mark.parametrize(
    "risk", [None, "high", {}, {"level": "high", "rule": "x", "changes": {}}, {"rule": []}], ids=repr
)
def test_a_plan_that_does_not_tell_its_risk_has_an_unknown_one(risk: Any) -> None:
    """Whatever an edited plan file holds there."""
    assert plan_outputs(PLAN.model_copy(update={"context": {"risk": risk}}))["risk"] == "unknown"


def test_outputs_of_a_spec_are_whether_it_is_valid() -> None:
    """And how many problems it has."""
    assert spec_outputs(VALID)["valid"] == "true"
    assert (spec_outputs(BROKEN)["valid"], spec_outputs(BROKEN)["problems"]) == ("false", "2")


def test_what_changes_is_told_as_before_and_after() -> None:
    """With an arrow, as in text."""
    text = render_plan(large(1, kinds=(Update,)), "github")
    assert "changed in the spec: from dev-0/pg-orders-00000, 7 days -> from dev-0/pg-orders-00000, 14 days" in text
