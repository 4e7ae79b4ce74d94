"""What a plan says is said by each rendering for people: in text, in Markdown, and on the page."""

import html
import re

import pytest

from pipesync import risk
from pipesync.blast import BlastRadius
from pipesync.model import Setting
from pipesync.plan import (
    Base,
    Brake,
    Effect,
    EffectCode,
    Finding,
    JudgedBy,
    LinesChanged,
    Options,
    Place,
    Plan,
    SetBy,
    Unmanaged,
)
from pipesync.render import render_plan
from tests.saved_plans import PLAN, values


def place(line: int) -> Place:
    return Place(file="team.yaml", line=line, column=3)


MOVING = {
    "prod/e": (
        Effect(code=EffectCode.LAST_VALIDATION, message="the last validation was made by a person on 2026-11-01"),
    ),
    "prod/d": (Effect(code=EffectCode.WINDOW_NEAR, message="the window of prod/d opens in 3 hours"),),
    "prod/a": (Effect(code=EffectCode.GATE_VOID, message="dev/pg is powered off: the gate of prod/a is void"),),
}
IMPACT = {
    "prod/a": Effect(code=EffectCode.GATE_GAINED, message="prod/a gains a gate"),
    "prod/c": Effect(code=EffectCode.DELAY_LONGER, message="the delay of prod/c gets longer: 9 days instead of 7"),
    "prod/d": Effect(code=EffectCode.RESEEDED, message="what is validated on staging/pg may reach prod/d at once"),
    "prod/e": Effect(code=EffectCode.GATE_LOST, message="prod/e loses its gate"),
}
SET_BY = {
    "prod/a": SetBy(level=Setting.STAGE, place=place(41)),
    "prod/c": SetBy(level=Setting.PROJECTS, place=place(42)),
    "prod/d": SetBy(level=Setting.BUILT_IN, place=None),
}
CHANGES = tuple(
    change.model_copy(
        update={
            "pipeline": f"pipeline-{change.action}",
            "owner": f"owner-{change.action}",
            "origin": place(11 + number),
            "impact": (IMPACT[change.address],) if change.address in IMPACT else (),
            **({"delay_set_by": SET_BY[change.address]} if change.address in SET_BY else {}),
            **({"after": values("d", source="staging", delay=9)} if change.address == "prod/d" else {}),
        }
    )
    for number, change in enumerate(PLAN.changes)
)
EVERYTHING = PLAN.model_copy(
    update={
        "changes": CHANGES,
        "commit": "4f1c2d9e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e",
        "policy": JudgedBy(file="platform.policy.yaml", digest="sha256:" + "d" * 64),
        "kept": tuple(
            change.model_copy(update={"pipeline": "pipeline-kept", "owner": "owner-kept", "origin": place(31)})
            for change in PLAN.kept
        ),
        "unmanaged_by_spec": (
            Unmanaged(address="prod/y", live=values("y", step_id="9"), pipeline="pipeline-alone", origin=place(32)),
        ),
        "warnings": (
            Finding(
                code="policy_least_delay", address="prod/a", message="least is 30 days", next="wait longer",
                origin=place(33), policy=Place(file="platform.policy.yaml", line=34, column=5),
            ),
            Finding(code="stale_branch", message="this branch lacks the commit last applied"),
        ),
        "brake": Brake(destroys=6, recorded=7),
        "blast_radius": BlastRadius(
            steps=6, of_steps=66, pipelines=("pipeline-create", "pipeline-delete"), of_pipelines=88,
            owners=("owner-create", "owner-left"),
        ),
        "lines_changed": LinesChanged(lines=123, files=4, since="4f1c2d9"),
        "context": {
            "impact": {at: [each.model_dump(mode="json") for each in effects] for at, effects in MOVING.items()},
            "forecast": {
                "prod/d": {
                    "before": {"earliest_days": 31, "latest_days": 42},
                    "after": {"earliest_days": 53, "latest_days": 64},
                }
            },
            "risk": risk.written(risk.judge(CHANGES, MOVING, braked=True)),
        },
    }
)  # fmt: skip
ALWAYS = (
    *(effect.message for effect in IMPACT.values()),
    *(effect.message for effects in MOVING.values() for effect in effects),
    *(f"{word}-{change.action}" for change in CHANGES for word in ("pipeline", "owner")),
    *(f"team.yaml:{11 + number}" for number in range(len(CHANGES))),
    "set by the stage (team.yaml:41)", "set by defaults.projects (team.yaml:42)", "set by Aiven's default",
    "prod/g", "pipeline-kept", "owner-kept", "team.yaml:31",
    "prod/y", "pipeline-alone", "team.yaml:32", "prod/x",
    "least is 30 days", "wait longer", "team.yaml:33", "policy platform.policy.yaml:34:5",
    "this branch lacks the commit last applied",
    "gate_lost", "replace_near_window", "gate_void",
    "123 lines of YAML changed", "66 steps in all", "2 of 88 pipelines", "owner-left",
    "31 to 42", "53 to 64", "22 days later",
    "6 of 7 recorded steps would go",
    EVERYTHING.digest, "4f1c2d9e8b7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e", "platform.policy.yaml", "--only orders",
)  # fmt: skip
REFUSED = EVERYTHING.model_copy(
    update={
        "refusals": (Finding(code="protected", message="prod/e is protected", next="lift it", origin=place(51)),),
        "errors": (Finding(code="cycle", message="there is a cycle", next="cut it"),),
    }
)
OFFLINE = EVERYTHING.model_copy(
    update={"base": Base(ref="origin/main", commit="deadbeef" * 5), "options": Options(only=("orders",), offline=True)}
)


def told(plan: Plan, form: str) -> str:
    """What a reader sees of a rendering, without pictures and without the raw plan."""
    text = render_plan(plan, form, plan_file="plan.json")
    if form == "html":
        for hidden in (
            r"<style.*?</style>",
            r"<script.*?</script>",
            r'<details id="raw">.*?</details>',
            r"<svg.*?</svg>",
        ):
            text = re.sub(hidden, "", text, flags=re.DOTALL)
        text = html.unescape(re.sub(r"<[^>]+>", "", text))
    return text.replace("`", "").casefold()


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_fact_of_a_plan_is_in_each_rendering_for_people(form: str) -> None:
    """A reviewer misses nothing, wherever the plan is read."""
    text = told(EVERYTHING, form)
    facts = (*ALWAYS, f"pipesync apply plan.json --policy platform.policy.yaml --expect {PLAN.digest}")
    assert [fact for fact in facts if fact.casefold() not in text] == []


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_fact_of_a_refused_plan_is_in_each_rendering_for_people(form: str) -> None:
    """Why it is refused, and what to do; it offers no command that would be refused."""
    text = told(REFUSED, form)
    facts = (*ALWAYS, "prod/e is protected", "lift it", "team.yaml:51", "there is a cycle", "cut it", "1 error and 1")
    assert [fact for fact in facts if fact.casefold() not in text] == []
    assert "pipesync apply" not in text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_fact_of_an_offline_plan_is_in_each_rendering_for_people(form: str) -> None:
    """With what it was compared, and that it is none of what is live."""
    text = told(OFFLINE, form)
    facts = (*ALWAYS[:-1], "origin/main", "deadbeef", "not with what is live", "--only orders")
    assert [fact for fact in facts if fact.casefold() not in text and fact != "6 of 7 recorded steps would go"] == []
    assert "pipesync apply" not in text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize(
    ("plan_file", "command"),
    [
        ("-x.json", "pipesync apply ./-x.json --policy"),
        ("my plan;.json", "pipesync apply 'my plan;.json' --policy"),
        ("a\nb.json", "pipesync apply PLAN --policy"),
    ],
)
def test_the_next_command_takes_the_file_and_nothing_else(form: str, plan_file: str, command: str) -> None:
    """A name is one word of the command, whatever it holds: no flag, no second command, no second line."""
    text = render_plan(EVERYTHING, form, plan_file=plan_file)
    assert command in (html.unescape(text) if form == "html" else text)


def test_apply_shows_the_plan_without_the_command_to_apply_it() -> None:
    """It is being applied."""
    assert "pipesync apply --policy" in render_plan(EVERYTHING, "text")
    assert "pipesync apply" not in render_plan(EVERYTHING, "text", applying=True)


def test_the_policy_is_named_to_apply_only_where_it_would_not_find_it() -> None:
    """Without it the changes would not be judged; the working directory's own is found."""
    own = EVERYTHING.model_copy(update={"policy": JudgedBy(file="pipesync.policy.yaml", digest="sha256:" + "d" * 64)})
    assert f"pipesync apply p.json --expect {PLAN.digest}" in render_plan(own, "text", plan_file="p.json")
    odd = EVERYTHING.model_copy(update={"policy": JudgedBy(file="a b\n.yaml", digest="sha256:" + "d" * 64)})
    assert "pipesync apply p.json --policy POLICY --expect" in render_plan(odd, "text", plan_file="p.json")
