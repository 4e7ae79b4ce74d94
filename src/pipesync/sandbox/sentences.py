"""Entries of the life's log in words."""

from datetime import UTC, datetime

from pipesync.sandbox.log import Entry


def minute(moment: datetime) -> str:
    """`Mon 2026-05-04 12:30`, in UTC."""
    return moment.astimezone(UTC).strftime("%a %Y-%m-%d %H:%M")


def sentence(entry: Entry) -> str:
    """What happened; what has no sentence of its own is told by its kind and the service."""
    what, version, detail = entry.service, entry.version, entry.detail
    match entry.kind:
        case "release":
            words = f"{detail['type']} {version} is released"
        case "clock":
            words = f"time passes until {detail['to'].partition('.')[0].replace('T', ' ')}"
        case "update_started":
            words = f"{what}: maintenance to {version} begins"
        case "update_finished":
            words = f"{what} runs {version}"
        case "validated":
            comment = f": {detail['comment']}" if detail["comment"] else ""
            words = f"{what}: {version} is validated by {detail['user']}{comment}"
        case "validated_automatically":
            words = f"{what}: {version} is validated automatically for {detail['destination']}"
        case _:
            words = _deed(entry)
    return words


def _deed(entry: Entry) -> str:
    what, detail = entry.service, entry.detail
    match entry.kind:
        case "step_created":
            lets = f"; it lets {entry.version} through" if entry.version else ""
            words = f"step {detail['source']} → {what} is made, with {_days(detail)}{lets}"
        case "step_changed":
            words = f"the step to {what} has {_days(detail)} now"
        case "step_deleted":
            words = f"step {detail['source']} → {what} is deleted, with its validations"
        case "power":
            words = f"{what} is powered {'on' if detail['on'] else 'off'}"
        case "override":
            words = f"{what}: emergency override to {entry.version}"
        case "recycle":
            words = f"{what}: nodes are replaced"
        case "maintenance_started":
            words = f"{what}: maintenance is started by hand"
        case _:
            words = " ".join(filter(None, [entry.kind.replace("_", " "), what and str(what)]))
    return words


def _days(detail: dict[str, int]) -> str:
    days = detail["auto_validation_delay_days"]
    return f"a delay of {days} {'day' if days == 1 else 'days'}"
