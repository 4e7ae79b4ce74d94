"""Answers that must not be believed: a narrow token, an empty list, a proxy's page, JSON that breaks off."""

import json
from typing import Any

import pytest

from tests.cli.shell import DEV, EVERY_STEP, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of

COMMANDS = (("plan",), ("apply", "--yes"), ("drift",), ("dump", "--organization", ORGANIZATION))


def unharmed(pipesync: Shell, api: Api, *command: str) -> str:
    """Runs `command`, which must end with 1, send nothing that changes anything and leave the folder as it is."""
    before = pipesync.files()
    api.forget_requests()
    result = pipesync(*command)
    assert result.code == 1
    assert result.err.startswith("Error: ") or "\nError: " in result.err
    assert "Traceback" not in result.err
    assert (api.writes(), pipesync.files()) == ([], before)
    return result.err


@pytest.fixture
def world() -> dict[str, Any]:
    """The three environments, and a token that sees the first two only."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg"},
        ],
        "tokens": [
            {"token": "our-own-token"},
            {"token": "someone-else"},
            {"token": "narrow", "read": ["dev-*", "staging-*"], "write": []},
        ],
    }


def test_a_narrowed_token_never_makes_steps_absent(pipesync: Shell, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the token does not see any more is neither created again nor forgotten: code 1, and the project is named."""
    pipesync.apply(THREE_ENVIRONMENTS)
    monkeypatch.setenv("PIPESYNC_TOKEN", "narrow")
    for command in COMMANDS[:3]:
        error = unharmed(pipesync, api, *command)
        assert "steps of project prod-project are not in the list, and whether they are gone cannot be told" in error
        assert "give a token that may read the project" in error


@pytest.mark.parametrize("body", ['{"steps": []}', '{"steps": [], "total_count": 0}'])
def test_an_empty_list_is_not_believed(pipesync: Shell, api: Api, body: str) -> None:
    """The state says there were steps, and each is there if asked for by its id."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.fault(method="GET", path=EVERY_STEP, times=None, status=200, body=body)
    for command in COMMANDS[:3]:
        assert "the list of upgrade steps lacks" in unharmed(pipesync, api, *command)


def test_an_empty_list_is_believed_if_each_step_is_gone(pipesync: Shell, api: Api) -> None:
    """Somebody did remove them: GET of each id answers 404, and the projects can be read."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.remove(PROD)
    api.remove(STAGING)
    plan = json.loads(pipesync.ok("plan", "--format", "json").out)
    assert [change["reason"] for change in plan["changes"]] == ["removed_outside", "removed_outside"]
    drift = json.loads(pipesync.ok("drift", "--format", "json").out)
    assert [entry["address"] for entry in drift["drift"]] == [PROD, STAGING]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 200, "body": "<html>Log in</html>", "content_type": "text/html"}, "a web page (19 bytes of HTML)"),
        ({"status": 502, "body": "<html>Bad gateway</html>", "content_type": "text/html"}, "a web page"),
        ({"truncate": 20}, "no usable answer from Aiven's API"),
        ({"status": 200, "body": '{"steps": [{"step_id"'}, "broken or cut off"),
        ({"status": 200, "body": '{"steps": null}'}, "cannot be read"),
        ({"status": 200, "body": '{"steps": [], "total_count": 7}'}, "Aiven counts 7 steps but lists 0"),
        ({"status": 200, "body": '{"steps": [], "next": "again"}'}, "its pages go round in a circle"),
        ({"status": 302, "headers": {"Location": "https://login.example.org/"}}, "answers with a redirect (302)"),
        ({"status": 500, "message": "we are sorry"}, "we are sorry"),
        ({"status": 401, "message": "who are you"}, "the token came from the variable PIPESYNC_TOKEN"),
        ({"lose": "before"}, "no usable answer from Aiven's API"),
    ],
    ids=["page", "gateway", "truncated", "half", "null", "count", "circle", "redirect", "500", "401", "lost"],
)
def test_a_list_that_cannot_be_trusted_ends_the_run(
    pipesync: Shell, api: Api, no_waiting: None, fault: dict[str, Any], words: str
) -> None:
    """For each command that reads: code 1, the operation is named, and nothing follows from the answer."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.fault(method="GET", path=EVERY_STEP, times=None, **fault)
    for command in COMMANDS:
        error = unharmed(pipesync, api, *command)
        assert words in error
        assert EVERY_STEP in error


def test_projects_that_cannot_be_read_are_a_warning(pipesync: Shell, api: Api) -> None:
    """Their services are not checked, and the plan says so."""
    pipesync.write(THREE_ENVIRONMENTS)
    api.fault(path="/v1/project/prod-project/service", times=None, status=403, message="not yours")
    plan = json.loads(pipesync.ok("plan", "--format", "json").out)
    assert [(finding["code"]) for finding in plan["warnings"]] == ["project_unreadable"]
    assert "not yours" in plan["warnings"][0]["message"]


def test_trouble_that_passes_is_waited_out(pipesync: Shell, api: Api, no_waiting: None) -> None:
    """A rate limit and a cut answer once each: the run says that it waits, and ends well."""
    api.fault(path=EVERY_STEP, status=429, message="slow down", headers={"Retry-After": "0"})
    api.fault(path=EVERY_STEP, truncate=5)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    result = pipesync.ok("plan")
    assert result.err.count("waiting ") == 2
    assert "waiting" not in result.out
