"""Validates what a service runs; after an unclear answer the steps are looked at before a second POST.

A validation has no id. Whether one was recorded is read off `last_validation` of the steps that begin at the service.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from http import HTTPStatus
from typing import Final

from pipesync.aiven import explain
from pipesync.aiven.answer import Answer, Call, Outcome
from pipesync.aiven.patience import passing
from pipesync.aiven.refusal import Refusal
from pipesync.aiven.transport import Transport
from pipesync.errors import ApiError, Unreachable
from pipesync.model import LiveStep
from pipesync.web.lost import Lost

ALREADY: Final = "upgrade_validation_already_exists"

_AGAIN: Final = (
    "run the same command again: to approve a version twice does no harm, and --if-version sees to it that it is "
    "still the same one"
)
_UNKNOWN: Final = f"whether the approval was recorded is not known; {_AGAIN}"
_NOT_RECORDED: Final = f"no step shows a new validation; {_AGAIN}"

_RIGHT: Final = "the token's user must be allowed to write services in the project of the service that is approved"


class Approval(Enum):
    """How it is known that what a service runs is validated: it was now, or before."""

    RECORDED = "recorded"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of a validation: the steps of its service as they were `before`, and how to list them anew."""

    before: Sequence[LiveStep]
    comment: str
    list_steps: Callable[[], Iterable[LiveStep]]


def approve(transport: Transport, call: Call, sight: Sight, before_another: Callable[[], None]) -> Approval:
    """Sends `call` until what the service runs is validated, never twice without a look in between.

    `before_another` runs before each further POST, and raises if there is to be none. ApiError if Aiven refuses,
    Unreachable if it is not known whether the validation was recorded.
    """
    ends = transport.pace.ends()
    for attempt in itertools.count(1):
        outcome = transport.attempt(call, ends)
        if isinstance(outcome, Answer) and outcome.good:
            return Approval.RECORDED
        if isinstance(outcome, Answer) and Refusal.of(outcome.data).error_code == ALREADY:
            return Approval.ALREADY
        if not _unclear(outcome):
            break
        if _recorded(transport, call, outcome, sight):
            return Approval.RECORDED
        note = transport.pace.pause(outcome, attempt, ends) if passing(outcome) else ""
        if note is not None:
            outcome = replace(outcome, note=note or outcome.note)
            break
        before_another()
    raise _failure(transport, call, outcome)


def _failure(transport: Transport, call: Call, outcome: Outcome) -> ApiError:
    """The error of an attempt after which nothing new was seen."""
    error = explain.error(call, outcome, transport.token)
    if isinstance(error, Unreachable) and _may_have_arrived(outcome):
        error.next = _NOT_RECORDED
    elif error.status == HTTPStatus.FORBIDDEN and error.error_code in {None, "permission_denied"}:
        error.next = _RIGHT
    return error


def _unclear(outcome: Outcome) -> bool:
    """Whether to look: the validation may be there all the same, or the request is about to be sent again."""
    match outcome:
        case Lost():
            return outcome.sent or outcome.again
        case Answer():
            return passing(outcome) or outcome.location is not None


def _may_have_arrived(outcome: Outcome) -> bool:
    """Whether Aiven may have acted: a rate limit answers before anything is done."""
    match outcome:
        case Lost():
            return outcome.sent
        case Answer():
            return outcome.status != HTTPStatus.TOO_MANY_REQUESTS


def _recorded(transport: Transport, call: Call, outcome: Outcome, sight: Sight) -> bool:
    """Whether the steps show it; Unreachable if it may have been recorded and nothing can show it."""
    first = explain.error(call, outcome, transport.token)
    try:
        now = {live.step_id: live for live in sight.list_steps()}
    except ApiError as error:
        if not _may_have_arrived(outcome):
            if isinstance(error, Unreachable):
                raise first from None
            return False  # a token that may not list steps: nothing needs to be looked for
        words = f"{first.what}; and the steps could not be listed to see whether it was recorded: {error.what}"
        raise _unknown(call, words) from None
    pairs = [(live, now[live.step_id]) for live in sight.before if live.step_id in now]
    if not pairs and _may_have_arrived(outcome):
        raise _unknown(call, f"{first.what}; and this token sees no step that would show whether it was recorded")
    return _shows(pairs, sight.comment)


def _shows(pairs: Sequence[tuple[LiveStep, LiveStep]], comment: str) -> bool:
    """Whether a person's validation, or one with our comment, is new.

    A timer's counts only if no step lacks one: it lets the destinations of its own step go ahead, and no others.
    """
    new = [after.last_validation for before, after in pairs if after.last_validation != before.last_validation]
    by_hand = [one for one in new if one is not None and (one.by is not None or (comment and one.comment == comment))]
    return bool(by_hand) or (bool(pairs) and len(new) == len(pairs) and None not in new)


def _unknown(call: Call, words: str) -> Unreachable:
    return Unreachable(words, operation=str(call), next=_UNKNOWN)
