"""The sandbox's answers beside payloads typed by hand from Aiven's published API."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipesync.sandbox import create_app
from tests.sandbox.running import ORGANIZATION, STEPS, Running, running

PAYLOADS = Path(__file__).parent / "payloads"


def golden(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def shape(value: Any) -> Any:
    """The keys and types of JSON, without its values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def missing(expected: Any, answer: Any, place: str = "") -> list[str]:
    """Where `answer` lacks a key of `expected`, or holds another type there; more keys are no difference."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return [
            found
            for key, item in expected.items()
            for found in (missing(item, answer[key], f"{place}.{key}") if key in answer else [f"{place}.{key}"])
        ]
    if isinstance(expected, list) and isinstance(answer, list):
        return missing(expected[0], answer[0], f"{place}[0]") if expected and answer else []
    return [] if type(expected) is type(answer) else [place]


def test_create_answers_the_bare_step(sandbox: Running) -> None:
    """POST answers 200 (not 201) with the step and no wrapping key; `step_id` has 36 characters."""
    answer = sandbox.http.post(STEPS, json=golden("step_create_request"))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    step = answer.json()
    assert {**step, "step_id": golden("step")["step_id"]} == golden("step")
    assert len(step["step_id"]) == 36


def test_get_and_patch_answer_the_bare_step(sandbox: Running) -> None:
    """GET answers what POST answered; PATCH the same with another delay."""
    step = sandbox.http.post(STEPS, json=golden("step_create_request")).json()
    place = f"{STEPS}/{step['step_id']}"

    assert sandbox.http.get(place).json() == step
    patched = sandbox.http.patch(place, json={"auto_validation_delay_days": 14})
    assert (patched.status_code, patched.json()) == (200, {**step, "auto_validation_delay_days": 14})


def test_list_wraps_steps_with_paging_keys(sandbox: Running) -> None:
    """The list holds `steps`, the four links and `total_count`, and nothing else."""
    sandbox.http.post(STEPS, json=golden("step_create_request"))

    assert shape(sandbox.http.get(STEPS).json()) == shape(golden("step_list"))


def test_delete_answers_204_without_a_body(sandbox: Running) -> None:
    """DELETE answers 204, and a second one 404."""
    place = f"{STEPS}/{sandbox.step('dev-project/pg-dev', 'prod-project/pg-prod')['step_id']}"

    first, second = sandbox.http.delete(place), sandbox.http.delete(place)

    assert (first.status_code, first.content) == (204, b"")
    assert second.status_code == 404
    assert second.json()["errors"][0]["error_code"] == "upgrade_step_not_found"


@pytest.mark.parametrize("word", ["upgrade-validation", "upgrade_validation"])
def test_validation_answers_204_and_shows_in_the_step(sandbox: Running, word: str) -> None:
    """Both spellings of the validation path record comment, time and user on the step."""
    step = sandbox.http.post(STEPS, json=golden("step_create_request")).json()

    answer = sandbox.http.post(
        f"/v1/project/dev-project/service/pg-dev/{word}",
        json={"comment": "Tested and verified in development"},
    )

    assert (answer.status_code, answer.content) == (204, b"")
    validated = sandbox.http.get(f"{STEPS}/{step['step_id']}").json()
    assert {**validated, "step_id": golden("step")["step_id"]} == golden("step_validated")


def test_an_error_has_a_message_and_a_list(sandbox: Running) -> None:
    """A refusal carries Aiven's general error form: message, and one error with status and code."""
    sandbox.step("dev-project/pg-dev", "staging-project/pg-staging")

    answer = sandbox.create("prod-project/pg-prod", "staging-project/pg-staging")

    assert answer.status_code == 409
    assert shape(answer.json()) == shape(golden("error"))
    assert answer.json()["errors"][0]["error_code"] == golden("error")["errors"][0]["error_code"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/project/dev-project/service/pg-dev", "service"),
        ("/v1/organizations", "organizations"),
        (f"/v1/organization/{ORGANIZATION}/projects", "organization_projects"),
        ("/v1/project/dev-project", "project"),
    ],
)
def test_lookups_hold_the_documented_fields(sandbox: Running, path: str, name: str) -> None:
    """Each look-up answers with the fields that Aiven documents, in their types."""
    assert missing(golden(name), sandbox.http.get(path).json()) == []


def test_the_services_of_a_project_come_in_one_call(sandbox: Running) -> None:
    """The list of services holds the same objects as the calls for one."""
    listed = sandbox.http.get("/v1/project/dev-project/service").json()["services"]

    assert [service["service_name"] for service in listed] == ["pg-dev", "kafka-dev"]
    one = sandbox.http.get("/v1/project/dev-project/service/pg-dev").json()["service"]
    assert listed[0] == one


def test_one_project_names_its_organization(sandbox: Running) -> None:
    """The organization's own call for one project carries `organization_id`, under either spelling of its path."""
    for word in ("project", "projects"):
        project = sandbox.http.get(f"/v1/organization/{ORGANIZATION}/{word}/prod-project").json()
        assert (project["project_id"], project["organization_id"]) == ("prod-project", ORGANIZATION)


def test_all_projects_of_a_token_are_listed(sandbox: Running) -> None:
    """The deprecated list of projects names all of them, with the organization of each."""
    projects = sandbox.http.get("/v1/project").json()["projects"]

    assert [project["project_name"] for project in projects] == [
        "dev-project",
        "staging-project",
        "prod-project",
    ]
    assert sandbox.http.get(f"/v1/organization/{ORGANIZATION}").json()["organization_id"] == ORGANIZATION


def test_a_project_is_found_in_its_own_organization_only() -> None:
    """Under another organization's path a project does not exist."""
    world = {"organizations": [{"id": "one"}, {"id": "two"}], "projects": ["p"]}
    with running(world) as here:
        assert here.http.get("/v1/organization/one/project/p").status_code == 200
        assert here.http.get("/v1/organization/two/project/p").status_code == 404


def test_a_validation_is_dated_now_in_utc() -> None:
    """Without another clock a validation carries the time of day, in UTC, and a client may be in-process."""
    app = create_app()
    transport = httpx.WSGITransport(app=app)
    headers = {"Authorization": "Bearer t"}
    with httpx.Client(transport=transport, base_url="http://sandbox", headers=headers) as http:
        before = datetime.now(UTC)
        http.post(STEPS, json=golden("step_create_request")).raise_for_status()
        http.post("/v1/project/dev-project/service/pg-dev/upgrade-validation").raise_for_status()
        (step,) = http.get(STEPS).json()["steps"]

    at = step["last_validation"]["validated_at"]
    assert at.endswith("Z")
    assert before <= datetime.fromisoformat(at) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/organization/nobody", "organization_not_found"),
        ("/v1/organization/nobody/projects", "organization_not_found"),
        ("/v1/organization/nobody/upgrade-pipeline/steps", "organization_not_found"),
        (f"/v1/organization/{ORGANIZATION}/project/nothing", "project_not_found"),
        ("/v1/project/nothing", "project_not_found"),
        ("/v1/project/nothing/service", "project_not_found"),
        ("/v1/project/dev-project/service/nothing", "service_does_not_exist"),
        (f"{STEPS}/no-such-step", "upgrade_step_not_found"),
        ("/v1/upgrade/step/no-such-step", "upgrade_step_not_found"),
    ],
)
def test_what_does_not_exist_is_404_with_its_code(sandbox: Running, path: str, code: str) -> None:
    """Each kind of thing that is not there has its own code."""
    answer = sandbox.http.get(path)

    assert (answer.status_code, answer.json()["errors"][0]["error_code"]) == (404, code)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing/here", 404), ("PUT", "/v1/upgrade/step", 405)],
)
def test_unknown_paths_and_methods_answer_in_aivens_form(sandbox: Running, method: str, path: str, status: int) -> None:
    """A path or method that the API lacks is answered with a JSON error as well."""
    answer = sandbox.http.request(method, path)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["status"] == status
