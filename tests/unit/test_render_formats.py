"""Which formats there are, and what holds for each."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import BaseModel

from pipesync import render
from pipesync.drift import DriftReport
from pipesync.errors import Problem, SpecError
from pipesync.forecast import Forecast
from pipesync.model import DesiredStep, Limits, Origin, ServiceRef, Spec, UpgradeStep
from pipesync.outcome import Outcome
from pipesync.picture import of_spec
from pipesync.plan import Plan
from pipesync.render.markdown import templates
from pipesync.state import RecordedStep, State, StepValues
from pipesync.status import StatusReport

Stored = TypeVar("Stored", bound=BaseModel)

CORPUS = Path(__file__).parent / "goldens"


def origin(line: int, file: str = "pipesync.yaml") -> Origin:
    return Origin(file, line, 7)


def desired(destination: str, line: int, pipeline: str | None = None, *, manage: bool = True) -> DesiredStep:
    step = UpgradeStep(ServiceRef("dev", "pg"), ServiceRef.parse(destination), 7)
    return DesiredStep(step=step, origin=origin(line), pipeline=pipeline, manage=manage)


SPEC = Spec(
    organization="org1",
    limits=Limits(2),
    steps=(desired("eu/pg", 3, "orders"), desired("us/pg", 4, "orders"), desired("ap/pg", 9, manage=False)),
    files=("pipesync.yaml", "pipelines/a.yaml"),
    digest="sha256:" + "1" * 64,
)
ERROR = SpecError(
    [
        Problem(origin(9), "rule", "eu/pg cannot be its own source"),
        Problem(origin(2), "shape", "unknown key 'stagse'; did you mean 'stages'?"),
    ]
)


VALUES: dict[str, Callable[[str], str]] = {
    "PLAN_FORMATS": lambda form: render.render_plan(stored(Plan, "plan/mixed.json"), form),
    "DRIFT_FORMATS": lambda form: render.render_drift(stored(DriftReport, "drift/drifted.json"), form),
    "OUTCOME_FORMATS": lambda form: render.render_outcome(stored(Outcome, "outcome/failed.json"), form),
    "STATE_FORMATS": lambda form: render.render_state(stored(State, "state/recorded.json"), form),
    "STATUS_FORMATS": lambda form: render.render_status(stored(StatusReport, "status/chain.json"), form),
    "FORECAST_FORMATS": lambda form: render.render_forecast(stored(Forecast, "forecast/many.json"), form),
    "SPEC_FORMATS": lambda form: render.render_spec(ERROR, form),
    "PICTURE_FORMATS": lambda form: render.render_picture(of_spec(SPEC), form),
}
"""A rendering of some value of each kind."""


def stored(kind: type[Stored], name: str) -> Stored:
    return kind.model_validate_json((CORPUS / name).read_text("utf-8"))


def test_every_kind_has_the_formats_that_are_offered_for_it() -> None:
    """The command line offers what these tuples hold, and each of them is another text; there is no further one."""
    assert {name for name in render.__all__ if name.endswith("_FORMATS")} == {*VALUES}
    every = {form for name in VALUES for form in getattr(render, name)}
    for name, rendering in VALUES.items():
        offered = getattr(render, name)
        assert len({rendering(form) for form in offered}) == len(offered)
        for form in {*every, "", "Text"} - {*offered}:
            with pytest.raises(KeyError):
                rendering(form)


def test_every_kind_has_the_three_formats() -> None:
    """Whatever is asked for, people and machines can read it; what apply hands out, a refused plan has too."""
    for kind in (name for name in render.__all__ if name.endswith("_FORMATS")):
        assert {"text", "markdown"} <= {*getattr(render, kind)}
        assert "json" in getattr(render, kind) or kind == "PICTURE_FORMATS"
    assert {*render.OUTCOME_FORMATS} <= {*render.PLAN_FORMATS}


def test_the_names_of_the_formats_cost_nothing() -> None:
    """The command line's help does not pay for what it names."""
    script = "import sys; from pipesync.render import PLAN_FORMATS, SPEC_FORMATS; print('pydantic' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"


def test_json_is_the_value_itself() -> None:
    """A plan, a drift report, an outcome and a state are read back from their JSON as they were."""
    plan = Plan.model_validate_json((CORPUS / "plan/hostile.json").read_text("utf-8"))
    report = DriftReport.model_validate_json((CORPUS / "drift/drifted.json").read_text("utf-8"))
    outcome = Outcome.model_validate_json((CORPUS / "outcome/failed.json").read_text("utf-8"))
    state = State.model_validate_json((CORPUS / "state/recorded.json").read_text("utf-8"))
    assert Plan.model_validate_json(render.render_plan(plan, "json")) == plan
    assert DriftReport.model_validate_json(render.render_drift(report, "json")) == report
    assert Outcome.model_validate_json(render.render_outcome(outcome, "json")) == outcome
    assert State.model_validate_json(render.render_state(state, "json")) == state


def test_a_plan_file_is_named_where_there_is_one() -> None:
    """Who reads the rendering knows which file holds the plan."""
    plan = Plan.model_validate_json((CORPUS / "plan/create_all.json").read_text("utf-8"))
    assert "\nPlan file: out/plan.json\n" in render.render_plan(plan, "text", plan_file="out/plan.json")
    assert "\npipesync apply out/plan.json --expect sha256:" in render.render_plan(
        plan, "markdown", plan_file="out/plan.json"
    )


@pytest.mark.parametrize("case", sorted(CORPUS.glob("plan/*.json")), ids=lambda case: case.stem)
def test_colour_adds_codes_and_nothing_else(case: Path) -> None:
    """Without its colour codes, the coloured text is the plain one."""
    plan = Plan.model_validate_json(case.read_text("utf-8"))
    coloured = render.render_plan(plan, "text", color=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == render.render_plan(plan, "text")


def test_text_and_json_do_without_jinja2() -> None:
    """The start of the common commands does not pay for the templates."""
    script = (
        "import sys\n"
        "from pipesync.plan import Plan\n"
        "from pipesync.render import render_plan\n"
        "plan = Plan.model_validate_json(open(sys.argv[1], encoding='utf-8').read())\n"
        "for form in ('text', 'json', 'markdown'):\n"
        "    render_plan(plan, form)\n"
        "    print(form, 'jinja2' in sys.modules)\n"
    )
    command = [sys.executable, "-c", script, str(CORPUS / "plan/mixed.json")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout == "text False\njson False\nmarkdown True\n"


def test_a_template_cannot_print_what_passed_no_escape() -> None:
    """A forgotten filter is an error, not an injection."""
    template = templates.environment().from_string("{{ foreign }}")
    with pytest.raises(TypeError, match="passed no escape"):
        template.render(foreign="@everyone")


def test_a_valid_spec_is_one_line() -> None:
    """How much there is, in Terraform's manner."""
    assert render.render_spec(SPEC, "text") == (
        "Success! The configuration is valid. 3 upgrade steps, 1 pipeline, 1 outside any pipeline, "
        "1 left alone (manage: false), 2 files.\n"
    )
    assert render.render_spec(SPEC, "markdown") == (
        "<!-- pipesync:validation -->\n\n## Success! The configuration is valid.\n\n"
        "3 upgrade steps, 1 pipeline, 1 outside any pipeline, 1 left alone (manage: false), 2 files.\n"
    )


def test_a_valid_spec_in_json() -> None:
    """A machine reads what was validated, and its digest."""
    assert json.loads(render.render_spec(SPEC, "json")) == {
        "format": "pipesync.validation",
        "format_version": "1.0",
        "valid": True,
        "organization": "org1",
        "files": ["pipesync.yaml", "pipelines/a.yaml"],
        "steps": 3,
        "spec": "sha256:" + "1" * 64,
        "problems": [],
        "remarks": [],
    }


def test_all_problems_of_a_spec_stand_where_they_are() -> None:
    """One line a problem, as compilers write them, in the order of the files."""
    assert render.render_spec(ERROR, "text") == (
        "pipesync.yaml:2:7: shape: unknown key 'stagse'; did you mean 'stages'?\n"
        "pipesync.yaml:9:7: rule: eu/pg cannot be its own source\n"
        "\n"
        "The configuration is not valid: 2 problems (1 of the file's shape, 1 of Aiven's rules).\n"
    )


def test_all_problems_of_a_spec_in_markdown() -> None:
    """The same as a table."""
    assert render.render_spec(ERROR, "markdown") == (
        "<!-- pipesync:validation -->\n"
        "\n"
        "## The configuration is not valid: 2 problems (1 of the file's shape, 1 of Aiven's rules).\n"
        "\n"
        "| Where | Kind | Problem |\n"
        "| --- | --- | --- |\n"
        "| `pipesync.yaml:2:7` | shape | unknown key `'stagse'`; did you mean `'stages'?` |\n"
        "| `pipesync.yaml:9:7` | rule | `eu/pg` cannot be its own source |\n"
    )


def test_all_problems_of_a_spec_in_json() -> None:
    """Each with its kind and its place, for editors and CI."""
    assert json.loads(render.render_spec(ERROR, "json"))["problems"] == [
        {
            "kind": "shape",
            "level": "error",
            "message": "unknown key 'stagse'; did you mean 'stages'?",
            "origin": {"file": "pipesync.yaml", "line": 2, "column": 7},
        },
        {
            "kind": "rule",
            "level": "error",
            "message": "eu/pg cannot be its own source",
            "origin": {"file": "pipesync.yaml", "line": 9, "column": 7},
        },
    ]


@pytest.mark.parametrize(("line", "count"), [(1, "1 problem (1 of Aiven's rules)"), (2, "2 problems (2 of Aiven's")])
def test_only_the_kinds_that_occur_are_counted(line: int, count: str) -> None:
    """A spec whose shape is right is not told about shapes."""
    problems = [Problem(origin(number), "rule", "a cycle") for number in range(line)]
    assert count in render.render_spec(SpecError(problems), "text")


RECORDED = RecordedStep(
    step_id="a1",
    source=ServiceRef("dev", "pg"),
    destination=ServiceRef("eu", "pg"),
    auto_validation_delay_days=7,
    protect=True,
    pipeline=None,
)


def test_the_addresses_of_a_state_are_a_sorted_list() -> None:
    """One address a line, ready for a shell; nothing for an empty state."""
    other = RECORDED.model_copy(update={"destination": ServiceRef("ap", "p g")})
    state = State.new(None, "https://api.aiven.io")
    assert render.addresses(state.next(steps=(RECORDED, other))) == "ap/p\\x20g\neu/pg\n"
    assert render.addresses(state) == ""


def test_one_recorded_step_shows_all_that_is_recorded() -> None:
    """An attribute a line, in the API's words."""
    assert render.render_step(RECORDED) == (
        "# eu/pg\n"
        "    source                     = dev/pg\n"
        "    destination                = eu/pg\n"
        "    auto_validation_delay_days = 7\n"
        "    protect                    = true\n"
        "    step_id                    = a1\n"
    )


@pytest.mark.parametrize(
    ("before", "line"),
    [(StepValues.of(RECORDED.step, protect=False), "destroy eu/pg (from dev/pg, 7 days)"), (None, "destroy")],
)
def test_a_pending_change_shows_the_step_it_is_about(before: StepValues | None, line: str) -> None:
    """What an interrupted run was about to destroy is told, as far as the state tells it."""
    state = State.model_validate_json((CORPUS / "state/recorded.json").read_text("utf-8"))
    delete = state.pending[0].model_copy(update={"action": "delete", "before": before, "after": None})
    rendered = render.render_state(state.model_copy(update={"pending": (delete,)}), "text")
    assert f"\n  {line}\n" in rendered
