"""An approval as text: what runs, what waits for it, and every destination that it releases the version to."""

from collections.abc import Iterator
from datetime import datetime

from pipesync.amounts import count
from pipesync.model import PendingUpdate, Service, Validation
from pipesync.release import Destination, Release
from pipesync.render.escape import name, visible
from pipesync.window import DAYS, Window


def release_text(release: Release, comment: str, now: datetime) -> str:
    """`now` says which opening of a window is the next one."""
    return "\n".join([*_lines(release, comment, now), ""])


def result_text(release: Release, *, already: bool) -> str:
    """What came of an approval, in one line."""
    what = f"{_version(release.service)} of {name(str(release.service.ref))}"
    if already:
        return f"Already approved: Aiven has a validation of {what}.\n"
    released = ", ".join(name(one.step.address) for one in release.destinations)
    return f"Approved: {what}; released to {released}.\n"


def _lines(release: Release, comment: str, now: datetime) -> Iterator[str]:
    service = release.service
    yield f"To be approved: {name(str(service.ref))}, {_version(service)}"
    yield f"  state: {visible(service.state)}"
    yield f"  waiting for it: {_updates(service.updates)}"
    yield f"  last validation: {_validation(release.last_validation)}"
    yield f"  comment: {visible(comment) or 'none'}"
    yield ""
    yield f"Released by it, {count(len(release.destinations), 'destination')}:"
    for destination in release.destinations:
        yield f"  {name(destination.step.address)}: {'; '.join(_facts(destination, now))}"
    yield ""
    yield "Each takes the version in its window. An approval cannot be undone."


def _facts(destination: Destination, now: datetime) -> Iterator[str]:
    service, desired = destination.service, destination.desired
    if service is not None:
        yield _version(service)
        yield _window(service.window, now)
        if service.powered_off:
            yield "powered off"
    else:
        yield f"version and window unknown ({visible(destination.unreadable or 'Aiven lists no such service')})"
    yield f"automatic after {count(destination.step.auto_validation_delay_days, 'day')}"
    if desired is not None and desired.pipeline is not None:
        yield f"pipeline {visible(desired.pipeline)}"
    if desired is not None and desired.owner is not None:
        yield f"owner {visible(desired.owner)}"
    if not destination.verified:
        yield "from the spec, not verified"
    elif desired is None:
        yield "not in the spec"


def _version(service: Service) -> str:
    return "version unknown" if service.version is None else f"version {visible(service.version)}"


def _window(window: Window | None, now: datetime) -> str:
    if window is None:
        return "window unknown"
    opening = window.next(now)
    if window.weekday is None or opening is None:
        return "no window: it is not updated automatically"
    return f"window {DAYS[window.weekday]} {window.opens:%H:%M} UTC, next {opening:%Y-%m-%d %H:%M} UTC"


def _updates(updates: tuple[PendingUpdate, ...]) -> str:
    if not updates:
        return "no update"
    return f"{count(len(updates), 'update')}: {'; '.join(map(_update, updates))}"


def _update(update: PendingUpdate) -> str:
    dates = (("at", update.start_at), ("not before", update.start_after), ("deadline", update.deadline))
    told = [f"{word} {visible(date)}" for word, date in dates if date]
    return (visible(update.description) or "without a description") + (f" ({', '.join(told)})" if told else "")


def _validation(validation: Validation | None) -> str:
    if validation is None:
        return "none"
    who = "by its timer" if validation.by is None else f"by {visible(validation.by)}"
    said = f": {visible(validation.comment)}" if validation.comment else ""
    return f"{visible(validation.at) or 'at an unknown time'} {who}{said}"
