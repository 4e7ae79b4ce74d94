"""Turns an outcome that is not the wished-for one into an error: what happened, what it means, what to do next."""

from http import HTTPStatus
from typing import Final

from pipesync.aiven.answer import Answer, Call, Outcome
from pipesync.aiven.codes import BY_STATUS, MEANINGS, NAMES_TOKEN, Meaning
from pipesync.aiven.refusal import Refusal
from pipesync.aiven.token import Token
from pipesync.errors import ApiError, Unreachable
from pipesync.web.lost import Lost

NOT_FOUND: Final = "upgrade_step_not_found"

_UNKNOWN_EFFECT: Final = "whether it took effect is not known: run `pipesync plan` to see"
_CHECK_NETWORK: Final = "check the network, --api-url and HTTPS_PROXY, then run the same command again"


def error(call: Call, outcome: Outcome, token: Token) -> ApiError:
    """The error that `outcome` is: Unreachable where the effect of a write, or any answer, is not known."""
    match outcome:
        case Lost():
            return _lost(call, outcome)
        case Answer() if outcome.location is not None:
            return _elsewhere(call, outcome, outcome.location)
        case Answer():
            return _refused(call, outcome, token)


def unreadable(call: Call, words: str, status: int | None = None) -> ApiError:
    """The error for a whole, valid answer that says something else than expected; `words` name the field."""
    return ApiError(
        f"Aiven's answer cannot be read: {words}",
        operation=str(call),
        status=status,
        next="check --api-url; if it is right, Aiven's API has changed: update pipesync",
    )


def unknown(call: Call, words: str, status: int | None = None) -> Unreachable:
    """The error for a write that Aiven may or may not have carried out."""
    return Unreachable(words, operation=str(call), status=status, next=_UNKNOWN_EFFECT)


def _lost(call: Call, lost: Lost) -> Unreachable:
    note = f"; {lost.note}" if lost.note else ""
    advice = lost.advice or _CHECK_NETWORK
    if call.writes and lost.sent:
        advice = f"{_UNKNOWN_EFFECT}; {advice}" if lost.advice else _UNKNOWN_EFFECT
    error = Unreachable(f"no usable answer from Aiven's API: {lost.reason}{note}", operation=str(call), next=advice)
    error.sent = lost.sent
    return error


def _elsewhere(call: Call, answer: Answer, place: str) -> ApiError:
    """A redirect does not tell whether the request was carried out first: 303 says so (RFC 9110, section 15.4.4)."""
    advice = "if the API has moved there, name the new address with --api-url"
    kind = Unreachable if call.writes else ApiError
    return kind(
        f"the API address answers with a redirect ({answer.status}) to {place}, and a token is not carried elsewhere",
        operation=str(call),
        status=answer.status,
        next=f"{_UNKNOWN_EFFECT}; {advice}" if call.writes else advice,
    )


def _refused(call: Call, answer: Answer, token: Token) -> ApiError:
    said = Refusal.of(answer.data).shown(token.scrub)
    message, code = said.message, said.error_code
    meaning = _meaning(answer.status, code)
    label = f"{answer.status} {code}" if code else str(answer.status)
    parts = [f"{meaning.what} ({label})"]
    if code in NAMES_TOKEN or (code not in MEANINGS and answer.status in {401, 403}):
        parts.append(f"the token came from {token.source}")
    if message:
        parts.append(f"Aiven says: {message}")
    if answer.foreign:
        parts.append(f"the answer is {answer.foreign}, so something else than Aiven may have given it")
    if answer.note:
        parts.append(answer.note)
    failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.REQUEST_TIMEOUT
    unsure = call.writes and (failed or answer.doubt)
    kind = Unreachable if unsure else ApiError
    return kind(
        "; ".join(parts),
        operation=str(call),
        status=answer.status,
        error_code=code,
        message=message,
        next=_UNKNOWN_EFFECT if unsure else meaning.next,
    )


def _meaning(status: int, code: str | None) -> Meaning:
    if code in MEANINGS:
        return MEANINGS[code]
    if status in BY_STATUS:
        return BY_STATUS[status]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return BY_STATUS[500]
    return Meaning("Aiven refuses", "see the words above, and check --api-url and HTTPS_PROXY")
