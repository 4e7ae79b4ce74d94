"""Aiven's own command line client against the sandbox: a real client on a real socket."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.running import ORGANIZATION, Running

STEP = ("upgrade-pipeline", "step")


class Avn:
    """`avn` with a configuration of its own, pointed at a sandbox."""

    def __init__(self, url: str, folder: Path) -> None:
        # Creating a step asks for a configured default project even where both projects are given.
        folder.joinpath("aiven-client.json").write_text('{"default_project": "dev-project"}')
        self._url = url
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AIVEN_")},
            "AIVEN_CONFIG_DIR": str(folder),
            "AIVEN_AUTH_TOKEN": "any-token",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "aiven.client", "--url", self._url, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def create(self, *more: str) -> Any:
        return self.json(
            *STEP, "create", "--organization-id", ORGANIZATION,
            "--source-project", "dev-project", "pg-dev",
            "--destination-project", "staging-project", "pg-staging", *more,
        )  # fmt: skip


@pytest.fixture
def avn(sandbox: Running, tmp_path: Path) -> Avn:
    return Avn(sandbox.url, tmp_path)


def test_avn_creates_lists_updates_validates_and_deletes(sandbox: Running, avn: Avn) -> None:
    """The life of a step through `avn`: each command does what its name says."""
    organization = ("--organization-id", ORGANIZATION)
    (created,) = avn.create("--auto-validation-delay-days", "3")
    assert created["auto_validation_delay_days"] == 3
    assert avn.json(*STEP, "list", *organization) == [created]

    (updated,) = avn.json(*STEP, "update", *organization, created["step_id"], "--auto-validation-delay-days", "14")
    assert updated == {**created, "auto_validation_delay_days": 14}

    validated = avn.run(*STEP, "validate-for-service", "pg-dev", "--comment", "looks good")
    assert (validated.returncode, validated.stderr) == (0, "")
    (step,) = avn.json(*STEP, "get", *organization, created["step_id"])
    assert step["last_validation"]["comment"] == "looks good"

    assert avn.run(*STEP, "delete", *organization, created["step_id"]).returncode == 0
    assert sandbox.listed() == []


def test_avn_gets_the_default_delay_and_reports_a_refusal(avn: Avn) -> None:
    """`avn` sends null for a delay that was not given; a refused create shows Aiven's words and status."""
    (created,) = avn.create()
    again = avn.run(
        *STEP, "create", "--organization-id", ORGANIZATION, "--source-project", "prod-project", "pg-prod",
        "--destination-project", "staging-project", "pg-staging",
    )  # fmt: skip

    assert created["auto_validation_delay_days"] == 7
    assert again.returncode == 1
    assert "already has the source service dev-project/pg-dev" in again.stderr
    assert "409" in again.stderr


def test_avn_lists_services_and_projects(avn: Avn) -> None:
    """The look-ups are good enough for `avn service list` and `avn project list`."""
    services = avn.json("service", "list", "--project", "dev-project")
    projects = avn.json("project", "list")

    assert {service["service_name"] for service in services} == {"kafka-dev", "pg-dev"}
    assert {project["project_name"] for project in projects} == {
        "dev-project",
        "prod-project",
        "staging-project",
    }
