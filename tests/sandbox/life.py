"""A sandbox whose services live: what tests do to it through its controls and Aiven's calls, and what they see."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tests.sandbox.running import STEPS, Running, running

DEV, STAGING, PROD = "dev-project/pg-dev", "staging-project/pg-staging", "prod-project/pg-prod"

WINDOWS: Final = {DEV: "tuesday", STAGING: "thursday", PROD: "sunday"}
"""When the services of these tests are maintained, at 10:00."""


@dataclass(frozen=True)
class Life:
    """A running sandbox; services are written `project/service`."""

    here: Running

    def step(self, source: str, destination: str, days: int = 3) -> str:
        made = self.here.step(source, destination, auto_validation_delay_days=days)
        return str(made["step_id"])

    def shown(self, step_id: str) -> dict[str, Any]:
        """A step, as Aiven's call shows it."""
        step: dict[str, Any] = self.here.http.get(f"{STEPS}/{step_id}").raise_for_status().json()
        return step

    def release(self, version: str, service_type: str = "pg") -> None:
        body = {"type": service_type, "version": version}
        self.here.http.post("/_sandbox/releases", json=body).raise_for_status()

    def until(self, moment: str) -> list[dict[str, Any]]:
        """Lets time pass; what happened meanwhile."""
        answer = self.here.http.post("/_sandbox/clock", json={"to": moment}).raise_for_status()
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def validate(self, service: str) -> httpx.Response:
        project, name = service.split("/")
        path = f"/v1/project/{project}/service/{name}/upgrade-validation"
        return self.here.http.post(path, json={"comment": "Tested"})

    def control(self, service: str, what: str, **body: Any) -> httpx.Response:
        """One of the controls of a service: power, recycle, override."""
        return self.here.http.post(f"/_sandbox/services/{service}/{what}", json=body)

    def start(self, service: str) -> httpx.Response:
        project, name = service.split("/")
        return self.here.http.put(f"/v1/project/{project}/service/{name}/maintenance/start")

    def service(self, service: str) -> dict[str, Any]:
        """A service, as Aiven's call shows it."""
        project, name = service.split("/")
        answer = self.here.http.get(f"/v1/project/{project}/service/{name}").raise_for_status()
        found: dict[str, Any] = answer.json()["service"]
        return found

    def version(self, service: str) -> str:
        return str(self.service(service)["metadata"]["pg_version"])

    def updates(self, service: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.service(service)["maintenance"]["updates"]
        return found

    def seen(self, service: str) -> dict[str, Any]:
        """A service, as the overview shows it."""
        services: list[dict[str, Any]] = self.here.http.get("/_sandbox/life").raise_for_status().json()["services"]
        return next(found for found in services if found["service"] == service)

    def log(self, **query: str) -> list[dict[str, Any]]:
        answer = self.here.http.get("/_sandbox/log", params=query).raise_for_status()
        entries: list[dict[str, Any]] = answer.json()["entries"]
        return entries

    def dated(self, **query: str) -> list[tuple[str, str, str | None]]:
        """The log in short: moment, kind and version."""
        return [(entry["at"][:16], entry["kind"], entry["version"]) for entry in self.log(**query)]


def world(versions: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """Development, staging and production on a Monday, all of them on 16.4 unless `versions` says otherwise."""
    services = []
    for service, day in WINDOWS.items():
        project, name = service.split("/")
        window = {"dow": day, "time": "10:00:00"}
        version = (versions or {}).get(service, "16.4")
        services.append({"project": project, "name": name, "type": "pg", "version": version, "maintenance": window})
    return {"organization": "org1a23f456789", "now": "2026-05-04", "services": services, **more}


@contextmanager
def living(begins_as: dict[str, Any] | None = None, *, db: Path | None = None, **settings: Any) -> Iterator[Life]:
    """A sandbox whose clock stands on Monday 2026-05-04; `settings` are those of a world's `life`."""
    with running({**(begins_as or world()), "life": settings}, db=db) as here:
        yield Life(here)


def gated(life: Life, days: int = 3) -> str:
    """Development before staging, and an update that development has had since Tuesday 10:30."""
    step_id = life.step(DEV, STAGING, days)
    life.release("16.5")
    life.until("2026-05-05T12:00:00Z")
    return step_id
