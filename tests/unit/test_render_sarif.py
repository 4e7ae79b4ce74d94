"""SARIF: what code scanning requires of it, where results stand, and how they are known again."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipesync.errors import Problem, SpecError
from pipesync.model import Origin, Spec
from pipesync.plan import Finding, Place, Plan
from pipesync.render import render_plan, render_spec
from pipesync.render.machines.repository import Repository
from tests.reported import BROKEN, VALID, many
from tests.sarif import faults, the_run
from tests.saved_plans import PLAN

CORPUS = Path(__file__).parent / "goldens"


def sarif(plan: Plan, repository: Repository | None = None) -> Any:
    return json.loads(render_plan(plan, "sarif", repository=repository))


@pytest.mark.parametrize("case", sorted(CORPUS.glob("plan/*.sarif")), ids=lambda case: case.stem)
def test_sarif_is_as_its_schema_and_code_scanning_want_it(case: Path) -> None:
    """Every plan of the corpus, without results or with many."""
    assert faults(json.loads(case.read_text("utf-8"))) == []


@pytest.mark.parametrize("result", [VALID, BROKEN], ids=["valid", "broken"])
def test_sarif_of_a_spec_is_as_its_schema_wants_it(result: Spec | SpecError) -> None:
    """A spec without problems has no results, and clears what was reported before."""
    log = json.loads(render_spec(result, "sarif"))
    assert faults(log) == []
    assert len(the_run(log)["results"]) == (2 if result is BROKEN else 0)


def test_sarif_keeps_the_worst_5000_results() -> None:
    """Code scanning keeps as many, so errors come first, and how much is left out is told."""
    log = sarif(many(4_000))
    results = the_run(log)["results"]
    assert faults(log) == []
    assert [result["level"] for result in results] == ["error"] * 4_000 + ["warning"] * 1_000
    told = the_run(log)["invocations"][0]["toolExecutionNotifications"]
    assert told == [{"level": "warning", "message": {"text": "11000 more results were left out."}}]


def test_a_result_keeps_its_fingerprint_when_its_line_moves() -> None:
    """So code scanning knows an alert again that it has shown before; two results of one kind differ."""
    moved = PLAN.model_copy(update={"warnings": (_finding("a", 12), _finding("b", 13))})
    later = PLAN.model_copy(update={"warnings": (_finding("a", 120), _finding("c", 130))})
    first, second = ([_mark(result) for result in the_run(sarif(plan))["results"]] for plan in (moved, later))
    assert first[0] == second[0]
    assert len({*first, *second}) == 5  # a, b, c, and the two dangerous changes


def _finding(address: str, line: int) -> Finding:
    place = Place(file="pipesync.yaml", line=line, column=9)
    return Finding(code="service_missing", address=address, message=f"line {line}", origin=place)


def _mark(result: Any) -> str:
    return str(result["partialFingerprints"]["primaryLocationLineHash"])


def test_what_has_no_line_stands_at_the_first_file() -> None:
    """A destroyed step is no longer in the spec, and code scanning refuses results without a place."""
    for files, expected in (
        (("team/a.yaml", "b.yaml"), "team/a.yaml"),
        (("-", "b.yaml"), "b.yaml"),
        (("-",), "pipesync.yaml"),
    ):
        log = sarif(PLAN.model_copy(update={"files": files}))
        places = [result["locations"][0]["physicalLocation"] for result in the_run(log)["results"]]
        assert places[-1] == {"artifactLocation": {"uri": expected}, "region": {"startLine": 1}}


def test_a_spec_on_standard_input_keeps_its_lines() -> None:
    """Its name is the one that it was given by."""
    error = SpecError([Problem(Origin("-", 2, 3), "shape", "unknown key 'x'")])
    log = json.loads(render_spec(error, "sarif", repository=Repository("/w/repo", "/w/repo/infra")))
    assert faults(log) == []
    assert the_run(log)["results"][0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "-"},
        "region": {"startLine": 2, "startColumn": 3},
    }


@pytest.mark.parametrize(
    ("file", "root", "here", "uri"),
    [
        ("pipesync.yaml", "", "", "pipesync.yaml"),
        ("pipesync.yaml", "/w/repo", "/w/repo", "pipesync.yaml"),
        ("pipesync.yaml", "/w/repo", "/w/repo/infra", "infra/pipesync.yaml"),
        ("../teams/a b.yaml", "/w/repo", "/w/repo/infra", "teams/a%20b.yaml"),
        ("/w/repo/infra/a.yaml", "/w/repo", "/w/repo", "infra/a.yaml"),
        ("/etc/a.yaml", "/w/repo", "/w/repo", "file:///etc/a.yaml"),
        ("c:x.yaml", "", "", "c%3Ax.yaml"),
    ],
)
def test_files_are_named_as_the_repository_names_them(file: str, root: str, here: str, uri: str) -> None:
    """Wherever in the repository the command ran, the forge finds the line; an address is percent-encoded."""
    plan = PLAN.model_copy(update={"warnings": (_finding("a", 12).model_copy(update={"origin": _place(file)}),)})
    result = the_run(sarif(plan, Repository(root, here)))["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def _place(file: str) -> Place:
    return Place(file=file, line=12, column=9)
