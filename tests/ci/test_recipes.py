"""docs/recipes.md, carried out: the commands of its CI jobs, with the tokens they are given, against the sandbox."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
import yaml

from tests.ci.machine import SECRETS, Machine, tokens, without_pip
from tests.cli.documents import Put, sections
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell

FILES: Final = {
    part.name: part.text for parts in sections("recipes.md").values() for part in parts if isinstance(part, Put)
}
BITBUCKET, AZURE = "bitbucket-pipelines.yml", "azure-pipelines.yml"


@pytest.fixture
def world() -> dict[str, Any]:
    """The documentation's three services, and a token for each job with the rights that the page names."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg"},
        ],
        "tokens": tokens(approve="staging-project"),
    }


@dataclass(frozen=True)
class Step:
    """A script of a job, and its variables."""

    script: str
    variables: Mapping[str, str]


def bitbucket(job: str) -> list[Step]:
    """A deployment's variables are there in its own step alone."""
    for entry in yaml.safe_load(FILES[BITBUCKET])["pipelines"]["branches"]["main"]:
        if entry["step"]["name"] == job:
            mine = "AIVEN_APPLY_TOKEN" if "deployment" in entry["step"] else "AIVEN_PLAN_TOKEN"
            return [Step(without_pip(entry["step"]["script"]), {mine: SECRETS[mine]})]
    raise AssertionError(job)


def azure(job: str) -> list[Step]:
    """Secret variables are there where a step's `env` names them."""
    data = yaml.safe_load(FILES[AZURE])
    [stage] = [stage for stage in data["stages"] if stage["stage"] == job]
    described = stage["jobs"][0]
    steps = described.get("steps") or described["strategy"]["runOnce"]["deploy"]["steps"]
    return [_azure(step, data["variables"]) for step in steps]


def _azure(step: Mapping[str, Any], shared: Mapping[str, str]) -> Step:
    own = {
        name: re.sub(r"\$\((\w+)\)", lambda name: SECRETS[name[1]], val) for name, val in step.get("env", {}).items()
    }
    match step:
        case {"bash": str(script)}:
            return Step(without_pip([script]), {**shared, **own, "PIPELINE_WORKSPACE": "workspace"})
        case {"publish": str(path), "artifact": str(name)}:
            return Step(f"mkdir -p workspace/{name} && cp {path} workspace/{name}", {})
        case _:
            return Step(":", {})


@dataclass(frozen=True)
class Runner:
    machine: Machine
    name: str

    def run(self, job: str) -> int:
        """The code of the first script that fails, or 0."""
        for step in (bitbucket if self.name == BITBUCKET else azure)(job):
            code = self.machine.run(step.script, step.variables).code
            if code:
                return code
        return 0


@pytest.fixture(params=[BITBUCKET, AZURE])
def runner(request: pytest.FixtureRequest, pipesync: Shell, api: Api) -> Runner:
    pipesync.write(THREE_ENVIRONMENTS)
    return Runner(Machine(pipesync, api), request.param)


def test_plan_and_apply(runner: Runner, pipesync: Shell, api: Api) -> None:
    """The first job writes nothing but its plan, the second makes it, and then there is nothing left to do."""
    assert runner.run("plan") == 0
    assert (api.writes(), list(runner.machine.volume.iterdir())) == ([], [])
    assert "Plan: 2 to add" in pipesync.read("plan.md")
    assert runner.run("apply") == 0
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}
    assert runner.run("plan") == 0
    assert "No changes" in pipesync.read("plan.md")


def test_a_plan_that_is_stale_is_not_applied(runner: Runner, api: Api) -> None:
    """Somebody was faster: code 5, and nothing is written."""
    assert runner.run("plan") == 0
    api.insert(DEV, PROD)
    assert runner.run("apply") == 5
    assert api.edges() == {PROD: (DEV, 7)}


def test_every_file_of_the_page_is_run() -> None:
    """And every job of it."""
    assert sorted(FILES) == sorted([BITBUCKET, AZURE])
    steps = yaml.safe_load(FILES[BITBUCKET])["pipelines"]["branches"]["main"]
    assert [entry["step"]["name"] for entry in steps] == ["plan", "apply"]
    assert [stage["stage"] for stage in yaml.safe_load(FILES[AZURE])["stages"]] == ["plan", "apply"]
