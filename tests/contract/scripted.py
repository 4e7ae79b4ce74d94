"""Scripted trouble: a clock that only moves when it is waited on, and an API that answers from a list."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from pipesync.aiven.client import Client
from pipesync.aiven.patience import Patience
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.model import ServiceRef, UpgradeStep

SECRET = "tok-3n/9+Xq~Zw7Lr2Vb8Yc1"
ORGANIZATION = "org1a23f456789"
FLAT_STEPS = "/v1/upgrade/step"
ORGANIZATION_STEPS = f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps"
STEP = UpgradeStep(ServiceRef("dev-project", "pg-dev"), ServiceRef("staging-project", "pg-staging"), 3)
STEP_ID = "550e8400-e29b-41d4-a716-446655440000"

Reply = httpx.Response | Exception
Handler = Callable[[httpx.Request], httpx.Response]


def payload(name: str) -> Any:
    """A payload as the published API has it."""
    return json.loads((Path(__file__).parent / "payloads" / f"{name}.json").read_text(encoding="utf-8"))


def answer(status: int = 200, data: Any = None, **headers: str) -> httpx.Response:
    """A JSON answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"" if data is None else json.dumps(data).encode()
    return httpx.Response(status, headers=named, content=content)


def wire(step: UpgradeStep = STEP, step_id: str = STEP_ID, suffix: str = "_name") -> dict[str, Any]:
    """`step` as the API writes it."""
    return {
        "step_id": step_id,
        f"source_project{suffix}": step.source.project,
        f"source_service{suffix}": step.source.service,
        f"destination_project{suffix}": step.destination.project,
        f"destination_service{suffix}": step.destination.service,
        "auto_validation_delay_days": step.auto_validation_delay_days,
        "last_validation": None,
    }


@dataclass
class Clock:
    """Time that passes only when somebody waits; `waits` are the seconds asked for."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return event.is_set()

    def patience(self, **changes: Any) -> Patience:
        """Full backoff instead of a random share of it, so that waits can be named."""
        values: dict[str, Any] = {
            "clock": lambda: self.now,
            "wall": lambda: self.now,
            "wait": self.wait,
            "jitter": lambda most: most,
        }
        return Patience(**{**values, **changes})


@dataclass
class Script:
    """An API that gives its replies in turn, repeats the last one, and logs what it was asked."""

    replies: Sequence[Reply]
    log: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        reply = self.replies[min(len(self.log), len(self.replies) - 1)]
        self.log.append(request)
        if isinstance(reply, Exception):
            raise reply
        # A response is good for one use.
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.log]


def transport(handler: Handler, clock: Clock | None = None, **options: Any) -> Transport:
    """A transport that speaks to `handler` and never sleeps."""
    patience = options.pop("patience", None) or (clock or Clock()).patience()
    through = httpx.MockTransport(handler)
    token = options.pop("token", None) or Token(SECRET, "PIPESYNC_TOKEN")
    return Transport("https://api.example.com", token, patience=patience, through=through, **options)


def client(handler: Handler, organization: str | None = ORGANIZATION, **options: Any) -> Client:
    return Client(transport(handler, **options), organization)
