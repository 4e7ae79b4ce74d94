"""What the client sends for each of its methods, and what it makes of the answers."""

import threading
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from pipesync.aiven.client import Unreadable
from pipesync.errors import ApiError, Unreachable
from pipesync.model import LiveStep, UpgradeStep
from tests.contract.scripted import (
    FLAT_STEPS,
    ORGANIZATION,
    ORGANIZATION_STEPS,
    STEP,
    STEP_ID,
    Script,
    answer,
    client,
    payload,
    wire,
)  # fmt: skip

LIVE = LiveStep(STEP_ID, STEP)
GONE = answer(404, payload("error-upgrade-step-not-found"))
NO_PROJECT = answer(404, payload("error-project-not-found"))
ONE = f"{ORGANIZATION_STEPS}/{STEP_ID}"
SLOWER = UpgradeStep(STEP.source, STEP.destination, 14)


def test_every_request_introduces_itself() -> None:
    """Token, program and version, and what is understood, stand in each request's headers."""
    script = Script([answer(200, wire())])
    client(script).get_step(STEP_ID)
    headers = script.log[0].headers
    assert headers["authorization"].startswith("Bearer ")
    assert headers["user-agent"].startswith("pipesync/")
    assert (headers["accept"], headers["accept-encoding"]) == ("application/json", "gzip")


@pytest.mark.parametrize(("organization", "steps"), [(None, FLAT_STEPS), (ORGANIZATION, ORGANIZATION_STEPS)])
def test_paths_of_one_step(organization: str | None, steps: str) -> None:
    """Get, update and delete name the step by its id, each dialect under its own path."""
    script = Script([answer(200, wire()), answer(200, wire(SLOWER)), answer(204)])
    speaker = client(script, organization)
    assert speaker.get_step(STEP_ID) == LIVE
    assert speaker.update_step(STEP_ID, 14) == LiveStep(STEP_ID, SLOWER)
    speaker.delete_step(STEP_ID)
    assert script.asked == [f"{method} {steps}/{STEP_ID}" for method in ("GET", "PATCH", "DELETE")]
    assert httpx.Response(200, content=script.log[1].content).json() == payload("update-request")


@pytest.mark.parametrize("organization", [None, ORGANIZATION])
def test_a_step_that_is_gone(organization: str | None) -> None:
    """Aiven's own code for it means: None to a get, success to a delete, an error to an update."""
    assert client(Script([GONE]), organization).get_step("x") is None
    client(Script([GONE]), organization).delete_step("x")
    with pytest.raises(ApiError, match="no upgrade step of this id any more"):
        client(Script([GONE]), organization).update_step("x", 7)


@pytest.mark.parametrize("reply", [answer(404), answer(404, {}), answer(404, {"message": "Not found"})], ids=str)
def test_a_plain_404(reply: httpx.Response) -> None:
    """Without a code, a 404 speaks of the step in the flat dialect, whose codes nobody documents, and nowhere else."""
    assert client(Script([reply]), None).get_step("x") is None
    if reply.content:
        client(Script([reply]), None).delete_step("x")
    with pytest.raises(ApiError):
        client(Script([reply])).get_step("x")
    with pytest.raises(ApiError):
        client(Script([reply])).delete_step("x")


@pytest.mark.parametrize("organization", [None, ORGANIZATION])
@pytest.mark.parametrize(
    "reply",
    [
        NO_PROJECT,
        answer(404, payload("error-organization-not-found")),
        httpx.Response(404, headers={"content-type": "text/html"}, content=b"<html>"),
        answer(403),
        answer(410),
    ],
    ids=str,
)
def test_other_refusals_do_not_mean_gone(organization: str | None, reply: httpx.Response) -> None:
    """Absence is never inferred from another failure."""
    with pytest.raises(ApiError):
        client(Script([reply]), organization).get_step("x")
    with pytest.raises(ApiError):
        client(Script([reply]), organization).delete_step("x")


def test_a_delete_that_was_heard_but_not_answered() -> None:
    """A delete is repeated, and finding the step gone then is success."""
    script = Script([httpx.ReadTimeout("late"), GONE])
    client(script).delete_step(STEP_ID)
    assert script.asked == [f"DELETE {ONE}"] * 2


@pytest.mark.parametrize("method", ["update", "delete"])
@pytest.mark.parametrize("last", [httpx.ReadTimeout("late"), answer(503), answer(408)], ids=str)
def test_a_write_without_an_answer_is_unknown(method: str, last: Any) -> None:
    """If no attempt of a write is answered for good, whether it took effect is not known."""
    speaker = client(Script([last]))
    with pytest.raises(Unreachable) as caught:
        speaker.update_step(STEP_ID, 7) if method == "update" else speaker.delete_step(STEP_ID)
    assert "not known" in str(caught.value.next)


def test_another_step_than_asked_for() -> None:
    """A get that answers with another step is not believed."""
    with pytest.raises(ApiError, match="another step than the one asked for"):
        client(Script([answer(200, wire(step_id="other"))])).get_step(STEP_ID)


@pytest.mark.parametrize("first", [answer(204), answer(200, {}), answer(200, wire()), answer(200, [1])], ids=str)
def test_an_update_is_verified(first: httpx.Response) -> None:
    """If the answer does not show the new delay, the step is read back."""
    script = Script([first, answer(200, wire(SLOWER))])
    assert client(script).update_step(STEP_ID, 14).step == SLOWER
    assert script.asked == [f"PATCH {ONE}", f"GET {ONE}"]


def test_an_update_that_did_nothing() -> None:
    """A delay that stays what it was, whatever the status says, is an error that tells it."""
    with pytest.raises(ApiError, match="the delay of staging-project/pg-staging is still 3 days"):
        client(Script([answer(200, wire())])).update_step(STEP_ID, 14)


@pytest.mark.parametrize("back", [GONE, answer(403), answer(200, {})], ids=str)
def test_an_update_that_cannot_be_read_back(back: httpx.Response) -> None:
    """If the step cannot be read back, the outcome is unknown."""
    with pytest.raises(Unreachable, match="reports success, but"):
        client(Script([answer(204), back])).update_step(STEP_ID, 14)


def test_services_are_reduced() -> None:
    """One call per project; of all that an answer holds, passwords too, only what we show is kept."""
    script = Script([answer(200, payload("services"))])
    found = client(script).services("dev-project")
    assert isinstance(found, Mapping)
    assert script.asked == ["GET /v1/project/dev-project/service"]
    assert sorted(found) == ["kafka-dev", "pg-dev"]
    assert "EXAMPLE-PASSWORD" not in repr(found)


@pytest.mark.parametrize("reply", [NO_PROJECT, answer(403), answer(200, {}), answer(500)], ids=str)
def test_services_that_cannot_be_read(reply: httpx.Response) -> None:
    """A project that Aiven does not show is a value with the reason, for a warning."""
    found = client(Script([reply])).services("dev-project")
    assert isinstance(found, Unreadable)
    assert (found.project, found.status) == ("dev-project", reply.status_code)


@pytest.mark.parametrize("reply", [answer(401), httpx.ConnectError("refused")], ids=str)
def test_services_without_a_token_or_network(reply: Any) -> None:
    """A refused token, or no network, concerns more than one project and is raised."""
    with pytest.raises(ApiError):
        client(Script([reply])).services("dev-project")


def test_many_threads_on_one_client() -> None:
    """Twenty-four threads share one client, and each gets its own answer."""

    def reflect(request: httpx.Request) -> httpx.Response:
        return answer(200, wire(step_id=request.url.path.rpartition("/")[2]))

    speaker = client(reflect)
    start = threading.Barrier(24)
    found: dict[int, list[str]] = {}

    def read(thread: int) -> None:
        start.wait(10)
        ids = [f"id-{thread}-{number}" for number in range(20)]
        found[thread] = [str(step.step_id) for one in ids if (step := speaker.get_step(one)) is not None]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {thread: [f"id-{thread}-{number}" for number in range(20)] for thread in range(24)}
