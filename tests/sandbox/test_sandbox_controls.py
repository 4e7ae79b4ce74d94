"""The controls under `/_sandbox/`: the world changes behind the API's back."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.sandbox.running import FLAT_STEPS, STEPS, Running, running

PAIR = ("dev-project/pg-dev", "staging-project/pg-staging")
ODD_NAMES = ["a/b", "a b", "100%", "%2F", "%25", "ü", "a+b", "a?b#c", "<script>", "..x", "a%2Fb/c", "'\"", "日本"]


def test_the_summary_counts_what_is_there(sandbox: Running) -> None:
    """Projects, services, steps, requests, latency and faults, at a glance; the controls do not count themselves."""
    sandbox.step(*PAIR)

    assert sandbox.http.get("/_sandbox/").json() == {
        "organizations": ["org1a23f456789"],
        "projects": 3,
        "services": 5,
        "steps": 1,
        "requests": 1,
        "latency_ms": 0,
        "faults": [],
    }


def test_reset_goes_back_to_the_beginning(sandbox: Running) -> None:
    """Steps, services, faults, latency and the log are as they were at the start."""
    sandbox.step(*PAIR)
    sandbox.http.delete("/_sandbox/services/prod-project/pg-prod").raise_for_status()
    sandbox.http.put("/_sandbox/latency", json={"latency_ms": 1}).raise_for_status()
    sandbox.order_fault(status=500)

    after = sandbox.http.post("/_sandbox/reset").json()

    assert (after["services"], after["steps"], after["requests"]) == (5, 0, 0)
    assert (after["latency_ms"], after["faults"]) == (0, [])


def test_reset_takes_another_world(sandbox: Running) -> None:
    """A world in the body replaces the one before, and is what a later reset goes back to."""
    world = {"organization": "o", "services": [{"project": "p", "names": ["a", "b"], "type": "pg"}]}

    assert sandbox.http.post("/_sandbox/reset", json=world).json()["organizations"] == ["o"]
    sandbox.http.delete("/_sandbox/services/p/a").raise_for_status()
    assert sandbox.http.post("/_sandbox/reset").json()["services"] == 2


def test_a_reset_to_a_wrong_world_changes_nothing(sandbox: Running) -> None:
    """The answer says what is wrong with the world; the old one stays."""
    sandbox.step(*PAIR)

    answer = sandbox.http.post("/_sandbox/reset", json={"organization": "o", "service": []})

    assert answer.status_code == 400
    assert "service: Extra inputs are not permitted" in answer.json()["message"]
    assert sandbox.pairs() == [PAIR]


def test_a_service_can_be_made_and_changed(sandbox: Running) -> None:
    """PUT creates a service, and later changes what its body names and nothing else."""
    place = "/_sandbox/services/dev-project/pg-new"
    made = {"type": "pg", "version": "15.2", "maintenance": {"dow": "monday"}}

    assert sandbox.http.put(place, json={"state": "RUNNING"}).status_code == 400
    assert sandbox.http.put(place, json=made).status_code == 200
    changed = {"state": "POWEROFF", "maintenance": {"time": "10:30:00"}}
    assert sandbox.http.put(place, json=changed).status_code == 200

    service = sandbox.http.get("/v1/project/dev-project/service/pg-new").json()["service"]
    assert (service["state"], service["metadata"]) == ("POWEROFF", {"pg_version": "15.2"})
    assert service["maintenance"] == {"dow": "monday", "time": "10:30:00", "enabled": True, "updates": []}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "services/nowhere/x", {"type": "pg"}, 404),
        ("PUT", "services/dev-project/pg-dev", {"state": "BROKEN"}, 400),
        ("PUT", "services/dev-project/pg-dev", {"maintenance": "monday"}, 400),
        ("DELETE", "services/dev-project/nothing", None, 404),
        ("POST", "services/dev-project/nothing/rename", {"name": "x"}, 404),
        ("POST", "services/dev-project/pg-dev/rename", {"name": "kafka-dev"}, 409),
        ("POST", "services/dev-project/pg-dev/rename", {"name": ""}, 400),
        ("POST", "projects/nothing/rename", {"name": "x"}, 404),
        ("POST", "projects/dev-project/rename", {"name": "prod-project"}, 409),
        ("PUT", "projects/dev-project", {"organization": "nobody"}, 404),
        ("POST", "steps", {"source": "x", "destination": "a/b"}, 400),
        ("PUT", "latency", {"latency_ms": -1}, 400),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(
    sandbox: Running, method: str, path: str, body: Any, status: int
) -> None:
    """A control answers 400, 404 or 409 with a reason, and changes nothing."""
    before = sandbox.http.get("/v1/project/dev-project/service").json()

    answer = sandbox.http.request(method, f"/_sandbox/{path}", json=body)

    assert answer.status_code == status
    assert answer.json()["message"]
    assert sandbox.http.get("/v1/project/dev-project/service").json() == before


@pytest.mark.parametrize(("query", "left"), [("", []), ("?steps=keep", [PAIR])])
def test_a_service_goes_with_its_steps_or_without(sandbox: Running, query: str, left: list[tuple[str, str]]) -> None:
    """Removing a service removes the steps at both its ends, unless they are to be kept."""
    sandbox.step(*PAIR)

    sandbox.http.delete(f"/_sandbox/services/staging-project/pg-staging{query}").raise_for_status()

    assert sandbox.pairs() == left
    assert sandbox.http.get("/v1/project/staging-project/service").json() == {"services": []}


def test_a_renamed_service_keeps_its_steps_and_their_ids(sandbox: Running) -> None:
    """After a rename the same step ids are listed under the new names, as source and as destination."""
    first = sandbox.step(*PAIR)
    second = sandbox.step("staging-project/pg-staging", "prod-project/pg-prod")

    sandbox.http.post(
        "/_sandbox/services/staging-project/pg-staging/rename", json={"name": "pg-new"}
    ).raise_for_status()

    assert sandbox.pairs() == [
        ("dev-project/pg-dev", "staging-project/pg-new"),
        ("staging-project/pg-new", "prod-project/pg-prod"),
    ]
    assert [step["step_id"] for step in sandbox.listed()] == [first["step_id"], second["step_id"]]


def test_a_renamed_project_takes_its_services_and_steps_along(sandbox: Running) -> None:
    """The project's services and steps are found under the new name."""
    sandbox.step(*PAIR)

    sandbox.http.post("/_sandbox/projects/dev-project/rename", json={"name": "lab"}).raise_for_status()

    assert sandbox.pairs() == [("lab/pg-dev", "staging-project/pg-staging")]
    assert len(sandbox.http.get("/v1/project/lab/service").json()["services"]) == 2
    assert sandbox.http.get("/v1/project/dev-project").status_code == 404


def test_a_project_can_lose_and_regain_the_feature(sandbox: Running) -> None:
    """PUT on a project switches upgrade pipelines, or makes a new project."""
    place = "/_sandbox/projects/staging-project"

    sandbox.http.put(place, json={"upgrade_pipelines": False}).raise_for_status()
    assert sandbox.create(*PAIR).status_code == 403
    sandbox.http.put(place, json={"upgrade_pipelines": True}).raise_for_status()
    assert sandbox.create(*PAIR).status_code == 200
    sandbox.http.put("/_sandbox/projects/fresh").raise_for_status()
    assert sandbox.http.get("/v1/project/fresh/service").json() == {"services": []}


def test_a_step_can_be_put_there_against_every_rule(sandbox: Running) -> None:
    """Two sources, a cycle, a delay of 99 days, services that do not exist: what somebody else left behind."""
    odd = [
        ("dev-project/pg-dev", "prod-project/pg-prod"),
        ("staging-project/pg-staging", "prod-project/pg-prod"),
        ("prod-project/pg-prod", "dev-project/pg-dev"),
        ("nowhere/x", "elsewhere/y"),
    ]
    for source, destination in odd:
        step = {"source": source, "destination": destination, "auto_validation_delay_days": 99}
        assert sandbox.http.post("/_sandbox/steps", json=step).status_code == 201

    assert sandbox.pairs() == odd
    assert {step["auto_validation_delay_days"] for step in sandbox.listed()} == {99}


def test_creating_beside_an_inserted_cycle_comes_to_an_end(sandbox: Running) -> None:
    """The engine does not walk round a cycle for ever: a step below it is too deep in any chain."""
    for source, destination in (PAIR, PAIR[::-1]):
        step = {"source": source, "destination": destination}
        sandbox.http.post("/_sandbox/steps", json=step).raise_for_status()

    answer = sandbox.create("staging-project/pg-staging", "prod-project/pg-prod")

    assert answer.status_code == 409
    assert answer.json()["errors"][0]["error_code"] == "upgrade_step_exceeds_max_chain_length"


def test_an_inserted_step_may_carry_an_id_and_a_validation(sandbox: Running) -> None:
    """Drift can be built exactly: the id, and a validation by a timer."""
    validation = {"comment": "", "validated_at": "2026-01-02T03:04:05Z", "validated_by_user": None}
    step = {"source": PAIR[0], "destination": PAIR[1], "step_id": "fixed", "last_validation": validation}

    made = sandbox.http.post("/_sandbox/steps", json=step).json()

    assert (made["step_id"], made["last_validation"]) == ("fixed", validation)
    assert sandbox.listed() == [made]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_with_odd_characters_work_everywhere(name: str) -> None:
    """In paths, bodies, filters and look-ups of both dialects a name means itself, whatever it is made of."""
    world = {
        "organization": "org1a23f456789",
        "services": [{"project": project, "name": name, "type": "pg"} for project in (name, "plain")],
    }
    body = {"source_project": name, "source_service": name}
    body |= {"destination_project": "plain", "destination_service": name}
    quoted = quote(name, safe="")
    with running(world) as here:
        here.http.post(FLAT_STEPS, json=body).raise_for_status()
        service = here.http.get(f"/v1/project/{quoted}/service/{quoted}").json()["service"]
        here.http.post(
            f"/v1/project/{quoted}/service/{quoted}/upgrade-validation", json={"comment": name}
        ).raise_for_status()
        listed = here.http.get(STEPS, params={"source_project_name": name, "source_service_name": name}).json()["steps"]

    assert service["service_name"] == name
    (step,) = listed
    assert (step["source_project_name"], step["destination_service_name"]) == (name, name)
    assert step["last_validation"]["comment"] == name


def test_the_page_shows_steps_and_services_and_escapes_them() -> None:
    """Names are text on the page at `/`, never markup; it needs no token and runs no script."""
    world = {
        "organization": "o",
        "services": [{"project": "p", "names": ["<img src=x onerror=1>", "b"], "type": "pg"}],
        "steps": [{"source": "p/<img src=x onerror=1>", "destination": "p/b"}],
    }
    with running(world, token="") as here:
        page = here.http.get("/")

    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<img" not in page.text
    assert "<code>p/&lt;img src=x onerror=1&gt;</code>" in page.text
    assert "Upgrade steps (1)" in page.text
