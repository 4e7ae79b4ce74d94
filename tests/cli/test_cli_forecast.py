"""`pipesync forecast`: the earliest and the latest day an update gets anywhere, of a spec and of what is live."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import (
    DEV,
    EVERY_STEP,
    ORGANIZATION,
    PROD,
    STAGING,
    THREE_ENVIRONMENTS,
    Api,
    Result,
    Shell,
    pairs,
    spec_of,
    world_of_pg,
)

WINDOWS = {DEV: ("monday", "03:00:00"), STAGING: ("thursday", "03:00:00"), PROD: ("sunday", "04:30:00")}

DOCUMENT = Path(__file__).parents[2] / "docs" / "forecast.md"

MONDAY = ("forecast", "--from", "2026-05-04")

PROJECTS = [f"GET /v1/project/{name}/service" for name in ("dev-project", "prod-project", "staging-project")]


@pytest.fixture
def api(api: Api) -> Api:
    """The default world, its three databases with windows of their own."""
    for ref, (dow, clock) in WINDOWS.items():
        maintain(api, ref, dow=dow, time=clock)
    api.forget_requests()
    return api


def maintain(api: Api, ref: str, **window: Any) -> None:
    api.call("PUT", f"/_sandbox/services/{ref}", {"maintenance": window})  # in other worlds they are not there


def told(result: Result) -> dict[str, tuple[str | None, str | None]]:
    """Address → the day of its earliest and of its latest, of a JSON rendering."""
    return {
        each["address"]: (day(each["earliest"]), day(each["latest"])) for each in json.loads(result.out)["services"]
    }


def day(moment: str | None) -> str | None:
    return None if moment is None else moment[:10]


def of(result: Result, address: str) -> dict[str, Any]:
    """What a JSON rendering says of one service."""
    (found,) = (each for each in json.loads(result.out)["services"] if each["address"] == address)
    return dict(found)


def line(result: Result, address: str) -> str:
    """The line of a text that is about a service."""
    (found,) = (each for each in result.out.splitlines() if each.split()[:1] == [address])
    return " ".join(found.split())


def test_the_documentations_example_to_the_day(pipesync: Shell, api: Api) -> None:
    """Text, JSON and Markdown say the same of 3 days, then 7; nothing is written anywhere."""
    pipesync.write(THREE_ENVIRONMENTS)
    before = pipesync.files()
    result = pipesync.ok(*MONDAY)
    assert result.out.startswith("An update that reaches the first stage on 2026-05-04:\n")
    assert line(result, DEV).startswith(f"{DEV} 2026-05-04 2026-05-04 first stage; window monday 03:00 UTC")
    assert line(result, STAGING).startswith(f"{STAGING} 2026-05-07 2026-05-07 3 days; window thursday 03:00 UTC")
    assert line(result, PROD).startswith(f"{PROD} 2026-05-10 2026-05-17 7 days; window sunday 04:30 UTC")
    assert "Emergency overrides, mandatory updates and maintenance started by hand are excepted." in result.out
    assert told(pipesync.ok(*MONDAY, "--format", "json")) == {
        DEV: ("2026-05-04", "2026-05-04"),
        STAGING: ("2026-05-07", "2026-05-07"),
        PROD: ("2026-05-10", "2026-05-17"),
    }
    page = pipesync.ok(*MONDAY, "--format", "markdown").out
    assert f"| `{PROD}` | 3 | `postgres` | 2026-05-10 | 2026-05-17 |" in page
    assert f"    3 {PROD} :s2, 2026-05-10, 2026-05-17\n```\n" in page
    assert (api.writes(), pipesync.files()) == ([], before)


def test_a_forecast_costs_one_list_and_one_request_for_each_project(pipesync: Shell, api: Api) -> None:
    """With --only just those of the paths that are shown."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("forecast", "--report", "json=f.json", "--report", "markdown=f.md")
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}", *PROJECTS]
    assert json.loads(pipesync.read("f.json"))["format"] == "pipesync.forecast"
    assert PROD in pipesync.read("f.md")
    api.forget_requests()
    pipesync.ok("forecast", "--only", STAGING)
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}", PROJECTS[0], PROJECTS[2]]


THOUSAND = [{"source": f"dev/pg-{number}", "destination": f"prod/pg-{number}"} for number in range(1000)]


@pytest.mark.parametrize("world", [world_of_pg(1000, steps=THOUSAND)], ids=["1000"])
def test_a_thousand_pipelines_are_four_requests(pipesync: Shell, api: Api) -> None:
    """Two pages of the list and two projects; the drawing says how much it leaves out."""
    pipesync.write(spec_of(*pairs(1000)))
    page = pipesync.ok(*MONDAY, "--format", "markdown").out
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}"] * 2 + [
        f"GET /v1/project/{n}/service" for n in ("dev", "prod")
    ]
    drawing = page.partition("```mermaid\n")[2].partition("```")[0]
    assert 0 < len(drawing) <= 2_000
    drawn = drawing.count(" :s")
    assert 0 < drawn <= 40
    assert f"{2000 - drawn} further services left out of the drawing" in page
    assert all(f"| `prod/pg-{number}` |" in page for number in range(1000))


def test_of_a_spec_its_own_steps_are_forecast(pipesync: Shell, api: Api) -> None:
    """What is live instead is said beside them: nothing yet, another delay, a gate above the first stage."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert "not live yet" in line(pipesync.ok(*MONDAY), PROD)
    api.insert(DEV, STAGING, 3)
    api.insert(STAGING, PROD, 30)
    result = pipesync.ok(*MONDAY)
    assert line(result, PROD) == (
        f"{PROD} 2026-05-10 2026-05-17 7 days; window sunday 04:30 UTC; live: from {STAGING}, 30 days"
    )
    assert "This is the spec's forecast: at 1 service the live steps are others until it is applied." in result.out
    pipesync.write(spec_of(f"{STAGING} > {PROD}, auto_validation_delay_days: 30"))
    found = of(pipesync.ok(*MONDAY, "--format", "json"), STAGING)
    assert (found["stage"], found["differs"], found["live"]["source"]) == (1, True, DEV)
    pipesync.apply(THREE_ENVIRONMENTS, "--adopt")
    assert "live" not in pipesync.ok(*MONDAY).out


def test_a_step_that_the_spec_leaves_alone_counts_as_it_is_live(pipesync: Shell, api: Api) -> None:
    """`manage: false`: the live delay, or no gate at all."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{STAGING} > {PROD}, manage: false"))
    assert PROD not in told(pipesync.ok(*MONDAY, "--format", "json"))
    api.insert(STAGING, PROD, 30)
    found = of(pipesync.ok(*MONDAY, "--format", "json"), PROD)
    assert (found["auto_validation_delay_days"], found["differs"]) == (30, False)


def test_without_a_spec_what_is_live_is_forecast(pipesync: Shell, api: Api) -> None:
    """Of an organization, even beside a spec; account-wide where there is none. Both at once are a usage error."""
    api.insert(DEV, PROD, 14)
    expected = {DEV: ("2026-05-04", "2026-05-04"), PROD: ("2026-05-10", "2026-05-24")}
    assert told(pipesync.ok(*MONDAY, "--format", "json")) == expected
    pipesync.write(THREE_ENVIRONMENTS)
    assert told(pipesync.ok(*MONDAY, "--format", "json", "--organization", ORGANIZATION)) == expected
    both = pipesync("forecast", "--organization", ORGANIZATION, "-f", "pipesync.yaml")
    assert (both.code, "--organization is for what is live" in both.err) == (64, True)
    api.remove(PROD)
    nothing = pipesync.ok("forecast", "--organization", ORGANIZATION)
    assert nothing.out == "There are no upgrade steps to forecast.\n"


def test_a_wrong_spec_is_told_as_validate_tells_it(pipesync: Shell, api: Api) -> None:
    """Every problem with its place; no request is sent."""
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 0"))
    result = pipesync("forecast")
    assert (result.code, result.out, api.requests()) == (1, "", [])
    assert "pipesync.yaml:7:" in result.err


@pytest.mark.parametrize(
    ("given", "staging"),
    [
        ("2026-05-07T03:00:00Z", "2026-05-07"),
        ("2026-05-07T03:00:01Z", "2026-05-14"),
        ("2026-05-07T03:00:00", "2026-05-07"),
        ("2026-05-07T04:59:59+02:00", "2026-05-07"),
        ("2026-05-07 03:00", "2026-05-07"),
    ],
)
def test_a_time_is_a_moment(pipesync: Shell, api: Api, given: str, staging: str) -> None:
    """UTC unless it says otherwise: an opening at that moment is still in time, and a second later it is not."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync.ok("forecast", "--from", given, "--format", "json")
    assert told(result)[STAGING][0] == staging
    assert told(result)[DEV] == ("2026-05-07", "2026-05-07")


@pytest.mark.parametrize(
    "given", ["friday", "", "2026-02-30", "04.05.2026", "1", "0001-01-01T00:00:00+14:00", "\x1b[31m"]
)
def test_what_is_no_date_is_a_usage_error(pipesync: Shell, api: Api, given: str) -> None:
    """64, with both ways to write one, before anything is read."""
    result = pipesync("forecast", "--from", given)
    assert (result.code, result.out, api.requests()) == (64, "", [])
    assert "is no day (2026-05-04) and no time (2026-05-04T12:30:00Z)" in result.err
    assert "\x1b" not in result.err


@pytest.mark.parametrize("given", ["9999-12-31", "9999-12-31T23:59:59Z", "0001-01-01"])
def test_the_ends_of_the_calendar_are_days_as_well(pipesync: Shell, api: Api, given: str) -> None:
    """What lies beyond them is said to."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync.ok("forecast", "--from", given)
    assert ("beyond the year 9999" in line(result, PROD)) == given.startswith("9999")


def test_without_a_date_it_is_today(pipesync: Shell, api: Api) -> None:
    """In UTC, the whole day."""
    pipesync.write(THREE_ENVIRONMENTS)
    days = [datetime.now(UTC).date().isoformat()]
    report = json.loads(pipesync.ok("forecast", "--format", "json").out)
    days.append(datetime.now(UTC).date().isoformat())
    assert report["first"][:10] in days
    assert (report["first"][10:], report["last"][10:]) == ("T00:00:00Z", "T23:59:59Z")


def test_a_window_that_never_opens_and_a_source_that_is_off(pipesync: Shell, api: Api) -> None:
    """A dash instead of a day, and the reason in words."""
    pipesync.write(THREE_ENVIRONMENTS)
    maintain(api, STAGING, dow="never")
    result = pipesync.ok(*MONDAY)
    assert line(result, STAGING).startswith(f"{STAGING} - - 3 days; not by itself, for its window never opens")
    assert line(result, PROD).startswith(f"{PROD} - - 7 days; not by itself, for its source gets nothing by itself")
    api.call("PUT", f"/_sandbox/services/{STAGING}", {"state": "POWEROFF"}).raise_for_status()
    result = pipesync.ok(*MONDAY)
    assert line(result, STAGING).startswith(f"{STAGING} - - 3 days; powered off, so it gets nothing")
    assert line(result, PROD).startswith(
        f"{PROD} 2026-05-04 2026-05-10 7 days; at any time, for its source is powered off and the gate void"
    )


def test_a_project_that_cannot_be_read_leaves_wider_bounds(pipesync: Shell, api: Api) -> None:
    """The window is unknown there: at once, or within a week; the reason stands in every rendering."""
    pipesync.write(THREE_ENVIRONMENTS)
    api.fault(path="/v1/project/staging-project/service", times=None, status=403, message="not <yours>")
    result = pipesync.ok(*MONDAY)
    assert line(result, STAGING).startswith(
        f"{STAGING} 2026-05-04 2026-05-14 3 days; window unknown, for its project cannot be read"
    )
    assert line(result, PROD).startswith(f"{PROD} 2026-05-10 2026-05-24 7 days; window sunday")
    (note,) = (each for each in result.out.splitlines() if each.startswith("Note: "))
    assert note.startswith("Note: project staging-project cannot be read: ")
    assert note.endswith("not <yours>")
    report = json.loads(pipesync.ok(*MONDAY, "--format", "json").out)
    assert report["unreadable"].keys() == {"staging-project"}
    assert of(pipesync.ok(*MONDAY, "--format", "json"), STAGING)["window_unknown"] == "unreadable"
    page = pipesync.ok(*MONDAY, "--format", "markdown").out
    assert "\n- Project `staging-project` cannot be read: " in page
    assert "`<yours>`" in page


@pytest.mark.parametrize(
    "maintenance",
    [
        {},
        {"maintenance": {}},
        {"maintenance": None},
        {"maintenance": {"dow": "someday", "updates": [{"description": "x"}]}},
    ],
)
def test_a_service_without_maintenance_has_an_unknown_window(
    pipesync: Shell, api: Api, maintenance: dict[str, Any]
) -> None:
    """Or with one that nobody understands; a service that is not there is told apart."""
    pipesync.write(THREE_ENVIRONMENTS)
    there = {"service_name": "pg-staging", "service_type": "pg", "state": "RUNNING", **maintenance}
    api.fault(path="/v1/project/staging-project/service", status=200, body=json.dumps({"services": [there]}))
    api.fault(path="/v1/project/prod-project/service", status=200, body='{"services": []}')
    result = pipesync.ok(*MONDAY)
    assert "window unknown, for Aiven shows none" in line(result, STAGING)
    assert "window unknown, for there is no such service" in line(result, PROD)


def test_a_selection_keeps_the_way_down_to_it(pipesync: Shell, api: Api) -> None:
    """By pipeline or address, with what is above it and nothing below or beside; a pattern without a match is named."""
    other = "steps:\n  - {source: dev-project/kafka-dev, destination: prod-project/kafka-prod}\n"
    pipesync.write(THREE_ENVIRONMENTS + other)
    assert set(told(pipesync.ok("forecast", "--format", "json", "--only", "postgres"))) == {DEV, STAGING, PROD}
    assert set(told(pipesync.ok("forecast", "--format", "json", "--only", "staging-*/*"))) == {DEV, STAGING}
    result = pipesync.ok("forecast", "--format", "json", "--exclude", PROD, "--exclude", "nobody")
    assert set(told(result)) == {DEV, STAGING, "dev-project/kafka-dev", "prod-project/kafka-prod"}
    assert result.err == "Warning: nobody matches no pipeline and no address\n"


def test_a_list_that_cannot_be_trusted_ends_the_run(pipesync: Shell, api: Api, no_waiting: None) -> None:
    """An answer that breaks off is no forecast of half of the steps."""
    api.insert(DEV, PROD)
    api.fault(method="GET", path=EVERY_STEP, times=None, truncate=5)
    result = pipesync("forecast", "--organization", ORGANIZATION)
    assert (result.code, result.out) == (1, "")
    assert "\nError: " in result.err
    assert "Traceback" not in result.err


def test_a_plan_tells_how_the_bounds_change(pipesync: Shell, api: Api) -> None:
    """In days after the first stage; no request is sent for it, and an apply of the saved plan is not bothered."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    api.forget_requests()
    result = pipesync.ok("plan", "--out", "p.json")
    assert (
        f"    {PROD}: 6 to 13 -> 6 to 20 (latest 7 days later)\n    {STAGING}: 3 -> 3 to 10 (latest 7 days later)\n"
        in result.out
    )
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}", *PROJECTS]
    assert json.loads(pipesync.read("p.json"))["context"]["forecast"][STAGING] == {
        "before": {"earliest_days": 3, "latest_days": 3},
        "after": {"earliest_days": 3, "latest_days": 10},
    }
    maintain(api, STAGING, dow="friday")
    pipesync.ok("apply", "p.json")
    assert "Days until" not in pipesync.ok("plan").out


def test_the_documentation_shows_what_happens(pipesync: Shell, api: Api) -> None:
    """Both blocks of docs/forecast.md, to the letter: the forecast, and the plan that waits two days more."""
    forecast, shift = re.findall(r"^```\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    command, _, shown = forecast.partition("\n")
    pipesync.apply(THREE_ENVIRONMENTS)
    assert pipesync.ok(*command.split()[2:]).out.startswith(shown)
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    assert f"\n{shift}\n" in pipesync.ok("plan").out
