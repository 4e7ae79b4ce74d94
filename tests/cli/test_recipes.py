"""docs/recipes.md, carried out: the commands of its CI jobs, with the tokens they are given, against the sandbox."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.cli.documents import Put, sections
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, environment

FILES: Final = {
    part.name: part.text for parts in sections("recipes.md").values() for part in parts if isinstance(part, Put)
}
GITHUB, GITLAB = ".github/workflows/pipesync.yaml", ".gitlab-ci.yml"
APPROVE: Final = (".github/workflows/approve-staging.yaml", "approve.gitlab-ci.yml")

SECRETS: Final = {name: name.lower() for name in ("AIVEN_PLAN_TOKEN", "AIVEN_APPLY_TOKEN", "AIVEN_APPROVE_TOKEN")}

RUNNER: Final = {
    "GITHUB_SERVER_URL": "https://github.example.org",
    "GITHUB_REPOSITORY": "acme/pipelines",
    "CI_JOB_URL": "https://gitlab.example.org/acme/pipelines/-/jobs/7",
}
RUN: Final = {
    APPROVE[0]: "https://github.example.org/acme/pipelines/actions/runs/7",
    APPROVE[1]: RUNNER["CI_JOB_URL"],
}


@pytest.fixture
def world() -> dict[str, Any]:
    """The documentation's three services, and a token for each job with the rights that the page names."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg", "version": "16.4"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg", "version": "16.4"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg", "version": "16.3"},
        ],
        "tokens": [
            {"token": "aiven_plan_token", "read": ["*"], "write": []},
            {"token": "aiven_apply_token"},
            {"token": "aiven_approve_token", "user": "ci@example.org", "read": [], "write": ["staging-project"]},
            {"token": "our-own-token"},
            {"token": "someone-else"},
        ],
    }


@dataclass(frozen=True)
class Job:
    """A job of a CI file: what it runs, as one script for each shell it gets, and its variables."""

    scripts: tuple[str, ...]
    variables: Mapping[str, str]


def jobs(name: str) -> dict[str, Job]:
    """The jobs of a file of the page, by name; pip is left out, because what it would install is being tested."""
    data: dict[str, Any] = yaml.safe_load(FILES[name])
    found: dict[str, Job] = {}
    if name.startswith(".github"):
        for title, job in data["jobs"].items():
            scripts = tuple(step["run"] for step in job["steps"] if "pip install" not in step.get("run", "pip install"))
            found[title] = Job(scripts, {**data.get("env", {}), **job.get("env", {})})
        return found
    for title, job in data.items():
        if "script" in job:
            found[title] = Job(("\n".join(job["script"]),), {**data.get("variables", {}), **job.get("variables", {})})
    return found


@dataclass(frozen=True)
class Runner:
    """A machine that runs jobs in one checkout, the way both services call their shells."""

    shell: Shell
    api: Api

    def run(self, name: str, title: str) -> int:
        """The code of the first script that fails, or 0."""
        job = jobs(name)[title]
        for script in job.scripts:
            done = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", script],
                cwd=self.shell.folder,
                env=self._environment(name, job),
                stdin=subprocess.DEVNULL,
                check=False,
                timeout=120,
            )
            if done.returncode:
                return done.returncode
        return 0

    def _environment(self, name: str, job: Job) -> dict[str, str]:
        given = {key: self._value(value) for key, value in job.variables.items()}
        mine = {**environment(self.api), **RUNNER, **given, "AIVEN_WEB_URL": self.api.url}
        del mine["PIPESYNC_TOKEN"]  # only the tokens of the page
        if name.startswith(".github"):
            mine |= {"GITHUB_RUN_ID": "7", "GITHUB_STEP_SUMMARY": str(self.shell.folder / "summary.md")}
        return {**mine, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{mine['PATH']}"}

    def _value(self, value: str) -> str:
        """What a variable holds on this machine: a secret, or a path on the runners' volume."""
        secret = re.fullmatch(r"\$(?:\{\{ secrets\.)?(\w+)(?: \}\})?", value)
        return SECRETS[secret[1]] if secret else value.replace("/srv/pipesync", str(self.shell.folder / "volume"))


@pytest.fixture
def runner(pipesync: Shell, api: Api) -> Runner:
    pipesync.write(THREE_ENVIRONMENTS)
    (pipesync.folder / "volume").mkdir()
    return Runner(pipesync, api)


def staging_test(shell: Shell, text: str) -> None:
    """`test-staging.sh`, in the language of this file."""
    shell.write(f"#!{sys.executable}\nimport sys, urllib.request\n{text}\n", "test-staging.sh").chmod(0o755)


@pytest.mark.parametrize("name", [GITHUB, GITLAB])
def test_plan_and_apply(runner: Runner, name: str) -> None:
    """The first job writes nothing but its plan, the second makes it, and then there is nothing left to do."""
    shell, api = runner.shell, runner.api
    assert runner.run(name, "plan") == 0
    assert (api.writes(), list((shell.folder / "volume").iterdir())) == ([], [])
    assert "Plan: 2 to add" in shell.read("summary.md" if name == GITHUB else "plan.md")
    assert runner.run(name, "apply") == 0
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}
    assert runner.run(name, "plan") == 0
    assert "No changes" in shell.read("plan.md")


@pytest.mark.parametrize("name", [GITHUB, GITLAB])
def test_a_plan_that_is_stale_is_not_applied(runner: Runner, name: str) -> None:
    """Somebody was faster: code 5, and nothing is written."""
    assert runner.run(name, "plan") == 0
    runner.api.insert(DEV, PROD)
    assert runner.run(name, "apply") == 5
    assert runner.api.edges() == {PROD: (DEV, 7)}


@pytest.mark.parametrize("name", APPROVE)
def test_what_passes_is_approved(runner: Runner, name: str) -> None:
    """With the run's address as the comment; the tests are told the version."""
    runner.shell.ok("apply", "--yes")
    staging_test(runner.shell, "assert sys.argv[1:] == ['16.4']")
    assert runner.run(name, "approve") == 0
    validation = runner.api.steps()[PROD]["last_validation"]
    assert (validation["validated_by_user"], validation["comment"]) == ("ci@example.org", RUN[name])
    assert runner.run(name, "approve") == 0


@pytest.mark.parametrize("name", APPROVE)
def test_what_fails_is_not_approved(runner: Runner, name: str) -> None:
    """The job ends with the tests' own code."""
    runner.shell.ok("apply", "--yes")
    staging_test(runner.shell, "sys.exit(9)")
    assert runner.run(name, "approve") == 9
    assert runner.api.steps()[PROD]["last_validation"] is None


@pytest.mark.parametrize("name", APPROVE)
def test_what_came_while_the_tests_ran_is_not_approved(runner: Runner, name: str) -> None:
    """Code 3: it is not the version that was tested."""
    runner.shell.ok("apply", "--yes")
    address = f"{runner.api.url}/_sandbox/services/{STAGING}"
    staging_test(
        runner.shell,
        f"urllib.request.urlopen(urllib.request.Request({address!r}, b'{{\"version\": \"16.5\"}}', method='PUT'))",
    )
    assert runner.run(name, "approve") == 3
    assert runner.api.steps()[PROD]["last_validation"] is None


def test_every_file_of_the_page_is_run() -> None:
    """And every job of it."""
    assert sorted(FILES) == sorted([GITHUB, GITLAB, *APPROVE])
    assert {name: list(jobs(name)) for name in FILES} == {
        GITHUB: ["plan", "apply"],
        GITLAB: ["plan", "apply"],
        APPROVE[0]: ["approve"],
        APPROVE[1]: ["approve"],
    }
