"""Tokens: which are accepted, and what a narrow one may see and do."""

from typing import Any

import httpx
import pytest

from tests.sandbox.running import FLAT_STEPS, STEPS, Running, client, running

WORLD: dict[str, Any] = {
    "organization": "org1a23f456789",
    "services": [{"project": name, "names": ["x", "y"], "type": "pg"} for name in ("a", "b", "secret")],
    "steps": [
        {"source": "a/x", "destination": "b/x", "step_id": "open"},
        {"source": "a/x", "destination": "secret/x", "step_id": "hidden"},
    ],
    "tokens": [
        {"token": "all", "user": "owner@example.org"},
        {"token": "reader", "read": ["*"], "write": []},
        {"token": "narrow", "user": "narrow@example.org", "read": ["b"], "write": ["a*"]},
    ],
}


def code(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["errors"][0].get("error_code")


@pytest.mark.parametrize("header", ["Bearer secret-1", "aivenv1 secret-1", "bearer secret-1"])
def test_any_token_will_do_where_the_world_names_none(sandbox: Running, header: str) -> None:
    """Both header forms are taken, with whatever token."""
    answer = sandbox.http.get(STEPS, headers={"Authorization": header})

    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Basic dXNlcjpwYXNz", "secret-1"])
@pytest.mark.parametrize("path", [STEPS, FLAT_STEPS, "/v1/organizations", "/v1/project/dev-project/service"])
def test_no_token_is_401(sandbox: Running, header: str, path: str) -> None:
    """Every call of the API asks for a token, in Aiven's error form."""
    answer = sandbox.http.get(path, headers={"Authorization": header})

    assert code(answer) == (401, None)


def test_an_unknown_token_is_403_and_not_repeated() -> None:
    """Where the world names tokens, another one fails with Aiven's code; the answer does not quote it."""
    with running(WORLD, token="wrong-token") as here:
        answer = here.http.get(STEPS)

    assert code(answer) == (403, "authentication_failed")
    assert "wrong-token" not in answer.text


def test_a_narrow_token_sees_the_steps_whose_projects_it_may_read() -> None:
    """Steps that touch another project are left out of both lists, and out of the total."""
    with running(WORLD, token="narrow") as here:
        listed = here.http.get(STEPS).json()
        flat = here.http.get(FLAT_STEPS).json()

    assert [step["step_id"] for step in listed["steps"]] == ["open"]
    assert listed["total_count"] == 1
    assert [step["step_id"] for step in flat["steps"]] == ["open"]


@pytest.mark.parametrize(
    ("unreadable", "listed", "got"),
    [
        ({}, ["open"], (403, "permission_denied")),
        ({"get": "upgrade_step_not_found"}, ["open"], (404, "upgrade_step_not_found")),
        ({"list": "include"}, ["open", "hidden"], (403, "permission_denied")),
    ],
)
def test_the_world_says_what_becomes_of_unreadable_steps(
    unreadable: dict[str, str], listed: list[str], got: tuple[int, str]
) -> None:
    """Left out or listed; refused or unknown."""
    with running({**WORLD, "unreadable": unreadable}, token="narrow") as here:
        assert [step["step_id"] for step in here.listed()] == listed
        assert code(here.http.get(f"{STEPS}/hidden")) == got


def test_a_narrow_token_cannot_look_into_other_projects() -> None:
    """Their services are refused, and the lists of projects leave them out."""
    with running(WORLD, token="narrow") as here:
        assert code(here.http.get("/v1/project/secret/service")) == (403, "permission_denied")
        listed = here.http.get("/v1/organization/org1a23f456789/projects").json()
        assert [project["project_id"] for project in listed["projects"]] == ["a", "b"]
        assert here.http.get("/v1/project/b/service").status_code == 200


def test_writing_needs_write_access_to_both_projects() -> None:
    """A token that reads both projects and writes one cannot create, update or delete."""
    with running(WORLD, token="narrow") as here:
        answers = [
            here.create("a/y", "b/y"),
            here.create("b/y", "a/y"),
            here.http.patch(f"{STEPS}/open", json={"auto_validation_delay_days": 3}),
            here.http.delete(f"{STEPS}/open"),
        ]
        assert [code(answer) for answer in answers] == [(403, "permission_denied")] * 4
        assert here.create("a/x", "a/y").status_code == 200


def test_a_reading_token_reads_everything_and_writes_nothing() -> None:
    """Read access alone lists all steps and changes none."""
    with running(WORLD, token="reader") as here:
        assert [step["step_id"] for step in here.listed()] == ["open", "hidden"]
        assert code(here.http.delete(f"{STEPS}/open")) == (403, "permission_denied")
        assert code(here.http.post("/v1/project/a/service/x/upgrade-validation")) == (
            403,
            "permission_denied",
        )


def test_a_validation_names_the_tokens_user() -> None:
    """`validated_by_user` is the e-mail address of whoever the token belongs to."""
    with running(WORLD, token="narrow") as here:
        here.http.post("/v1/project/a/service/x/upgrade-validation").raise_for_status()
        with client(here.url, "all") as owner:
            steps = owner.get(STEPS).json()["steps"]

    assert {step["last_validation"]["validated_by_user"] for step in steps} == {"narrow@example.org"}
