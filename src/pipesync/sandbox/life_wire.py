"""The overview and the log as the controls show them, in JSON."""

from datetime import datetime
from typing import Any

from pipesync.sandbox.life import Release
from pipesync.sandbox.log import Entry
from pipesync.sandbox.moments import iso
from pipesync.sandbox.sentences import sentence
from pipesync.sandbox.view import Gate, Overview, ServiceView


def release_json(release: Release) -> dict[str, Any]:
    return {
        "type": release.type,
        "version": release.version,
        "description": release.description,
        "arrived": iso(release.arrived),
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry of the log, also in words."""
    return {
        "seq": entry.seq,
        "at": iso(entry.at),
        "kind": entry.kind,
        "service": None if entry.service is None else str(entry.service),
        "step_id": entry.step_id,
        "version": entry.version,
        "detail": entry.detail,
        "words": sentence(entry),
    }


def overview_json(seen: Overview) -> dict[str, Any]:
    return {
        "now": iso(seen.now),
        "stands": seen.stands,
        "releases": [release_json(release) for release in seen.releases],
        "services": [{"depth": row.depth, **_service(row.view)} for row in seen.rows()],
    }


def _service(view: ServiceView) -> dict[str, Any]:
    return {
        "service": str(view.ref),
        "type": view.service.type,
        "state": view.service.state,
        "version": view.service.version,
        "update": view.update and {"version": view.update.version, "done": iso(view.update.done)},
        "pending": [release.version for release in view.pending],
        "held": [release.version for release in view.held],
        "allowed": view.allowed,
        "window": view.service.maintenance.model_dump(),
        "next_opening": _moment(view.next_opening),
        "gate": view.gate and _gate(view.gate),
        "destinations": [str(ref) for ref in view.destinations],
    }


def _gate(gate: Gate) -> dict[str, Any]:
    step = gate.step
    return {
        "step_id": step.step_id,
        "source": str(step.source),
        "source_version": gate.source and gate.source.version,
        "source_state": gate.source and gate.source.state,
        "auto_validation_delay_days": step.auto_validation_delay_days,
        "validated_version": step.validated_version,
        "last_validation": step.last_validation and step.last_validation.model_dump(),
        "void": gate.void,
        "ahead": gate.ahead,
        "timers": [{"version": timer.version, "due": iso(timer.due)} for timer in gate.timers],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
