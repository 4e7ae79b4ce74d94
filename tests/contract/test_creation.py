"""A step is never created twice: between two POSTs there is always a list."""

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.errors import ApiError, Unreachable
from pipesync.model import LiveStep, ServiceRef, UpgradeStep
from tests.contract.scripted import (
    FLAT_STEPS,
    ORGANIZATION,
    ORGANIZATION_STEPS,
    STEP,
    STEP_ID,
    Clock,
    Script,
    answer,
    client,
    payload,
    wire,
)  # fmt: skip

LIVE = LiveStep(STEP_ID, STEP)
CREATED = answer(200, wire())
NONE = answer(200, {"steps": []})
LISTED = answer(200, {"steps": [wire()]})
OTHER_SOURCE = answer(200, {"steps": [wire(UpgradeStep(ServiceRef("x", "y"), STEP.destination, 3), "id-other")]})
POST, LIST = f"POST {ORGANIZATION_STEPS}", f"GET {ORGANIZATION_STEPS}?limit=999"
TAKEN = answer(409, payload("error-upgrade-step-destination-already-has-source"))


def test_one_call_creates() -> None:
    """A clear answer needs no further call."""
    script = Script([CREATED])
    assert client(script).create_step(STEP) == LIVE
    assert script.asked == [POST]


@pytest.mark.parametrize("organization", [None, ORGANIZATION])
def test_the_body_is_as_documented(organization: str | None) -> None:
    """Each dialect's body holds the four names and the delay, always, under its own names."""
    script = Script([answer(200, wire(suffix="" if organization is None else "_name"))])
    client(script, organization).create_step(STEP)
    name = "flat" if organization is None else "organization"
    sent = httpx.Response(200, content=script.log[0].content).json()
    assert sent == payload(f"{name}-create-request")
    assert script.log[0].headers["content-type"] == "application/json"
    assert script.log[0].url.path == (FLAT_STEPS if organization is None else ORGANIZATION_STEPS)


UNCLEAR: list[Any] = [
    httpx.ReadTimeout("late"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"),
    answer(408), answer(429), answer(500), answer(502), answer(503), answer(504),
]  # fmt: skip
ODD_NEWS = [
    answer(200), answer(201, {}), answer(200, []), answer(200, {"step": None}), answer(204),
    answer(200, wire(UpgradeStep(STEP.source, ServiceRef("else", "where"), 3))),
    httpx.Response(200, headers={"content-type": "text/html"}, content=b"<html>"),
]  # fmt: skip


@pytest.mark.parametrize("first", [*UNCLEAR, *ODD_NEWS, TAKEN], ids=str)
def test_an_unclear_answer_is_settled_by_the_list(first: Any) -> None:
    """If the list shows the step after an unclear answer, it is ours, and no second POST goes out."""
    script = Script([first, LISTED])
    assert client(script).create_step(STEP) == LIVE
    assert script.asked == [POST, LIST]


@pytest.mark.parametrize("first", UNCLEAR, ids=str)
def test_a_passing_trouble_is_tried_again(first: Any) -> None:
    """If the list lacks the step after a passing trouble, it is created after a wait."""
    script, clock = Script([first, NONE, CREATED]), Clock()
    assert client(script, clock=clock).create_step(STEP) == LIVE
    assert script.asked == [POST, LIST, POST]
    assert clock.waits == [0.5]


@pytest.mark.parametrize("first", ODD_NEWS, ids=str)
def test_good_news_that_nothing_bears_out(first: Any) -> None:
    """Success that neither answer nor list shows is an unknown outcome; nothing is created on speculation."""
    script = Script([first, NONE])
    with pytest.raises(Unreachable) as caught:
        client(script).create_step(STEP)
    assert script.asked == [POST, LIST]
    assert "not known" in str(caught.value.next)


def test_a_step_that_is_there_with_another_delay_is_given_as_it_is() -> None:
    """It is the one that was asked for by its four names; whoever asked sees the delay."""
    there = UpgradeStep(STEP.source, STEP.destination, 9)
    script = Script([answer(504), answer(200, {"steps": [wire(there)]})])
    assert client(script).create_step(STEP).step == there
    assert script.asked == [POST, LIST]


@pytest.mark.parametrize("first", [TAKEN, answer(503), httpx.ReadTimeout("late")], ids=str)
def test_another_source_is_named(first: Any) -> None:
    """If the destination has another source, the error names it, with Aiven's words."""
    script = Script([first, OTHER_SOURCE])
    with pytest.raises(ApiError, match=r"already has another source, x/y \(step id-other\)") as caught:
        client(script).create_step(STEP)
    assert script.asked == [POST, LIST]
    assert not isinstance(caught.value, Unreachable)
    if first is TAKEN:
        assert caught.value.error_code == "upgrade_step_destination_already_has_source"
        assert caught.value.message == "Destination service already has a source service"


def test_a_conflict_without_a_step() -> None:
    """A conflict that the list does not explain is a refusal in Aiven's words."""
    with pytest.raises(ApiError, match="Aiven says: Destination service already has") as caught:
        client(Script([TAKEN, NONE])).create_step(STEP)
    assert not isinstance(caught.value, Unreachable)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 422])
def test_a_refusal_is_final(status: int) -> None:
    """A definite no is neither listed nor repeated."""
    script = Script([answer(status, {"message": "no"})])
    with pytest.raises(ApiError, match="Aiven says: no"):
        client(script).create_step(STEP)
    assert script.asked == [POST]


@pytest.mark.parametrize("listing", [answer(403), answer(200, {}), httpx.ReadTimeout("late")], ids=str)
def test_an_unreadable_list_leaves_it_unknown(listing: Any) -> None:
    """If the list cannot be read, whether the step exists is unknown, and no second POST is sent."""
    script = Script([answer(504), listing])
    with pytest.raises(Unreachable, match="could not be listed"):
        client(script).create_step(STEP)
    assert [line for line in script.asked if line == POST] == [POST]


def test_a_wait_past_the_deadline_ends_it() -> None:
    """A rate limit that outlasts the time limit is told at once."""
    clock = Clock()
    with pytest.raises(ApiError, match="would pass the time limit"):
        client(Script([answer(429, retry_after="900"), NONE]), clock=clock).create_step(STEP)
    assert clock.waits == []


class Platform:
    """An Aiven of one organization whose POST meets a fault each time: before the deed, after it, or not at all."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.steps: list[Any] = []
        self.log: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.log.append(request.method)
        if request.method == "GET":
            return answer(200, {"steps": self.steps})
        kind, _, fault = (self.faults.pop(0) if self.faults else "after:ok").partition(":")
        if kind == "after":
            if self.steps:
                return TAKEN
            self.steps.append(wire())
        if fault == "timeout":
            raise httpx.ReadTimeout("late")
        if fault == "reset":
            raise httpx.ReadError("reset")
        return answer(200, self.steps[0] if self.steps else {}) if fault == "ok" else answer(int(fault))


FAULTS = st.sampled_from([f"{when}:{what}" for when in ("before", "after") for what in
    ("timeout", "reset", "408", "429", "500", "502", "503", "504", "200", "400")] + ["after:ok"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(FAULTS, max_size=8))
def test_never_two_posts_without_a_list_between(faults: list[str]) -> None:
    """Whatever happens to the POSTs: a list stands between any two, and there is never more than one step."""
    platform = Platform(faults)
    speaker = client(platform, patience=Clock().patience())
    outcome: LiveStep | ApiError
    try:
        outcome = speaker.create_step(STEP)
    except ApiError as error:
        outcome = error
    assert "POST POST" not in " ".join(platform.log)
    if isinstance(outcome, LiveStep):
        assert (outcome, len(platform.steps)) == (LIVE, 1)
    elif not isinstance(outcome, Unreachable):
        # A definite no can be relied on, unless the server said so itself after the deed.
        assert not platform.steps or outcome.status == 400


@pytest.mark.parametrize("owed", [False, True])
def test_nothing_is_sent_that_the_lock_of_the_state_does_not_allow(owed: bool) -> None:
    """Each attempt asks again, and tells whether it is the second half of a pair; then nothing is created or listed."""
    asked: list[bool] = []

    def permit(second_half: bool) -> bool:
        asked.append(second_half)
        return len(asked) < 2

    script = Script([answer(503), NONE])
    with pytest.raises(Unreachable, match="this run's lock of the state was not renewed in time") as caught:
        client(script, permit=permit).create_step(STEP, owed=owed)
    assert script.asked == [POST, LIST]
    assert asked == [owed, owed]
    assert (caught.value.absent, caught.value.sent) == (True, True)  # the first attempt did leave
    assert "plan" in (caught.value.next or "")


def test_every_write_asks_and_no_read_does() -> None:
    """PATCH and DELETE are held back as well; GET goes on, so that what is there can be told."""
    script = Script([LISTED])
    held_back = client(script, permit=lambda _owed: False)
    for write in (lambda: held_back.update_step(STEP_ID, 4), lambda: held_back.delete_step(STEP_ID)):
        with pytest.raises(Unreachable, match="nothing was sent") as caught:
            write()
        assert not caught.value.sent
    assert held_back.list_steps() == (LIVE,)
    assert script.asked == [LIST]
