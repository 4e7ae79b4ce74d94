"""`pipesync apply` without a saved plan: what is changed, what is told, and what stops it before anything is."""

import json
import re
from collections.abc import Callable

import jsonschema_rs
import pytest

from tests.cli.shell import (
    DEV,
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


def test_apply_carries_out_the_plan_and_ends_in_terraforms_words(pipesync: Shell, api: Api) -> None:
    """Creates, then an update, then a replace and a delete; each run ends in one sentence, and is complete."""
    created = pipesync.apply(THREE_ENVIRONMENTS)
    assert created.out.endswith("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.\n")
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}
    updated = pipesync.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    assert updated.out.endswith("Apply complete! Resources: 0 added, 1 changed, 0 destroyed.\n")
    assert api.edges()[STAGING] == (DEV, 5)
    moved = pipesync.apply(spec_of(f"{DEV} > {PROD}"), "--allow-destroy", "2")
    assert moved.out.endswith("Apply complete! Resources: 1 added, 0 changed, 2 destroyed.\n")
    assert api.edges() == {PROD: (DEV, 7)}
    assert pipesync("plan", "--detailed-exitcode").code == 0


def test_the_state_is_what_the_schema_says(pipesync: Shell) -> None:
    """The state of a finished run validates, records ids and delays, and who applied which plan."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("apply", "--yes", CI_JOB_URL="https://ci.example.org/1", CI_COMMIT_SHA="c0ffee")
    state = json.loads(pipesync.read())
    jsonschema_rs.validator_for(json.loads(pipesync.ok("schema", "state").out)).validate(state)
    assert [step["destination"] for step in state["steps"]] == [PROD, STAGING]
    assert (state["last_apply"]["by"], state["last_apply"]["commit"]) == ("https://ci.example.org/1", "c0ffee")
    assert (state["last_apply"]["files"], state["pending"]) == (["pipesync.yaml"], [])


def test_progress_goes_to_standard_error_and_quiet_silences_it(pipesync: Shell) -> None:
    """Standard output is the same either way."""
    pipesync.write(THREE_ENVIRONMENTS)
    loud = pipesync.ok("apply", "--yes")
    told = rf"^{STAGING}: Creating\.\.\.\n{STAGING}: Creation complete after \d+s \[1/2\]$"
    assert re.search(told, loud.err, re.MULTILINE)
    assert "Creating" not in loud.out
    pipesync.ok("apply", "--yes", "--destroy", "--allow-destroy", "2")
    quiet = pipesync.ok("apply", "--yes", "--quiet")
    assert quiet.err == ""
    assert quiet.out == loud.out


def test_reports_of_apply_are_of_its_outcome(pipesync: Shell) -> None:
    """JSON, text and Markdown; the text is what standard output ends with."""
    result = pipesync.apply(
        THREE_ENVIRONMENTS, "--report", "json=o.json", "--report", "text=o.txt", "--report", "markdown=o.md"
    )
    outcome = json.loads(pipesync.read("o.json"))
    assert (outcome["format"], len(outcome["done"])) == ("pipesync.outcome", 2)
    assert result.out.endswith(pipesync.read("o.txt"))
    assert PROD in pipesync.read("o.md")


def test_a_failure_tells_three_groups(pipesync: Shell, api: Api) -> None:
    """Done, failed with Aiven's own words and code, not attempted; code 1, and the state knows what was done."""
    api.fault(method="POST", path="*/steps", skip=1, status=403, error_code="permission_denied", message="no way in")
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", "--yes", "--report", "json=o.json")
    outcome = json.loads(pipesync.read("o.json"))
    assert result.code == 1
    assert [change["address"] for change in outcome["done"]] == [STAGING]
    [failed] = outcome["failed"]
    assert (failed["change"]["address"], failed["error_code"], failed["message"]) == (
        PROD,
        "permission_denied",
        "no way in",
    )
    assert "no way in" in result.out
    assert "Apply incomplete." in result.out
    assert [step["destination"] for step in json.loads(pipesync.read())["steps"]] == [STAGING]
    assert pipesync.ok("apply", "--yes").out.endswith("Resources: 1 added, 0 changed, 0 destroyed.\n")


def test_what_comes_after_a_failure_is_not_attempted(pipesync: Shell, api: Api) -> None:
    """A step whose source has no gate yet waits for it: with the first one refused the second is not sent."""
    api.fault(method="POST", path="*/steps", status=400, error_code="bad_request", message="not today")
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", "--yes", "--report", "json=o.json")
    outcome = json.loads(pipesync.read("o.json"))
    assert (result.code, len(api.requests("POST"))) == (1, 1)
    assert [one["change"]["address"] for one in outcome["not_attempted"]] == [PROD]
    assert (len(api.steps()), json.loads(pipesync.read())["steps"]) == (0, [])


def test_a_post_whose_answer_is_lost_is_not_repeated_blindly(pipesync: Shell, api: Api, no_waiting: None) -> None:
    """The steps are listed first, the new one is found, and no second one is asked for."""
    api.fault(method="POST", path="*/steps", lose="after")
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    assert len(api.requests("POST")) == 1
    assert (len(api.steps()), pipesync("plan", "--detailed-exitcode").code) == (1, 0)


def test_the_state_is_written_twice(pipesync: Shell) -> None:
    """Before the first call and after the last: the serial grows by two, and by none if nothing is new."""
    pipesync.apply(THREE_ENVIRONMENTS)
    first = json.loads(pipesync.read())
    pipesync.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 4"))
    second = json.loads(pipesync.read())
    assert (first["serial"], second["serial"]) == (2, 4)
    assert pipesync.ok("apply", "--yes").out == (
        "No changes. Your infrastructure matches the configuration.\n"
        "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.\n"
    )
    assert json.loads(pipesync.read()) == second


def test_nothing_to_change_still_records_what_is_live(pipesync: Shell, api: Api) -> None:
    """A delay that was changed outside and in the spec alike is no change, and is known afterwards."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.patch(STAGING, 9)
    pipesync.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 9"))
    assert "No drift" in pipesync.ok("drift").out


def test_flags_that_shape_a_plan_shape_that_of_apply(pipesync: Shell, api: Api) -> None:
    """--adopt, --only, --exclude, --take-over, --no-destroy and --destroy do for apply what they do for plan."""
    api.insert(DEV, STAGING, days=3)
    api.insert("dev-project/kafka-dev", PROD)
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"))
    assert pipesync("apply", "--yes", "--only", STAGING).code == 3
    pipesync.ok("apply", "--yes", "--only", STAGING, "--adopt")
    assert api.edges() == {STAGING: (DEV, 7), PROD: ("dev-project/kafka-dev", 7)}
    assert pipesync("apply", "--yes").code == 3
    pipesync.ok("apply", "--yes", "--exclude", PROD)
    pipesync.ok("apply", "--yes", "--take-over", PROD)
    assert api.edges() == {STAGING: (DEV, 7), PROD: (DEV, 7)}
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"), "--no-destroy")
    assert len(api.steps()) == 2
    pipesync.ok("apply", "--yes", "--destroy", "--allow-destroy", "2")
    assert api.steps() == {}


def test_a_plan_that_breaks_a_rule_is_not_applied(pipesync: Shell, api: Api) -> None:
    """Code 1, rendered, with its reports; nothing is sent."""
    pipesync.write(spec_of("dev-project/kafka-dev > prod-project/mysql-prod"))
    result = pipesync("apply", "--yes", "--report", "json=r.json")
    assert result.code == 1
    assert json.loads(pipesync.read("r.json"))["errors"] != []
    assert (api.writes(), (pipesync.folder / "pipesync.state.json").exists()) == ([], False)


@pytest.mark.parametrize("world", [world_of_pg(20, latency_ms=10)], ids=["20"])
def test_parallelism_bounds_the_calls_at_once(pipesync: Shell, api: Api) -> None:
    """One at a time with 1; more with the default of 10, never above it."""
    peaks = []
    for flags in (("--parallelism", "1"), ("--parallelism", "4"), ()):
        pipesync.apply(spec_of(*pairs(20)), *flags)
        peaks.append(api.call("GET", "/_sandbox/requests").json()["peak_in_flight"])
        pipesync.ok("apply", "--yes", "--destroy", "--allow-destroy", "20", *flags)
        api.forget_requests()
    assert peaks[0] == 1
    assert 1 < peaks[1] <= 4
    assert 4 < peaks[2] <= 11


def edited_meanwhile(pipesync: Shell, start: Callable[..., Api]) -> Result:
    """A run of apply during which somebody else writes the state."""

    def edit(request: str) -> None:
        if request.startswith("POST /v1"):
            state = json.loads(pipesync.read())
            pipesync.write(json.dumps({**state, "write_id": "someone-else"}), "pipesync.state.json")

    api = start(before=edit)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    return pipesync("apply", "--yes", PIPESYNC_API_URL=api.url)


def test_a_state_that_changes_meanwhile_is_not_overwritten(pipesync: Shell, start: Callable[..., Api]) -> None:
    """Code 1; the run's own state is kept beside, and pushing it puts everything right."""
    result = edited_meanwhile(pipesync, start)
    assert result.code == 1
    assert "Error: the state has changed since it was read" in result.err
    assert "pipesync state push --state pipesync.state.json errored.pipesync.json" in result.err
    assert json.loads(pipesync.read())["write_id"] == "someone-else"
    pipesync.ok("state", "push", "errored.pipesync.json")
    assert pipesync.ok("state", "list").out == f"{STAGING}\n"


def test_what_an_earlier_run_kept_beside_is_not_overwritten(pipesync: Shell, start: Callable[..., Api]) -> None:
    """It gets another name, which is told: it may be all that tells of that run's steps."""
    pipesync.write("of an earlier run", "errored.pipesync.json")
    pipesync.write("of the one before", "errored-1.pipesync.json")
    result = edited_meanwhile(pipesync, start)
    assert "What errored.pipesync.json held before is in errored-2.pipesync.json now.\n" in result.err
    assert pipesync.read("errored-2.pipesync.json") == "of an earlier run"
    assert pipesync.read("errored-1.pipesync.json") == "of the one before"
    assert json.loads(pipesync.read("errored.pipesync.json"))["format"] == "pipesync.state"


def test_a_state_that_can_be_kept_nowhere_is_printed(pipesync: Shell, start: Callable[..., Api]) -> None:
    """Nothing is lost if the folder takes no file either: it goes to standard error."""
    (pipesync.folder / "errored.pipesync.json").mkdir()
    result = edited_meanwhile(pipesync, start)
    assert result.code == 1
    assert "cannot be kept in errored.pipesync.json either (it is not a file)" in result.err
    assert f'"destination": "{STAGING}"' in result.err
