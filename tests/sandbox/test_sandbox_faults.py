"""Trouble on order, as a client on a real socket sees it, and what it does to the data."""

from typing import Any

import httpx
import pytest

from tests.sandbox.running import STEPS, Running

PAIR = ("dev-project/pg-dev", "staging-project/pg-staging")


def requests(here: Running, **query: str) -> dict[str, Any]:
    answer: dict[str, Any] = here.http.get("/_sandbox/requests", params=query).json()
    return answer


def test_a_status_replaces_the_answer_before_the_effect(sandbox: Running) -> None:
    """The request gets the ordered status, code, message and headers, and nothing was done."""
    sandbox.order_fault(
        method="POST",
        status=429,
        error_code="rate_limited",
        message="try again in 28s",
        headers={"Retry-After": "28"},
    )

    answer = sandbox.create(*PAIR)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "28")
    assert answer.json() == {
        "message": "try again in 28s",
        "errors": [{"message": "try again in 28s", "status": 429, "error_code": "rate_limited"}],
    }
    assert sandbox.pairs() == []


def test_a_status_may_come_after_the_effect(sandbox: Running) -> None:
    """With `effect` the request is carried out and its answer withheld."""
    sandbox.order_fault(method="POST", status=502, effect=True)

    assert sandbox.create(*PAIR).status_code == 502
    assert sandbox.pairs() == [PAIR]


@pytest.mark.parametrize(("lose", "left"), [("before", []), ("after", [PAIR])])
def test_a_lost_reply_breaks_the_connection(sandbox: Running, lose: str, left: list[tuple[str, str]]) -> None:
    """The client sees the connection end without an answer; the step exists only if it was lost afterwards."""
    sandbox.order_fault(method="POST", lose=lose)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        sandbox.create(*PAIR)

    assert sandbox.pairs() == left


@pytest.mark.parametrize(("lose", "left"), [("before", [PAIR]), ("after", [])])
def test_a_delete_may_lose_its_reply_too(sandbox: Running, lose: str, left: list[tuple[str, str]]) -> None:
    """A lost reply leaves the effect exactly before or after."""
    step = sandbox.step(*PAIR)
    sandbox.order_fault(method="DELETE", lose=lose)

    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.http.delete(f"{STEPS}/{step['step_id']}")

    assert sandbox.pairs() == left


def test_a_truncated_answer_ends_in_the_middle(sandbox: Running) -> None:
    """The whole length is announced, some bytes come, and the connection ends."""
    sandbox.step(*PAIR)
    sandbox.order_fault(path=STEPS, truncate=25)

    with pytest.raises(httpx.RemoteProtocolError, match="received 25 bytes"):
        sandbox.http.get(STEPS)


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"body": '{"steps": [', "content_type": "application/json"}, 200, '{"steps": ['),
        ({"body": "<html>busy</html>", "content_type": "text/html", "status": 503}, 503, "<html>busy</html>"),
        ({"body": ""}, 200, ""),
    ],
)
def test_any_body_can_be_sent(sandbox: Running, fault: dict[str, Any], status: int, text: str) -> None:
    """Broken JSON, HTML or nothing in place of an answer."""
    sandbox.order_fault(**fault)

    answer = sandbox.http.get(STEPS)

    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers["content-type"] == fault.get("content_type", "application/json")


def test_faults_count_what_they_match(sandbox: Running) -> None:
    """A rule lets the first `skip` requests through, meets the next `times`, then nothing more."""
    sandbox.order_fault(method="GET", path="*/steps", skip=1, times=2, status=500)

    answers = [sandbox.http.get(STEPS).status_code for _ in range(4)]

    assert answers == [200, 500, 500, 200]
    (rule,) = sandbox.http.get("/_sandbox/faults").json()["faults"]
    assert (rule["seen"], rule["fired"]) == (4, 2)


def test_the_first_rule_that_applies_wins_until_it_is_spent(sandbox: Running) -> None:
    """Rules queue: the second of a kind meets the request that the first no longer meets."""
    sandbox.order_fault(status=500)
    sandbox.order_fault(status=503, times=None)

    assert [sandbox.http.get(STEPS).status_code for _ in range(3)] == [500, 503, 503]


def test_faults_meet_only_the_method_and_path_they_name(sandbox: Running) -> None:
    """Globs choose; the controls are never met, and clearing ends every rule."""
    sandbox.order_fault(method="P*", path="/v1/project/*/service/pg-*/upgrade?validation", status=500, times=None)
    validation = "/v1/project/dev-project/service/pg-dev/upgrade-validation"

    assert sandbox.http.get(STEPS).status_code == 200
    assert sandbox.http.post(validation).status_code == 500
    assert sandbox.http.delete("/_sandbox/faults").status_code == 204
    assert sandbox.http.post(validation).status_code == 204


def test_a_client_gives_up_on_a_slow_answer(sandbox: Running) -> None:
    """Latency outlasts a client's timeout; the server then stops without waiting for it."""
    sandbox.order_fault(path=STEPS, latency_ms=600_000)

    with pytest.raises(httpx.ReadTimeout):
        sandbox.http.get(STEPS, timeout=0.2)

    assert sandbox.http.get(STEPS).status_code == 200


def test_latency_for_every_request_can_be_set_and_read(sandbox: Running) -> None:
    """A latency for all requests delays answers and changes none."""
    assert sandbox.http.put("/_sandbox/latency", json={"latency_ms": 1.5}).json() == {"latency_ms": 1.5}

    assert sandbox.create(*PAIR).status_code == 200
    assert sandbox.http.get("/_sandbox/").json()["latency_ms"] == 1.5


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"status": 500, "lose": "before"},
        {"lose": "sometime"},
        {"lose": "after", "effect": True},
        {"status": 99},
        {"status": 500, "headers": {"X": "a\r\nSet-Cookie: b"}},
        {"statsu": 500},
        {"truncate": 0},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Running, fault: dict[str, Any]) -> None:
    """An order with no deed, two deeds, or a misspelt key is a 400 and not kept."""
    assert sandbox.http.post("/_sandbox/faults", json=fault).status_code == 400
    assert sandbox.http.get("/_sandbox/faults").json()["faults"] == []


def test_the_log_counts_requests_without_tokens(sandbox: Running) -> None:
    """Method, path, query, status and some headers of each API request; the token nowhere."""
    sandbox.step(*PAIR)
    sandbox.http.get(STEPS, params={"limit": 30})
    sandbox.order_fault(lose="before")
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.http.get(STEPS)

    log = requests(sandbox)

    assert (log["total"], log["count"], log["by_method"]) == (3, 3, {"POST": 1, "GET": 2})
    assert [(entry["method"], entry["path"], entry["query"]) for entry in log["requests"]] == [
        ("POST", STEPS, ""),
        ("GET", STEPS, "limit=30"),
        ("GET", STEPS, ""),
    ]
    assert [(entry["status"], entry["lost"]) for entry in log["requests"]] == [
        (200, False),
        (200, False),
        (None, True),
    ]
    assert log["requests"][0]["headers"]["authorization"] == "Bearer"
    assert "any-token" not in str(log)


def test_the_log_can_be_narrowed_and_emptied(sandbox: Running) -> None:
    """Globs choose requests to count; emptying begins anew."""
    sandbox.step(*PAIR)
    sandbox.http.get("/v1/project/dev-project/service")

    assert requests(sandbox, method="POST")["count"] == 1
    assert requests(sandbox, path="/v1/project/*")["count"] == 1
    assert sandbox.http.delete("/_sandbox/requests").status_code == 204
    assert requests(sandbox)["total"] == 0
