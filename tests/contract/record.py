"""`python -m tests.contract.record`: records the cassettes, from a sandbox or (`--aiven`) from Aiven itself."""

import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from pipesync.aiven.client import Client
from pipesync.aiven.patience import Patience
from pipesync.errors import PipesyncError
from pipesync.model import ServiceRef
from pipesync.sandbox import create_app, serve, world_of
from tests.contract import cassette
from tests.contract.cassette import AT_ONCE
from tests.contract.cast import Cast, three
from tests.contract.scenarios import SETS, Circumstances, Scenario
from tests.sandbox.running import noon

AIVEN: Final = "https://api.aiven.io"
SANDBOX: Final = "http://127.0.0.1:8765"
"""Where `pipesync sandbox serve` listens; the recorded ones take any free port."""

TOKEN: Final = "token-of-the-recorded-sandbox"

_SERVICES: Final = (
    ServiceRef("dev-project", "pg-dev"),
    ServiceRef("staging-project", "pg-staging"),
    ServiceRef("prod-project", "pg-prod"),
)
_WORLD: Final[Mapping[str, Any]] = {
    "organization": {"id": "org1a23f456789", "name": "Sandbox"},
    "services": [{"project": ref.project, "name": ref.service, "type": "pg"} for ref in _SERVICES],
    "tokens": [{"token": TOKEN, "user": "sandbox"}],
}


def main(arguments: list[str], environment: Mapping[str, str], folder: Path = cassette.FOLDER) -> int:
    """Records into `folder`; 1 if something could not be."""
    try:
        match arguments:
            case []:
                return from_sandbox(folder / "sandbox")
            case ["--aiven"]:
                real, token = _named_by(environment)
                return from_aiven(folder / "aiven", real, token)
    except PipesyncError as error:
        print(f"Error: {error.what}", *filter(None, (error.where, error.next)), sep="\n  ", file=sys.stderr)
        return 1
    print("usage: python -m tests.contract.record [--aiven]; see cassettes/README.md", file=sys.stderr)
    return 64


def from_sandbox(folder: Path) -> int:
    """Every scenario, each from a sandbox of its own on a real socket."""
    failed = 0
    for dialect, scenarios in SETS.items():
        organization = "org1a23f456789" if dialect == "organization" else None
        shown = Cast(SANDBOX, organization, _SERVICES)
        shown.save(folder / dialect)
        for scenario in scenarios:
            with _sandbox(scenario.only_under or Circumstances()) as url:
                failed += _recorded(scenario, folder / dialect, replace(shown, api_url=url), shown, TOKEN, AT_ONCE)
    return 1 if failed else 0


def from_aiven(folder: Path, real: Cast, token: str) -> int:
    """The scenarios that need nothing but three services without upgrade steps; they are without them again then."""
    dialect = "flat" if real.organization is None else "organization"
    shown = _shown(real)
    with cassette.connect(real, token, Patience()) as transport:
        client = Client(transport, real.organization)
        _check_free(client, real)
        shown.save(folder / dialect)
        failed = 0
        for scenario in SETS[dialect]:
            if scenario.only_under is None:
                try:
                    failed += _recorded(scenario, folder / dialect, real, shown, token, Patience())
                finally:
                    _free(client, real)
    return 1 if failed else 0


@contextmanager
def _sandbox(under: Circumstances) -> Iterator[str]:
    with serve(create_app(world_of({**_WORLD, **under.world}), clock=noon), port=0) as server:
        for fault in under.faults:
            httpx.post(f"{server.url}/_sandbox/faults", json=fault, trust_env=False).raise_for_status()
        yield server.url


def _recorded(scenario: Scenario, folder: Path, real: Cast, shown: Cast, token: str, patience: Patience) -> bool:
    """Whether it failed; one that went otherwise than the client promises is told of, and the others go on."""
    name = f"{folder.parent.name}/{folder.name}/{scenario.name}"
    try:
        cassette.record(scenario, folder, real, shown, token, patience)
    except (AssertionError, pytest.fail.Exception, PipesyncError, ValueError):
        print(f"not recorded: {name}", file=sys.stderr)
        traceback.print_exc(limit=-1)
        return True
    print(f"recorded: {name}")
    return False


def _named_by(environment: Mapping[str, str]) -> tuple[Cast, str]:
    """The cast that the environment names, and the token."""
    try:
        services = three(environment["PIPESYNC_RECORD_SERVICES"].split())
        organization = environment.get("PIPESYNC_RECORD_ORGANIZATION") or None
        return Cast(AIVEN, organization, services), environment["PIPESYNC_TOKEN"]
    except (KeyError, ValueError) as error:
        missing = f"{error.args[0]} is not set" if isinstance(error, KeyError) else error
        raise PipesyncError(
            f"the environment does not say what to record from: {missing}",
            next="set PIPESYNC_TOKEN and PIPESYNC_RECORD_SERVICES (three of PROJECT/SERVICE); see cassettes/README.md",
        ) from None


def _shown(real: Cast) -> Cast:
    """Made-up names; what has one name has one name still."""
    projects, services = (
        {name: f"some-{kind}-{number}" for number, name in enumerate(dict.fromkeys(names), start=1)}
        for kind, names in (
            ("project", [ref.project for ref in real.services]),
            ("service", [ref.service for ref in real.services]),
        )
    )
    named = three([f"{projects[ref.project]}/{services[ref.service]}" for ref in real.services])
    return Cast(real.api_url, real.organization and "org1a23f456789", named)


def _check_free(client: Client, real: Cast) -> None:
    """Refuses services that have upgrade steps, which the scenarios would run into and might delete."""
    live = [one.step for one in client.list_steps()]
    taken = [step.address for step in live if not {step.source, step.destination}.isdisjoint(real.services)]
    if taken:
        raise PipesyncError(
            "the services named for recording have upgrade steps already",
            where=", ".join(taken),
            next="name three services that no step begins or ends at",
        )


def _free(client: Client, real: Cast) -> None:
    """Deletes what a scenario that broke off left between the services; they had no steps before."""
    for live in client.list_steps():
        if {live.step.source, live.step.destination}.issubset(real.services):
            client.delete_step(live.step_id)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
