"""Creating a step without ever creating it twice: after an unclear answer the steps are listed before a second POST."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from pipesync.aiven import explain, wire
from pipesync.aiven.answer import Answer, Call, Outcome, after
from pipesync.aiven.patience import passing
from pipesync.aiven.transport import Transport
from pipesync.errors import ApiError, TakenError, Unreachable
from pipesync.model import LiveStep, UpgradeStep
from pipesync.web.lost import Lost
from pipesync.web.visible import visible


def create(
    transport: Transport, call: Call, step: UpgradeStep, list_steps: Callable[[], tuple[LiveStep, ...]]
) -> LiveStep:
    """The live step with `step`'s four names; its delay may be another one if it was there already.

    ApiError if Aiven refuses, Unreachable if it is not known whether the step was created.
    """
    ends = transport.pace.ends()
    before: Outcome | None = None
    for attempt in itertools.count(1):
        outcome = transport.attempt(call, ends)
        created = _created(outcome, step)
        if created is not None:
            return created
        if not _unclear(outcome):
            break
        found = _listed(transport, call, step, outcome, list_steps)
        if found is not None:
            return found
        if not passing(outcome):
            break
        note = transport.pace.pause(outcome, attempt, ends)
        if note is not None:
            outcome = replace(outcome, note=note)
            break
        before = after(before, outcome)
    error = _failure(transport, call, after(before, outcome))
    if isinstance(error, Unreachable) and not (isinstance(outcome, Answer) and outcome.good):
        error.absent = True  # what is unclear has been listed
    raise error


def _created(outcome: Outcome, step: UpgradeStep) -> LiveStep | None:
    if not (isinstance(outcome, Answer) and outcome.good):
        return None
    try:
        live = wire.step_of(outcome.data)
    except wire.UnreadableError:
        return None
    return live if _ends(live.step) == _ends(step) else None


def _unclear(outcome: Outcome) -> bool:
    """Whether to look for the step: it may be there all the same, or the request is about to be sent again."""
    match outcome:
        case Lost():
            return outcome.sent or outcome.again
        case Answer():
            elsewhere = outcome.location is not None
            return outcome.good or passing(outcome) or elsewhere or outcome.status == HTTPStatus.CONFLICT


def _listed(
    transport: Transport,
    call: Call,
    step: UpgradeStep,
    outcome: Outcome,
    list_steps: Callable[[], tuple[LiveStep, ...]],
) -> LiveStep | None:
    """The live step of `step`'s destination, if it is the one; None if there is none."""
    try:
        live = next((live for live in list_steps() if live.step.destination == step.destination), None)
    except ApiError as error:
        first = _failure(transport, call, outcome)
        raise explain.unknown(
            call, f"{first.what}; and the steps could not be listed to see whether it was created: {error.what}"
        ) from None
    if live is None or live.step.source == step.source:
        return live
    refused = _failure(transport, call, outcome)
    said = f"; Aiven says: {refused.message}" if refused.message else ""
    raise TakenError(
        f"{visible(step.address)} already has another source, {visible(str(live.step.source))} "
        f"(step {visible(live.step_id)}){said}",
        operation=str(call),
        status=refused.status,
        error_code=refused.error_code,
        message=refused.message,
        next="run `pipesync plan`: it shows the step that is there, and --take-over replaces it",
    )


def _failure(transport: Transport, call: Call, outcome: Outcome) -> ApiError:
    if isinstance(outcome, Answer) and outcome.good:
        return explain.unknown(
            call, "Aiven reports success, but neither its answer nor its list shows the step", outcome.status
        )
    return explain.error(call, outcome, transport.token)


def _ends(step: UpgradeStep) -> tuple[object, object]:
    return (step.source, step.destination)
