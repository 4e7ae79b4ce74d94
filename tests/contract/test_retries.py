"""When requests are sent again, how long is waited before, and when trying ends."""

import threading
from email.utils import formatdate
from typing import Any

import httpx
import pytest

from pipesync.aiven.answer import Answer, Call, Method
from pipesync.web.lost import Lost
from tests.contract.scripted import Clock, Script, answer, payload, transport

METHODS: tuple[Method, ...] = ("GET", "POST", "PATCH", "DELETE")
TROUBLES = (
    httpx.ConnectError("[Errno 111] Connection refused"),
    httpx.ConnectTimeout("connect"),
    httpx.ReadTimeout("read"),
    httpx.ReadError("reset"),
    httpx.WriteError("pipe"),
    httpx.RemoteProtocolError("cut"),
)


def call(method: Method = "GET") -> Call:
    return Call(method, "/v1/upgrade/step/1", "do something", body={"a": 1} if method in {"POST", "PATCH"} else None)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [408, 429, 500, 501, 502, 503, 504, 599])
def test_passing_statuses_are_tried_again(method: Method, status: int) -> None:
    """GET, PATCH and DELETE are sent again after 408, 429 and 5xx; POST never is."""
    script = Script([answer(status), answer(200, {})])
    outcome = transport(script).exchange(call(method))
    assert (len(script.log), outcome) == ((1, Answer(status)) if method == "POST" else (2, Answer(200, {})))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: type(trouble).__name__)
def test_lost_requests_are_sent_again(method: Method, trouble: Exception) -> None:
    """GET, PATCH and DELETE are sent again when no answer comes; POST never is."""
    script = Script([trouble, answer(200, {})])
    outcome = transport(script).exchange(call(method))
    assert len(script.log) == (1 if method == "POST" else 2)
    assert isinstance(outcome, Lost if method == "POST" else Answer)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 403, 404, 405, 409, 410, 417, 422])
def test_definite_answers_are_final(method: Method, status: int) -> None:
    """Every other status is taken at its word."""
    script = Script([answer(status, location="https://elsewhere.example.com/") if status == 301 else answer(status)])
    outcome = transport(script).exchange(call(method))
    assert isinstance(outcome, Answer)
    assert (len(script.log), outcome.status) == (1, status)


def test_trying_ends() -> None:
    """After six attempts the last outcome stands, with the reason that no other was made."""
    script, clock = Script([answer(503)]), Clock()
    outcome = transport(script, clock).exchange(call())
    assert outcome == Answer(503, note="tried 6 times")
    assert (len(script.log), clock.waits) == (6, [0.5, 1, 2, 4, 8])


def test_backoff_is_capped_and_random() -> None:
    """The wait before an attempt is a random share of twice the last one's bound, 15 s at most."""
    clock, asked = Clock(), list[float]()

    def none_of(most: float) -> float:
        asked.append(most)
        return 0.0

    patience = clock.patience(attempts=8, jitter=none_of)
    transport(Script([answer(503)]), patience=patience).exchange(call())
    assert asked == [0.5, 1, 2, 4, 8, 15, 15]
    assert clock.waits == [0.0] * 7


@pytest.mark.parametrize(
    ("headers", "data", "seconds"),
    [
        ({"retry_after": "7"}, None, 7),
        ({"retry_after": " 7.5 "}, None, 7.5),
        ({"retry_after": formatdate(1030, usegmt=True)}, None, 30),
        ({"retry_after": formatdate(10, usegmt=True)}, None, 0),
        ({}, payload("error-rate-limit"), 28),
        ({"retry_after": "soon"}, payload("error-rate-limit"), 28),
        ({"retry_after": "5"}, payload("error-rate-limit"), 5),
        ({}, {"message": "Try again in 2 minutes"}, 120),
        ({}, {"message": "try again in 1500ms"}, 1.5),
    ],
)
def test_the_server_says_how_long(headers: dict[str, str], data: Any, seconds: float) -> None:
    """Retry-After counts as seconds or a date; without it, the wait that Aiven's words name."""
    clock = Clock()
    transport(Script([answer(429, data, **headers), answer(200)]), clock).exchange(call())
    assert clock.waits == [pytest.approx(seconds + 0.5)]  # and half a second, so that threads do not return as one


@pytest.mark.parametrize("value", ["", "-1", "nan", "1e9", "Mon, 99 Foo 2026", "9" * 40])
def test_odd_retry_after_is_ignored(value: str) -> None:
    """A Retry-After that means nothing leaves the ordinary backoff."""
    clock = Clock()
    transport(Script([answer(429, None, retry_after=value), answer(200)]), clock).exchange(call())
    assert clock.waits == [0.5]


def test_a_wait_past_the_deadline_is_not_begun() -> None:
    """If the wait that Aiven asks for would pass the request's time limit, the request fails now and says so."""
    clock = Clock()
    outcome = transport(Script([answer(429, retry_after="600")]), clock).exchange(call())
    assert clock.waits == []
    assert isinstance(outcome, Answer)
    assert outcome.note == "waiting 600 s more would pass the time limit of this request, 180 s away"


def test_the_run_has_a_deadline() -> None:
    """The limit of the whole run counts from the transport's beginning, over all its requests."""
    clock = Clock()
    script = Script([answer(503)])
    to_api = transport(script, patience=clock.patience(run=100))
    clock.now += 99.8
    first = to_api.exchange(call())
    clock.now += 1
    second = to_api.exchange(call())
    assert isinstance(first, Answer)
    assert first.note is not None
    assert "of this run" in first.note
    assert second == Lost("nothing was sent: the time limit was reached", again=False, sent=False)
    assert len(script.log) == to_api.requests_sent == 1


def test_a_rate_limit_holds_for_every_request() -> None:
    """What one request is told to wait, others of the same transport wait, too, before they are sent."""
    clock, event = Clock(), threading.Event()
    event.set()
    script = Script([answer(429, retry_after="20"), answer(200)])
    to_api = transport(script, clock, cancelled=event)
    to_api.exchange(call())
    clock.now = 1000.0
    event.clear()
    assert to_api.exchange(call()) == Answer(200)
    assert clock.waits == [21.0]


def test_an_interrupt_ends_the_wait() -> None:
    """Once the event is set, no further attempt is made."""
    event = threading.Event()
    event.set()
    script = Script([answer(503)])
    outcome = transport(script, cancelled=event).exchange(call())
    assert (outcome, len(script.log)) == (Answer(503, note="interrupted before another attempt"), 1)


def test_waits_are_announced() -> None:
    """The hook hears the reason and the seconds before each wait."""
    heard: list[tuple[str, float]] = []
    script = Script([answer(429, retry_after="28"), httpx.ReadTimeout("late"), answer(200)])
    transport(script, on_wait=lambda reason, seconds: heard.append((reason, seconds))).exchange(call())
    assert heard == [("429", 28.5), ("no answer in time", 1.0)]


def test_an_untrusted_certificate_is_not_tried_again() -> None:
    """A certificate does not become trusted by asking again; the advice names --ca-cert."""
    script = Script([httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")])
    outcome = transport(script).exchange(call())
    assert isinstance(outcome, Lost)
    assert len(script.log) == 1
    assert "--ca-cert" in str(outcome.advice)


def limited_elsewhere(clock: Clock, seconds: int, event: threading.Event) -> Lost | Answer:
    """What a request comes to while the transport's other requests are told to wait `seconds`."""
    script = Script([answer(429, retry_after=str(seconds)), answer(200)])
    began = clock.now
    to_api = transport(script, patience=clock.patience(request=1000), cancelled=event)
    event.set()
    to_api.exchange(call())
    clock.now = began
    return to_api.attempt(call("POST"), began + 100)


def test_a_rate_limit_past_the_deadline() -> None:
    """A request that cannot go out in time because of another one's rate limit fails without being sent."""
    outcome = limited_elsewhere(Clock(), 500, threading.Event())
    words = "nothing was sent: Aiven asks to wait for longer than the time limit"
    assert outcome == Lost(words, again=False, sent=False)


def test_an_interrupt_during_anothers_rate_limit() -> None:
    """A request that waits for another one's rate limit is not sent once the event is set."""
    outcome = limited_elsewhere(Clock(), 50, threading.Event())
    assert outcome == Lost("interrupted before the request was sent", again=False, sent=False)
