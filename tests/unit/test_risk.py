"""How dangerous a plan is said to be, and by which rule."""

from pathlib import Path

import pytest

from pipesync import risk
from pipesync.model import LiveStep, PendingUpdate, Service, ServiceRef, Spec
from pipesync.plan import Plan
from pipesync.risk import RULES
from pipesync.state import State
from pipesync.window import Window
from tests.unit.nouns import decide, gates, live, ours, recording, spec, state, wanted, wanting

GATE = live("dev/pg", "prod/pg", 14)
MOVED = spec(wanted("stage/pg", "prod/pg", 14))
PROD = ServiceRef("prod", "pg")


def level_and_rule(made: Plan) -> tuple[str, str]:
    found = risk.of(made)
    assert found is not None
    return found.level.value, found.rule.code


@pytest.mark.parametrize(
    ("want", "are", "known", "expected"),
    [
        (spec(), [], None, ("low", "no_gate_weaker")),
        (spec(wanted("dev/pg", "prod/pg")), [], None, ("low", "no_gate_weaker")),
        (spec(wanted("dev/pg", "prod/pg", 21)), [GATE], recording(GATE), ("low", "no_gate_weaker")),
        (spec(wanted("dev/pg", "prod/pg", 7)), [GATE], recording(GATE), ("medium", "delay_shorter")),
        (spec(wanted("dev/pg", "prod/pg", 7)), [GATE], None, ("medium", "delay_shorter")),
        (
            spec(wanted("dev/pg", "prod/pg", 14)),
            [GATE],
            state(ours(GATE, protect=True)),
            ("medium", "protection_lifted"),
        ),
        (
            spec(wanted("dev/pg", "stage/pg"), wanted("stage/pg", "prod/pg")),
            [],
            None,
            ("medium", "chain_longest"),
        ),
        (MOVED, [GATE], recording(GATE), ("medium", "gate_moved")),
        (spec(wanted("dev/x", "prod/x")), [GATE, live("dev/y", "prod/y")], recording(GATE), ("high", "gate_lost")),
    ],
)
def test_the_gravest_change_sets_the_risk(
    want: Spec, are: list[LiveStep], known: State | None, expected: tuple[str, str]
) -> None:
    """Of all rules that fit, the first of the table."""
    assert level_and_rule(decide(want, are, known, adopt=True)) == expected


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (Service(PROD, "pg", "RUNNING"), ("medium", "gate_moved")),
        (Service(PROD, "pg", "RUNNING", window=Window.parse("friday", "03:00:00")), ("medium", "gate_moved")),
        (Service(PROD, "pg", "RUNNING", window=Window.parse("monday", "03:00:00")), ("high", "replace_near_window")),
        (Service(PROD, "pg", "RUNNING", updates=(PendingUpdate("16.5"),)), ("high", "replace_update_pending")),
    ],
)
def test_a_replace_is_of_high_risk_when_an_update_may_slip_through(service: Service, expected: tuple[str, str]) -> None:
    """Close to its destination's window, or with an update that waits."""
    made = decide(
        MOVED, [GATE, live("a/b", "c/d")], recording(GATE), there={"prod": {"pg": service}},
        read_at="2026-11-29T12:00:00Z",
    )  # fmt: skip
    assert level_and_rule(made) == expected


def test_a_gate_behind_a_source_that_is_off_is_of_high_risk() -> None:
    """It stands there, and stops nothing."""
    off = {"dev": {"pg": Service(ServiceRef("dev", "pg"), "pg", "POWEROFF")}}
    assert level_and_rule(decide(spec(wanted("dev/pg", "prod/pg")), [], there=off)) == ("high", "gate_void")


def test_a_plan_that_the_brake_holds_is_of_high_risk() -> None:
    """Even where nothing is destroyed any more, because all that was recorded is gone."""
    gone = gates(2)
    made = decide(spec(*wanting(gone)), [], recording(*gone))
    assert level_and_rule(made) == ("high", "brake")


def test_each_change_has_its_own_rule() -> None:
    """Those of low risk are not listed."""
    other = live("dev/pg", "prod/x")
    made = decide(
        spec(wanted("dev/pg", "prod/pg", 3), wanted("dev/pg", "prod/new")), [GATE, other], recording(GATE, other),
    )  # fmt: skip
    assert made.context["risk"]["changes"] == {
        "prod/pg": {"level": "medium", "rule": "delay_shorter"},
        "prod/x": {"level": "high", "rule": "gate_lost"},
    }
    found = risk.of(made)
    assert found is not None
    assert found.of("prod/new").code == "no_gate_weaker"


@pytest.mark.parametrize("context", [{}, {"risk": 3}, {"risk": {"rule": "x"}}, {"risk": {"rule": [], "changes": {}}}])
def test_a_context_that_this_version_does_not_know_has_no_risk(context: dict[str, object]) -> None:
    """A later version may write other rules."""
    made = decide(spec(), []).model_copy(update={"context": context})
    assert risk.of(made) is None


def test_the_documentation_shows_the_rules_as_they_are() -> None:
    """docs/risk.md has one row a rule, in this order."""
    page = (Path(__file__).parents[2] / "docs" / "risk.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [f"| `{rule.code}` | {rule.level.value} | {rule.about} |" for rule in RULES]
