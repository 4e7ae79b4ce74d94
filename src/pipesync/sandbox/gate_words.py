"""How a service of the overview stands, and what it waits for, in words."""

from pipesync.sandbox.sentences import minute
from pipesync.sandbox.view import Gate, ServiceView


def waits(view: ServiceView) -> str:
    """A word for how a service stands: the page shows it beside its name, and more than by colour."""
    if view.service.state == "POWEROFF":
        return "powered off"
    if view.update is not None:
        return "updating"
    if view.gate is not None and view.gate.ahead:
        return "ahead of its gate"
    if view.allowed is not None:
        return "waits for its window"
    return "held back" if view.held else "up to date"


def gate_words(view: ServiceView) -> str:
    """Why a service does not run the newest release, and until when; empty for one that does, without a gate."""
    if view.update is not None:
        return f"maintenance to {view.update.version} is done at {minute(view.update.done)}"
    if view.service.state == "POWEROFF":
        return "powered off: it takes no updates"
    if view.allowed is not None:
        opening = f"at {minute(view.next_opening)}" if view.next_opening else "but its window never opens"
        why = "gate void, its source is powered off: it takes" if view.gate and view.gate.void else "takes"
        return f"{why} {view.allowed} in its window, {opening}"
    return "" if view.gate is None else _held(view, view.gate)


def window(view: ServiceView) -> str:
    """When a service may be updated."""
    if view.next_opening is None:
        return "never opens"
    maintenance = view.service.maintenance
    return f"{maintenance.dow} {maintenance.time[:5]} UTC, next {minute(view.next_opening)}"


def _held(view: ServiceView, gate: Gate) -> str:
    if gate.ahead:
        return (
            f"runs {view.service.version}, though its gate let only {gate.step.validated_version or 'nothing'} through"
        )
    if gate.void:
        return "gate void: its source is powered off"
    if not view.held:
        return "nothing to wait for"
    if gate.timers:
        due = ", ".join(f"{timer.version} at {minute(timer.due)}" for timer in gate.timers)
        return f"waits for a validation of its source; automatic: {due}"
    return f"{view.held[-1].version} is held back until its source runs it and is validated"
