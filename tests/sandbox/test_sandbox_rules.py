"""What the platform refuses, in both dialects, with which status and code."""

from typing import Any

import pytest

from tests.sandbox.running import FLAT_STEPS, STEPS, Running, flat_body, organization_body, running

WORLD: dict[str, Any] = {
    "organizations": [{"id": "org1a23f456789"}, {"id": "org2"}],
    "projects": [
        "p",
        {"name": "gated", "upgrade_pipelines": False},
        {"name": "foreign", "organization": "org2"},
    ],
    "services": [
        {"project": "p", "names": ["a", "b", "c", "d", "e"], "type": "pg"},
        {"project": "p", "name": "kafka", "type": "kafka"},
        {"project": "p", "names": ["mysql-1", "mysql-2"], "type": "mysql"},
        {"project": "p", "names": ["flink-1", "flink-2"], "type": "flink"},
        {"project": "gated", "name": "a", "type": "pg"},
        {"project": "foreign", "name": "a", "type": "pg"},
    ],
    "steps": [{"source": "p/a", "destination": "p/b"}, {"source": "p/b", "destination": "p/c"}],
}

REFUSALS = [
    ("nothing/a", "p/d", 404, "project_not_found"),
    ("p/a", "nothing/d", 404, "project_not_found"),
    ("p/nothing", "p/d", 404, "upgrade_step_source_service_not_found"),
    ("p/a", "p/nothing", 404, "upgrade_step_destination_service_not_found"),
    ("p/a", "gated/a", 403, "upgrade_pipeline_not_enabled_for_project"),
    ("p/a", "foreign/a", 400, "same_organization_required"),
    ("p/a", "p/kafka", 400, "upgrade_step_service_type_mismatch"),
    ("p/mysql-1", "p/mysql-2", 400, "upgrade_step_unsupported_service_type"),
    ("p/flink-1", "p/flink-2", 400, "upgrade_step_unsupported_service_type"),
    ("p/d", "p/d", 409, "upgrade_step_would_create_cycle"),
    ("p/c", "p/a", 409, "upgrade_step_would_create_cycle"),
    ("p/a", "p/c", 409, "upgrade_step_destination_already_has_source"),
    ("p/a", "p/b", 409, "upgrade_step_destination_already_has_source"),
]


@pytest.mark.parametrize("flat", [False, True], ids=["organization", "flat"])
@pytest.mark.parametrize(("source", "destination", "status", "code"), REFUSALS)
def test_a_step_that_breaks_a_rule_is_refused(
    source: str, destination: str, status: int, code: str, flat: bool
) -> None:
    """Each rule has its status and code, the same in both dialects, and leaves the steps as they were."""
    with running(WORLD) as here:
        before = here.pairs()
        body = (flat_body if flat else organization_body)(source, destination)
        answer = here.http.post(FLAT_STEPS if flat else STEPS, json=body)

        assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (status, code)
        assert here.pairs() == before


def test_a_gated_project_may_hold_a_source() -> None:
    """The feature is asked of the destination's project alone."""
    with running(WORLD) as here:
        assert here.create("gated/a", "p/d").status_code == 200


def test_the_organization_in_the_path_must_own_the_services() -> None:
    """A step between services of another organization is refused under this one."""
    with running(WORLD) as here:
        here.http.put("/_sandbox/services/foreign/b", json={"type": "pg"}).raise_for_status()
        answer = here.create("foreign/a", "foreign/b")

        assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (
            400,
            "organization_mismatch",
        )


@pytest.mark.parametrize(
    ("limits", "organization_steps", "flat_steps"),
    [({}, 2, 3), ({"limits": {"max_chain_steps": 1}}, 1, 1), ({"limits": {"max_chain_steps": 4}}, 4, 4)],
)
def test_chain_limit_is_2_or_3_unless_the_world_says_otherwise(
    limits: dict[str, Any], organization_steps: int, flat_steps: int
) -> None:
    """A chain grows to its dialect's limit and not by one step more."""
    world = {**WORLD, "projects": ["p", "gated"], "services": WORLD["services"][:5], "steps": [], **limits}
    for flat, most in ((False, organization_steps), (True, flat_steps)):
        with running(world) as here:
            chain = ["p/a p/b", "p/b p/c", "p/c p/d", "p/d p/e", "p/e gated/a"]
            answers = [
                here.http.post(
                    FLAT_STEPS if flat else STEPS,
                    json=(flat_body if flat else organization_body)(*ask.split()),
                )
                for ask in chain[: most + 1]
            ]
            assert [answer.status_code for answer in answers] == [200] * most + [409]
            code = answers[-1].json()["errors"][0]["error_code"]
            assert code == "upgrade_step_exceeds_max_chain_length"


def test_an_organizations_own_limits_come_before_the_worlds() -> None:
    """Limits may stand on an organization; they win over those of the world."""
    world = {
        **WORLD,
        "organizations": [{"id": "org1a23f456789", "limits": {"max_auto_validation_delay_days": 90}}],
        "projects": ["p"],
        "services": WORLD["services"][:1],
        "limits": {"max_auto_validation_delay_days": 10},
    }
    with running(world) as here:
        assert here.create("p/a", "p/d", auto_validation_delay_days=90).status_code == 200
        assert here.create("p/a", "p/e", auto_validation_delay_days=91).status_code == 400


@pytest.mark.parametrize("days", [0, -1, 31, "7", 7.0, 7.5, True, [7]])
def test_a_delay_outside_1_to_30_or_of_another_type_is_refused(sandbox: Running, days: object) -> None:
    """Neither creating nor updating takes such a delay, and the step keeps the one it has."""
    step = sandbox.step("dev-project/pg-dev", "staging-project/pg-staging", auto_validation_delay_days=3)

    created = sandbox.create("staging-project/pg-staging", "prod-project/pg-prod", auto_validation_delay_days=days)
    updated = sandbox.http.patch(f"{STEPS}/{step['step_id']}", json={"auto_validation_delay_days": days})

    assert (created.status_code, updated.status_code) == (400, 400)
    assert sandbox.listed() == [step]


@pytest.mark.parametrize("body", [{}, {"auto_validation_delay_days": None}])
def test_an_absent_or_null_delay_is_7_at_creation_and_no_change_later(sandbox: Running, body: dict[str, Any]) -> None:
    """`avn` sends null for a delay that was not given; other clients leave the key out."""
    step = sandbox.step("dev-project/pg-dev", "staging-project/pg-staging", **body)

    assert step["auto_validation_delay_days"] == 7
    place = f"{STEPS}/{step['step_id']}"
    sandbox.http.patch(place, json={"auto_validation_delay_days": 9}).raise_for_status()
    assert sandbox.http.patch(place, json=body).json()["auto_validation_delay_days"] == 9


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"7", b'{"source_project_name": "dev-project"}', b'{"source_project_name": 1}'],
)
def test_a_body_that_names_no_step_is_400(sandbox: Running, content: bytes) -> None:
    """A body that is not JSON, not an object, or lacks a name is refused with a JSON error."""
    answer = sandbox.http.post(STEPS, content=content)

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (400, "bad_request")


def test_validating_a_source_validates_all_its_steps(sandbox: Running) -> None:
    """One validation covers every destination of the source, and no other step."""
    sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")
    sandbox.step("dev-project/pg-dev", "prod-project/pg-prod")
    sandbox.http.put("/_sandbox/services/dev-project/pg-other", json={"type": "pg"})
    sandbox.step("staging-project/pg-staging", "dev-project/pg-other")

    path = "/v1/project/dev-project/service/pg-dev/upgrade-validation"
    assert sandbox.http.post(path, json={"comment": None}).status_code == 204

    validations = [step["last_validation"] for step in sandbox.listed()]
    expected = {
        "comment": "",
        "validated_at": "2026-05-04T12:30:00.000000Z",
        "validated_by_user": "sandbox@example.org",
    }
    assert validations == [expected, expected, None]


def test_the_last_validation_is_shown(sandbox: Running) -> None:
    """After two validations, with and without a body, a step shows the second."""
    sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")
    path = "/v1/project/dev-project/service/pg-dev/upgrade-validation"

    sandbox.http.post(path, json={"comment": "first"}).raise_for_status()
    sandbox.http.post(path).raise_for_status()

    assert sandbox.listed()[0]["last_validation"]["comment"] == ""


def test_deleting_a_step_deletes_its_validations(sandbox: Running) -> None:
    """A step that is made again starts without the validations of the one before."""
    step = sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")
    sandbox.http.post("/v1/project/dev-project/service/pg-dev/upgrade-validation").raise_for_status()

    sandbox.http.delete(f"{STEPS}/{step['step_id']}").raise_for_status()
    again = sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")

    assert again["last_validation"] is None
    assert again["step_id"] != step["step_id"]


def test_a_powered_off_service_cannot_be_validated(sandbox: Running) -> None:
    """Aiven's 409 for the service's state, and nothing is recorded."""
    sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")
    sandbox.http.put("/_sandbox/services/dev-project/pg-dev", json={"state": "POWEROFF"})

    answer = sandbox.http.post("/v1/project/dev-project/service/pg-dev/upgrade-validation")

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (
        409,
        "upgrade_step_validation_not_possible_due_to_service_state",
    )
    assert sandbox.listed()[0]["last_validation"] is None


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [
        ("nothing/service/x", 404, "project_not_found"),
        ("dev-project/service/x", 404, "service_does_not_exist"),
    ],
)
def test_validating_what_is_not_there_is_404(sandbox: Running, service: str, status: int, code: str) -> None:
    """A project or service that does not exist cannot be validated."""
    answer = sandbox.http.post(f"/v1/project/{service}/upgrade-validation")

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (status, code)


@pytest.mark.parametrize("comment", [b"7", b"[]", b'"\\ud800"'])
def test_a_comment_is_text(sandbox: Running, comment: bytes) -> None:
    """A comment of another type, or half a character, is refused."""
    path = "/v1/project/dev-project/service/pg-dev/upgrade-validation"

    assert sandbox.http.post(path, content=b'{"comment": %s}' % comment).status_code == 400


def test_a_step_is_found_in_its_own_organization_only() -> None:
    """The id of another organization's step is unknown in this one, and known account-wide."""
    with running(WORLD) as here:
        step_id = here.listed()[0]["step_id"]

        other = here.http.get(f"/v1/organization/org2/upgrade-pipeline/steps/{step_id}")
        assert (other.status_code, other.json()["errors"][0]["error_code"]) == (
            404,
            "upgrade_step_not_found",
        )
        assert here.http.get("/v1/organization/org2/upgrade-pipeline/steps").json()["steps"] == []
        assert here.http.get(f"{FLAT_STEPS}/{step_id}").status_code == 200
