"""The two ends of a command line test: a Shell that runs `pipesync`, and the Api that it talks to."""

import io
import os
import re
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipesync.cli.main import run
from pipesync.cli.terminal import Terminal
from pipesync.sandbox import Server

ORGANIZATION = "org1a23f456789"

THREE_ENVIRONMENTS = f"""\
version: 1
organization: {ORGANIZATION}
pipelines:
  postgres:
    stages:
      - dev-project/pg-dev
      - {{service: staging-project/pg-staging, auto_validation_delay_days: 3}}
      - prod-project/pg-prod
"""

_OUTSIDE = httpx.Client(
    verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # not used for http://, and a real one costs 18 ms
    limits=httpx.Limits(max_keepalive_connections=0),
    trust_env=False,
    timeout=30,
)

DEV, STAGING, PROD = "dev-project/pg-dev", "staging-project/pg-staging", "prod-project/pg-prod"

EVERY_STEP = f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps"


def spec_of(*steps: str, head: str = f"organization: {ORGANIZATION}\n") -> str:
    """A spec of single steps, each written `SOURCE > DESTINATION` or `SOURCE > DESTINATION, key: value`."""
    lines = []
    for step in steps:
        ends, _, more = step.partition(", ")
        source, destination = ends.split(" > ")
        lines.append(f"  - {{source: {source}, destination: {destination}{', ' + more if more else ''}}}")
    return f"version: 1\n{head}steps:{'' if lines else ' []'}\n" + "".join(line + "\n" for line in lines)


def world_of_pg(count: int, **more: Any) -> dict[str, Any]:
    """A world of `count` databases a, b, c, … in project `dev` and as many of the same names in `prod`."""
    names = [f"pg-{number}" for number in range(count)]
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev", "names": names, "type": "pg"},
            {"project": "prod", "names": names, "type": "pg"},
        ],
        **more,
    }


def pairs(count: int, more: str = "") -> list[str]:
    """Steps for `spec_of` from each database of `world_of_pg` in `dev` to the one of its name in `prod`."""
    return [f"dev/pg-{number} > prod/pg-{number}{', ' + more if more else ''}" for number in range(count)]


def at_any_time(plan: str) -> str:
    """A plan as JSON without the time of its reading, in which two plans of the same things may differ."""
    return re.sub('"read_at": "[^"]*"', "", plan)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def both(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Shell:
    """Runs command lines in `folder`; `pipesync("plan")` gives code, standard output and standard error."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *args: str | Path, **env: str) -> Result:
        """`env` adds to the environment for this run alone."""
        return self.fed(b"", *args, **env)

    def fed(self, stdin: bytes, *args: str | Path, **env: str) -> Result:
        """The same, with something on standard input."""
        self.capture.readouterr()
        with self.patch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            for name, value in env.items():
                patch.setenv(name, value)
            code = run([str(arg) for arg in args], Terminal())
        captured = self.capture.readouterr()
        return Result(int(code), captured.out, captured.err)

    def ok(self, *args: str | Path, **env: str) -> Result:
        """The same, for a step on the way that must end with 0."""
        result = self(*args, **env)
        assert result.code == 0, result.both
        return result

    def apply(self, spec: str, *flags: str) -> Result:
        """Write `spec`, and apply it without a question."""
        self.write(spec)
        return self.ok("apply", "--auto-approve", *flags)

    def write(self, text: str | bytes, name: str = "pipesync.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name: str = "pipesync.state.json") -> str:
        return (self.folder / name).read_text("utf-8")

    def files(self) -> dict[str, bytes]:
        """What is in the folder, file by file; locks left out, for they hold nothing."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }


@dataclass(frozen=True)
class Api:
    """The sandbox, seen from outside: what is live, what was asked, and trouble on demand."""

    server: Server

    @property
    def url(self) -> str:
        return self.server.url

    def call(self, method: str, path: str, body: Any = None, token: str = "someone-else") -> httpx.Response:
        return _OUTSIDE.request(method, self.url + path, json=body, headers={"Authorization": f"Bearer {token}"})

    def steps(self, organization: str = ORGANIZATION) -> dict[str, dict[str, Any]]:
        """The live steps by address."""
        path = f"/v1/organization/{organization}/upgrade-pipeline/steps?limit=999"
        listed = self.call("GET", path).raise_for_status().json()["steps"]
        return {f"{step['destination_project_name']}/{step['destination_service_name']}": step for step in listed}

    def edges(self) -> dict[str, tuple[str, int]]:
        """Address → source and delay."""
        return {
            address: (
                f"{step['source_project_name']}/{step['source_service_name']}",
                step["auto_validation_delay_days"],
            )
            for address, step in self.steps().items()
        }

    def insert(self, source: str, destination: str, days: int = 7) -> str:
        """A step that somebody else made; its id."""
        body = {"source": source, "destination": destination, "auto_validation_delay_days": days}
        made = self.call("POST", "/_sandbox/steps", body).raise_for_status().json()
        return str(made["step_id"])

    def remove(self, address: str) -> None:
        """Somebody else removes a step."""
        self.call("DELETE", f"{EVERY_STEP}/{self.steps()[address]['step_id']}").raise_for_status()

    def patch(self, address: str, days: int) -> None:
        """Somebody else changes a delay."""
        body = {"auto_validation_delay_days": days}
        self.call("PATCH", f"{EVERY_STEP}/{self.steps()[address]['step_id']}", body).raise_for_status()

    def requests(self, method: str = "*") -> list[str]:
        """`METHOD /path` of each request since the last `forget_requests`, this class's own left out."""
        seen = self.call("GET", f"/_sandbox/requests?method={method}").json()["requests"]
        return [f"{one['method']} {one['path']}" for one in seen if not one["path"].startswith("/_sandbox")]

    def writes(self) -> list[str]:
        """The requests that would change something."""
        return [request for request in self.requests() if not request.startswith("GET ")]

    def forget_requests(self) -> None:
        self.call("DELETE", "/_sandbox/requests").raise_for_status()

    def fault(self, **rule: Any) -> None:
        self.call("POST", "/_sandbox/faults", rule).raise_for_status()

    def no_faults(self) -> None:
        self.call("DELETE", "/_sandbox/faults").raise_for_status()


def environment(api: Api, **more: str) -> Mapping[str, str]:
    """What a process of its own needs to reach `api`, and nothing of this machine's own Aiven settings."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AIVEN_", "PIPESYNC_"))}
    return {**mine, "PIPESYNC_API_URL": api.url, "PIPESYNC_TOKEN": "our-own-token", **more}
