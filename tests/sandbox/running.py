"""A sandbox that runs on a real socket, and a client that speaks both dialects to it."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx

from pipesync.sandbox import create_app, default_world, serve, world_of

ORGANIZATION: Final = "org1a23f456789"
STEPS: Final = f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps"
FLAT_STEPS: Final = "/v1/upgrade/step"
_TLS: Final = ssl.create_default_context()  # 18 ms each; no test needs one of its own


@dataclass(frozen=True)
class Running:
    """Where a sandbox listens, and an open client of it."""

    url: str
    http: httpx.Client

    def create(self, source: str, destination: str, **more: Any) -> httpx.Response:
        """Asks for a step in the organization dialect; services are written `project/service`."""
        return self.http.post(STEPS, json=organization_body(source, destination, **more))

    def step(self, source: str, destination: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.create(source, destination, **more).raise_for_status().json()
        return answer

    def listed(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.http.get(STEPS).raise_for_status().json()["steps"]
        return steps

    def pairs(self) -> list[tuple[str, str]]:
        """Source and destination of each step, in the list's order."""
        return [
            (
                f"{step['source_project_name']}/{step['source_service_name']}",
                f"{step['destination_project_name']}/{step['destination_service_name']}",
            )
            for step in self.listed()
        ]

    def order_fault(self, **fault: Any) -> None:
        self.http.post("/_sandbox/faults", json=fault).raise_for_status()


def organization_body(source: str, destination: str, **more: Any) -> dict[str, Any]:
    return _body(source, destination, "_name") | more


def flat_body(source: str, destination: str, **more: Any) -> dict[str, Any]:
    return _body(source, destination, "") | more


def _body(source: str, destination: str, suffix: str) -> dict[str, Any]:
    (source_project, source_service), (destination_project, destination_service) = (
        end.split("/", 1) for end in (source, destination)
    )
    return {
        f"source_project{suffix}": source_project,
        f"source_service{suffix}": source_service,
        f"destination_project{suffix}": destination_project,
        f"destination_service{suffix}": destination_service,
    }


def noon() -> datetime:
    """The only moment that a sandbox of these tests knows."""
    return datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


@contextmanager
def running(
    world: dict[str, Any] | None = None, *, db: Path | None = None, token: str = "any-token"
) -> Iterator[Running]:
    """A sandbox of `world` (in the words of a world file), served until the block ends."""
    app = create_app(world_of(world) if world is not None else default_world(), db=db, clock=noon)
    with serve(app, port=0) as server, client(server.url, token) as http:
        yield Running(server.url, http)


def client(url: str, token: str) -> httpx.Client:
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        verify=_TLS,
        trust_env=False,
        timeout=30,
    )
