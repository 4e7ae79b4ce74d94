"""The loop that approves: looks at what an approval would release, and lets it go ahead, once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from pipesync import preflight, release
from pipesync.aiven.client import Client, Unreadable
from pipesync.aiven.validation import Approval
from pipesync.errors import ApiError, RefusedError
from pipesync.model import LiveStep, Service, ServiceRef, Spec
from pipesync.release import Release

_STATE: Final = frozenset({"upgrade_step_validation_not_possible_due_to_service_state", "not_powered"})
"""Aiven's codes for a service that went off after we looked."""


def look(client: Client, source: ServiceRef, spec: Spec | None, *, named_only: bool, if_version: str | None) -> Release:
    """What approving `source` would release; RefusedError if it may not be, ApiError if it cannot be told.

    `named_only`: only a service that the spec lets steps begin at may be approved.
    """
    if named_only:
        release.check_named(spec, source)
    services = _services(client, source)
    service = release.one_of(services, source)
    live = _steps(client, source)
    desired = release.planned(spec, source)
    found = preflight.look_up(client, release.ends_of(live or (), desired), {source.project: services})
    evidence = release.Evidence(live, found.known, found.unreadable)
    what = release.release(service, desired, evidence)
    release.check(what, if_version=if_version, planned=bool(desired))
    return what


def check_still(client: Client, shown: Service) -> None:
    """RefusedError if the service is no longer what it was when it was looked at."""
    release.check_still(shown, _services(client, shown.ref).get(shown.ref.service))


def carry_out(client: Client, what: Release, comment: str) -> Approval:
    """Approves; RefusedError if the service changed in between, Unreachable if nobody knows how it ended."""
    service = what.service
    try:
        return client.approve(service.ref, comment, what.seen, lambda: check_still(client, service))
    except ApiError as error:
        if error.error_code not in _STATE:
            raise
        refused = RefusedError(error.what, where=error.where, next=release.POWER_ON)
    raise refused


def _services(client: Client, source: ServiceRef) -> Mapping[str, Service]:
    found = client.services(source.project)
    if not isinstance(found, Unreadable):
        return found
    raise ApiError(
        f"project {source.project} cannot be read: {found.reason}",
        operation=f"approve what {source} runs",
        status=found.status,
        error_code=found.error_code,
        next="check its name; the token's user must be allowed to read the project and write its services",
    )


def _steps(client: Client, source: ServiceRef) -> tuple[LiveStep, ...] | None:
    """The steps that begin at `source`, as far as this token sees them; None if it may not list steps at all."""
    try:
        return tuple(live for live in client.list_steps() if live.step.source == source)
    except ApiError as error:
        if error.status != HTTPStatus.FORBIDDEN or error.error_code == "authentication_failed":
            raise
        return None
