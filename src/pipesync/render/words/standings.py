"""The words of every rendering of a status: what a service is, what it waits for, and how much waits in all.

Whatever these return may hold foreign text, raw.
"""

from collections.abc import Iterator
from typing import Final

from pipesync.amounts import count
from pipesync.standing import Code
from pipesync.status import GateStatus, ServiceStatus, StatusReport, UpdateStatus

SHORT: Final = {
    Code.UP_TO_DATE: "up to date",
    Code.SOURCE_NOT_UPDATED: "whose source is not updated yet",
    Code.WAITING_FOR_VALIDATION: "waiting for validation",
    Code.WAITING_FOR_EITHER: "waiting for validation or for the window",
    Code.WAITING_FOR_WINDOW: "waiting for the window",
    Code.GATE_VOID: "with a void gate",
    Code.AHEAD: "ahead of the gate",
    Code.NOT_LIVE: "not live",
    Code.UNKNOWN: "unknown",
}


def headline(report: StatusReport) -> str:
    """`3 upgrade steps: 1 waiting for validation, 2 up to date.`"""
    parts = [f"{number} {SHORT[code]}" for code, number in report.summary.items() if code is not Code.UP_TO_DATE]
    parts += [f"{number} {SHORT[code]}" for code, number in report.summary.items() if code is Code.UP_TO_DATE]
    if not parts:
        return "No upgrade steps." if not report.addresses else "No upgrade step stands before this."
    return f"{count(sum(report.summary.values()), 'upgrade step')}: {', '.join(parts)}."


def service(status: ServiceStatus) -> str:
    """`pg 17.4, RUNNING, window sunday 03:00 UTC`, or why it is not seen."""
    if status.unseen is not None:
        return f"unknown: {status.unseen}"
    window = "window unknown" if status.window is None else f"window {status.window}"
    version = "version unknown" if status.version is None else status.version
    updates = [f"{count(len(status.updates), 'update')} pending"] if status.updates else []
    return ", ".join([f"{status.service_type} {version}", status.state or "state unknown", window, *updates])


def update(pending: UpdateStatus) -> str:
    """`Security fixes (from 2026-05-04, on 2026-05-11, deadline 2026-06-01)`."""
    dates = (("from", pending.start_after), ("on", pending.start_at), ("deadline", pending.deadline))
    told = ", ".join(f"{word} {date}" for word, date in dates if date)
    return f"{pending.description or 'without a description'} ({told or 'no dates'})"


def validation(gate: GateStatus) -> str:
    """`last validated by a person at 2026-05-04T12:30:00Z: looks good`."""
    last = gate.last_validation
    if last is None:
        return "not there to be validated" if gate.waits_for is Code.NOT_LIVE else "never validated"
    person = "a person" if last.by is None else last.by
    comment = f": {last.comment}" if last.comment else ""
    return f"last validated {'automatically' if last.automatic else f'by {person}'} at {last.validated_at}{comment}"


DIFFERS: Final = "the spec says otherwise: pipesync plan tells"


def delay(gate: GateStatus) -> str:
    return f"delay {count(gate.auto_validation_delay_days, 'day')}"


def heading(pipelines: tuple[str, ...], owners: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What a tree belongs to: `pipeline` and its name, `owner` and theirs."""
    yield from (("pipeline", pipeline) for pipeline in pipelines)
    yield from (("owner", owner) for owner in owners)


def outside(report: StatusReport) -> str | None:
    """How many live steps are left out because the spec has nothing to do with them."""
    if not report.outside:
        return None
    be = "is" if report.outside == 1 else "are"
    return f"{count(report.outside, 'live step')} outside the spec {be} left out; --organization shows all"


def colour_class(code: Code) -> str:
    """Whether a code is `fine`, `waits`, or is `bad`."""
    if code in {Code.UP_TO_DATE, Code.SOURCE_NOT_UPDATED}:
        return "fine"
    return "bad" if code in {Code.GATE_VOID, Code.AHEAD, Code.NOT_LIVE, Code.UNKNOWN} else "waits"
