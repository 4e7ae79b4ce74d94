"""An approval is never sent twice blindly: between two POSTs there is always a look at the steps."""

from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.aiven.validation import Approval
from pipesync.errors import ApiError, RefusedError, Unreachable
from pipesync.model import LiveStep, ServiceRef, UpgradeStep, Validation
from tests.contract.scripted import (
    FLAT_STEPS,
    ORGANIZATION,
    ORGANIZATION_STEPS,
    SECRET,
    STEP,
    STEP_ID,
    Clock,
    Script,
    answer,
    client,
    wire,
)  # fmt: skip

SOURCE = STEP.source
SIBLING = UpgradeStep(SOURCE, ServiceRef("qa-project", "pg-qa"), 14)
SEEN = (LiveStep(STEP_ID, STEP), LiveStep("sibling", SIBLING))
POST = "POST /v1/project/dev-project/service/pg-dev/upgrade-validation"
LIST = f"GET {ORGANIZATION_STEPS}?limit=999"
DONE = answer(204)
EXISTS = answer(409, {"message": "x", "errors": [{"error_code": "upgrade_validation_already_exists", "message": "x"}]})


def shown(*validations: tuple[str, str | None, str] | None) -> httpx.Response:
    """The list: each of `SEEN` with its last validation (when, who, comment)."""
    steps = []
    for live, validation in zip(SEEN, validations, strict=True):
        last = validation and dict(zip(("validated_at", "validated_by_user", "comment"), validation, strict=True))
        steps.append({**wire(live.step, live.step_id), "last_validation": last})
    return answer(200, {"steps": steps})


NOTHING = shown(None, None)
BY_HAND = ("2026-05-04T12:30:00Z", "ops@example.org", "")
BY_TIMER = ("2026-05-04T12:30:00Z", None, "")
OURS_UNNAMED = ("2026-05-04T12:30:00Z", None, "tested")


@pytest.mark.parametrize(("organization", "path"), [(None, "upgrade_validation"), (ORGANIZATION, "upgrade-validation")])
@pytest.mark.parametrize("reply", [answer(204), answer(200, {}), answer(200)], ids=["204", "{}", "200"])
def test_one_call_approves(organization: str | None, path: str, reply: httpx.Response) -> None:
    """Under the service in both dialects, with names quoted; a clear answer needs no further call."""
    script = Script([reply])
    approved = client(script, organization).approve(ServiceRef("a b", "x/y"), "tested", SEEN)
    assert approved is Approval.RECORDED
    assert script.asked == [f"POST /v1/project/a%20b/service/x%2Fy/{path}"]
    assert httpx.Response(200, content=script.log[0].content).json() == {"comment": "tested"}


def test_without_a_comment_none_is_sent() -> None:
    """The body is an empty object then."""
    script = Script([DONE])
    client(script).approve(SOURCE, "")
    assert script.log[0].content == b"{}"


def test_a_validation_that_exists_is_as_good() -> None:
    """Whatever its status; it is told apart."""
    script = Script([EXISTS])
    assert client(script).approve(SOURCE, "", SEEN) is Approval.ALREADY
    assert script.asked == [POST]


UNCLEAR: list[Any] = [
    httpx.ReadTimeout("late"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"),
    answer(408), answer(500), answer(502), answer(503), answer(504),
    httpx.Response(200, headers={"content-type": "application/json"}, content=b'{"cut'),
]  # fmt: skip
LATER: list[Any] = [answer(429), httpx.ConnectError("refused")]


@pytest.mark.parametrize("first", [*UNCLEAR, *LATER], ids=str)
@pytest.mark.parametrize(
    "after",
    [shown(BY_HAND, BY_HAND), shown(BY_HAND, None), shown(OURS_UNNAMED, None), shown(BY_TIMER, BY_TIMER)],
    ids=["both", "one", "by comment", "timers"],
)
def test_an_unclear_answer_is_settled_by_the_steps(first: Any, after: httpx.Response) -> None:
    """A new validation, by a person or with our comment or of every step, is the one; no second POST goes out."""
    script = Script([first, after])
    assert client(script).approve(SOURCE, "tested", SEEN) is Approval.RECORDED
    assert script.asked == [POST, LIST]


@pytest.mark.parametrize("first", [*UNCLEAR, *LATER], ids=str)
def test_a_passing_trouble_is_tried_again(first: Any) -> None:
    """If the steps show nothing new, it is sent once more, after a wait and another word of whoever asked."""
    script, clock, asked = Script([first, NOTHING, DONE]), Clock(), list[str]()
    approved = client(script, clock=clock).approve(SOURCE, "", SEEN, lambda: asked.append("again"))
    assert approved is Approval.RECORDED
    assert (script.asked, clock.waits, asked) == ([POST, LIST, POST], [0.5], ["again"])


def test_the_timer_of_one_step_is_not_our_approval() -> None:
    """It releases nothing to the sibling, whose delay is longer: the POST goes out again."""
    script = Script([answer(503), shown(BY_TIMER, None), DONE])
    client(script).approve(SOURCE, "", SEEN)
    assert script.asked == [POST, LIST, POST]


def test_what_was_validated_before_is_not_new() -> None:
    """Not even with the same comment, as from an earlier attempt of the same CI run."""
    old = LiveStep(STEP_ID, STEP, Validation("2026-05-04T12:30:00Z", None, "tested"))
    listed = answer(200, {"steps": [{**wire(), "last_validation": {"validated_at": "2026-05-04T12:30:00Z",
        "validated_by_user": None, "comment": "tested"}}]})  # fmt: skip
    script = Script([answer(503), listed, DONE])
    client(script).approve(SOURCE, "tested", (old,))
    assert script.asked == [POST, LIST, POST]


def test_a_service_that_moved_on_is_not_approved_again() -> None:
    """Whoever asked may stop it before the second POST."""

    def moved() -> None:
        raise RefusedError("it runs another version now")

    script = Script([answer(503), NOTHING, DONE])
    with pytest.raises(RefusedError, match="another version"):
        client(script).approve(SOURCE, "", SEEN, moved)
    assert script.asked == [POST, LIST]


@pytest.mark.parametrize("listing", [answer(403), answer(200, {}), httpx.ReadTimeout("late")], ids=str)
def test_steps_that_cannot_be_listed_leave_it_unknown(listing: Any) -> None:
    """No second POST is sent, and the error says so."""
    script = Script([answer(504), listing])
    with pytest.raises(Unreachable, match="could not be listed to see whether it was recorded") as caught:
        client(script).approve(SOURCE, "", SEEN)
    assert script.asked.count(POST) == 1
    assert "whether the approval was recorded is not known" in str(caught.value.next)


def test_steps_that_nobody_sees_leave_it_unknown() -> None:
    """A token that sees no step of the service cannot look, so it does not send again."""
    script = Script([answer(504), answer(200, {"steps": []})])
    with pytest.raises(Unreachable, match="this token sees no step") as caught:
        client(script).approve(SOURCE, "", ())
    assert script.asked == [POST, LIST]
    assert "not known" in str(caught.value.next)


@pytest.mark.parametrize("first", LATER, ids=str)
@pytest.mark.parametrize("listing", [answer(200, {"steps": []}), answer(403)], ids=["none seen", "no right to list"])
def test_what_did_not_arrive_is_sent_again_all_the_same(first: Any, listing: httpx.Response) -> None:
    """A rate limit, or no connection: nothing was recorded, and nothing needs to show it."""
    script = Script([first, listing, DONE])
    assert client(script).approve(SOURCE, "", ()) is Approval.RECORDED
    assert script.asked == [POST, LIST, POST]


def test_without_a_network_nothing_is_said_to_be_unknown() -> None:
    """The error is that of the connection."""
    with pytest.raises(Unreachable, match="no connection") as caught:
        client(Script([httpx.ConnectError("refused")])).approve(SOURCE, "", SEEN)
    assert "not known" not in str(caught.value.next)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422])
def test_a_refusal_is_final(status: int) -> None:
    """A definite no is neither looked into nor repeated."""
    script = Script([answer(status, {"message": "no"})])
    with pytest.raises(ApiError, match="Aiven says: no") as caught:
        client(script).approve(SOURCE, "", SEEN)
    assert (script.asked, isinstance(caught.value, Unreachable)) == ([POST], False)


def test_a_missing_right_is_named() -> None:
    """It is one on the source's project, not on both as for a step."""
    no = answer(403, {"message": "no", "errors": [{"message": "no", "error_code": "permission_denied"}]})
    with pytest.raises(ApiError, match="the token came from PIPESYNC_TOKEN") as caught:
        client(Script([no])).approve(SOURCE, "", SEEN)
    assert caught.value.next == (
        "the token's user must be allowed to write services in the project of the service that is approved"
    )


def test_trouble_that_stays_is_told_with_what_was_seen() -> None:
    """After the last attempt the steps are looked at once more, and the token shows nowhere."""
    script = Script([answer(503, {"message": f"busy {SECRET}"}), NOTHING] * 6)
    with pytest.raises(Unreachable, match="tried 6 times") as caught:
        client(script).approve(SOURCE, "", SEEN)
    assert script.asked == [POST, LIST] * 6
    assert str(caught.value.next).startswith("no step shows a new validation; run the same command again")
    assert SECRET not in str(caught.value)


def test_the_flat_dialect_looks_at_its_own_list() -> None:
    """Names without a suffix, and another path."""
    after = {"last_validation": {"validated_at": "2026-05-04T12:30:00Z", "comment": "tested"}}
    script = Script([httpx.ReadError("reset"), answer(200, [{**wire(suffix=""), **after}])])
    assert client(script, None).approve(SOURCE, "tested", SEEN) is Approval.RECORDED
    assert script.asked == [POST.replace("-validation", "_validation"), f"GET {FLAT_STEPS}"]


class Platform:
    """An Aiven whose POST meets a fault each time: before the deed, after it, or not at all."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.recorded = 0
        self.log: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.log.append(request.method)
        if request.method == "GET":
            last = (f"2026-05-04T12:30:{self.recorded:02}Z", "ops@example.org", "") if self.recorded else None
            return shown(last, last)
        kind, _, fault = (self.faults.pop(0) if self.faults else "after:ok").partition(":")
        self.recorded += kind == "after"
        if fault == "timeout":
            raise httpx.ReadTimeout("late")
        if fault == "reset":
            raise httpx.ReadError("reset")
        return answer(204) if fault == "ok" else answer(int(fault))


FAULTS = st.sampled_from([f"{when}:{what}" for when in ("before", "after") for what in
    ("timeout", "reset", "408", "500", "502", "503", "504")] + ["before:429", "before:400", "after:ok"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(FAULTS, max_size=8))
def test_never_two_posts_without_a_look_between(faults: list[str]) -> None:
    """Whatever happens to the POSTs: a look stands between any two, and never more than one validation is recorded."""
    platform = Platform(faults)
    speaker = client(platform, patience=Clock().patience())
    try:
        said = speaker.approve(SOURCE, "", SEEN) is Approval.RECORDED
    except ApiError:
        said = False
    assert "POST POST" not in " ".join(platform.log)
    assert platform.recorded == said
