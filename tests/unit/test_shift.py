"""What a plan tells of how bounds change: days after the first stage, then and now, of services whose path changes."""

from typing import Any

import pytest

from pipesync import shift
from pipesync.plan import Plan
from pipesync.render import render_plan
from tests.unit.nouns import decide, live, recording, services, spec, wanted
from tests.unit.test_timeline import DEV, PROD, STAGING, known

WINDOWS = {DEV: "monday 03:00", STAGING: "thursday 03:00", PROD: "sunday 04:30"}


def told(made: Plan) -> dict[str, tuple[str, str]]:
    """Address → `earliest-latest` before and after."""

    def days(of: dict[str, Any]) -> str:
        return f"{of['earliest_days']}-{of['latest_days']}"

    return {address: (days(each["before"]), days(each["after"])) for address, each in made.context["forecast"].items()}


def test_a_longer_delay_moves_everything_below_it() -> None:
    """3 days become 5 in the middle: staging's next Thursday is a week later, and production is behind it."""
    gates = [live(DEV, STAGING, 3), live(STAGING, PROD, 7)]
    want = spec(wanted(DEV, STAGING, 5), wanted(STAGING, PROD, 7))
    made = decide(want, gates, recording(*gates), there=known(WINDOWS))
    assert told(made) == {STAGING: ("3-3", "3-10"), PROD: ("6-13", "6-20")}


def test_a_new_gate_makes_a_service_wait() -> None:
    """Before, it waited for nobody; where nothing is known of windows, a week comes on top of the delay."""
    made = decide(spec(wanted(DEV, PROD, 7)), [], there=services(DEV, PROD))
    assert told(made) == {PROD: ("0-0", "0-14")}


def test_a_gate_that_falls_and_one_that_never_let_anything_through() -> None:
    """A service whose window never opens gets nothing by itself, neither before nor after: that is no difference."""
    gates = [live(DEV, STAGING, 3), live(DEV, PROD, 3)]
    there = known({DEV: "monday 03:00", STAGING: "never", PROD: "sunday 04:30"})
    made = decide(spec(), gates, recording(*gates), there=there)
    assert told(made) == {PROD: ("6-6", "0-0")}


def test_what_does_not_change_is_not_told() -> None:
    """Neither services beside the change in its chain, nor a delay within the same week, nor a plan without changes."""
    gates = [live(DEV, STAGING, 3), live(DEV, PROD, 3)]
    want = spec(wanted(DEV, STAGING, 3), wanted(DEV, PROD, 5))
    made = decide(want, gates, recording(*gates), there=known(WINDOWS))
    assert [change.address for change in made.changes] == [PROD]
    assert told(made) == {}
    assert "Days until" not in render_plan(made, "text")
    assert told(decide(spec(), [], there={})) == {}


def test_where_the_first_stage_is_not_known_no_weekday_is() -> None:
    """The windows below then count as unknown: at once, or within a week; one that never opens stays that."""
    steps = spec(wanted(DEV, STAGING, 3), wanted(DEV, PROD, 3))
    for window in (None, "never"):
        made = decide(steps, [], there=known({DEV: window, STAGING: "thursday 03:00", PROD: "never"}))
        assert told(made) == {STAGING: ("0-0", "0-10")}


def test_it_stands_in_every_rendering_of_a_plan() -> None:
    """Text and Markdown say it in days, and a saved plan brings it back."""
    made = decide(spec(wanted(DEV, PROD, 7)), [], there=known(WINDOWS))
    again = Plan.model_validate_json(made.to_json())
    assert f"    {PROD}: 0 -> 6 to 13 (earliest 6 days later, latest 13 days later)\n" in render_plan(again, "text")
    assert f"| `{PROD}` | 0 | 6 to 13 | earliest 6 days later, latest 13 days later |\n" in render_plan(
        again, "markdown"
    )


def test_many_services_are_cut_short_on_a_page_and_whole_in_json() -> None:
    """A screen's worth, and how many more there are."""
    names = [f"prod/pg-{number:02}" for number in range(30)]
    made = decide(spec(*(wanted(DEV, name) for name in names), chain=2), [], there=services(DEV, *names))
    assert len(told(made)) == 30
    assert "    ... and 10 more (--format json lists all)" in render_plan(made, "text")
    assert "And 10 more; `--format json` lists all." in render_plan(made, "markdown")


WRONG = {"before": {"earliest_days": "1", "latest_days": 2}, "after": {"earliest_days": 1, "latest_days": 2}}


@pytest.mark.parametrize(
    "context", [{}, *({"forecast": one} for one in (3, None, [1], {"a/b": 1}, {"a/b": {"before": 1}}, {"a/b": WRONG}))]
)
def test_what_another_version_wrote_there_is_passed_over(context: dict[str, Any]) -> None:
    """The context is no part of what is agreed to, so it cannot make a plan unreadable."""
    assert shift.read(context) == {}


def test_the_digest_does_not_depend_on_it() -> None:
    """The same changes with other windows are the same to a reviewer."""
    want = spec(wanted(DEV, PROD, 7))
    one, other = (decide(want, [], there=there) for there in (known(WINDOWS), services(DEV, PROD)))
    assert one.context["forecast"] != other.context["forecast"]
    assert one.digest == other.digest
