"""What the tests of status set up behind the API, and what they read of a report."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pipesync.window import DAYS
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, Api, Shell


def day(days: int) -> datetime:
    """So many days from now."""
    return datetime.now(UTC) + timedelta(days=days)


IN_TWO_DAYS = {"dow": DAYS[day(2).weekday()], "time": "03:00:00", "enabled": True}
"""A window that opened four to five days ago; tests do not run on the minute of an opening."""

OF_THE_ORGANIZATION = ("--organization", ORGANIZATION)


def put(api: Api, service: str, **what: Any) -> None:
    """What Aiven does behind the API: a version, a state, a window."""
    api.call("PUT", f"/_sandbox/services/{service}", {"maintenance": IN_TWO_DAYS, **what}).raise_for_status()


def validate(api: Api, service: str, comment: str) -> None:
    """Somebody lets the version that `service` runs proceed."""
    path = f"/v1/project/{service.replace('/', '/service/')}/upgrade-validation"
    api.call("POST", path, {"comment": comment}).raise_for_status()


def insert(api: Api, source: str, destination: str, validated: datetime | None = None) -> None:
    """A step that was validated by a timer, or never."""
    last = None if validated is None else {"validated_at": validated.isoformat()}
    body = {"source": source, "destination": destination, "last_validation": last}
    api.call("POST", "/_sandbox/steps", body).raise_for_status()


def gates(pipesync: Shell, *args: str) -> dict[str, dict[str, Any]]:
    """Each step of the report by its address."""
    report = json.loads(pipesync.ok("status", "--format", "json", *args).out)
    return {
        service["address"]: service["gate"]
        for tree in report["trees"]
        for service in tree["services"]
        if service["gate"]
    }


def codes(pipesync: Shell, *args: str) -> dict[str, str]:
    return {address: gate["waits_for"] for address, gate in gates(pipesync, *args).items()}


def chain(api: Api, dev: str, staging: str, prod: str) -> None:
    """The three environments, running these versions."""
    for service, version in ((DEV, dev), (STAGING, staging), (PROD, prod)):
        put(api, service, version=version)
