"""GitLab's runner, as far as the templates and the example need it: rules, inheritance, variables, dotenv."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.ci.forge import GITLAB_TOKEN, Forge
from tests.ci.github import ROOT
from tests.ci.machine import SECRETS, Done, Machine, without_pip

TEMPLATE: Final = ROOT / "ci" / "gitlab" / "pipesync.yml"

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "merge request": {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7"},
    "main": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"},
    "branch": {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "x"},
    "drift": {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main", "PIPESYNC_SCHEDULE": "drift"},
    "approve": {"CI_PIPELINE_SOURCE": "schedule", "CI_COMMIT_BRANCH": "main", "PIPESYNC_SCHEDULE": "approve"},
}
"""A kind of pipeline → the variables that tell it."""


@dataclass
class Pipeline:
    """One pipeline of a kind; `fork` means that no secret is there."""

    machine: Machine
    here: Forge
    kind: str
    fork: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    dotenv: dict[str, str] = field(default_factory=dict)

    def jobs(self) -> list[str]:
        """The names of the jobs that this pipeline has, by their rules."""
        return [name for name, job in _described(self.machine.shell.folder).items() if self._wanted(job)]

    def run(self, name: str) -> Done:
        """One of them; artifacts of earlier ones lie where they were made."""
        job = _described(self.machine.shell.folder)[name]
        assert self._wanted(job)
        done = self.machine.run(without_pip(job["script"]), {**self._variables(job), **self.dotenv})
        dotenv = job.get("artifacts", {}).get("reports", {}).get("dotenv")
        path = self.machine.shell.folder / str(dotenv)
        if dotenv and path.exists():
            self.dotenv |= dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines())
        return done

    def _wanted(self, job: Mapping[str, Any]) -> bool:
        given = {"CI_DEFAULT_BRANCH": "main", **KINDS[self.kind]}
        return any(_holds(rule["if"], given) for rule in job["rules"])

    def _variables(self, job: Mapping[str, Any]) -> Mapping[str, str]:
        """Variables are protected or not, and may be those of an environment: so docs/gitlab.md says."""
        secrets = {"AIVEN_PLAN_TOKEN": SECRETS["AIVEN_PLAN_TOKEN"], "GITLAB_TOKEN": GITLAB_TOKEN}
        if self.kind in {"drift", "approve"}:
            secrets["AIVEN_APPROVE_TOKEN"] = SECRETS["AIVEN_APPROVE_TOKEN"]
        if job.get("environment", {}).get("name") == "production":
            secrets["AIVEN_APPLY_TOKEN"] = SECRETS["AIVEN_APPLY_TOKEN"]
        return {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{self.here.url}/api/v4",
            "CI_PROJECT_ID": "42",
            "CI_JOB_URL": "https://gitlab.example.org/acme/pipelines/-/jobs/7",
            "CI_DEFAULT_BRANCH": "main",
            **KINDS[self.kind],
            **({} if self.fork else secrets),
            **job["variables"],
            **self.more,
        }


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    """The jobs of a repository's .gitlab-ci.yml, with what it includes and extends."""
    mine = yaml.safe_load((folder / ".gitlab-ci.yml").read_text("utf-8"))
    template = yaml.safe_load(TEMPLATE.read_text("utf-8"))
    shared = {**template.pop("variables"), **mine.pop("variables")}
    entries = {**template, **{name: job for name, job in mine.items() if name not in {"include", "default"}}}
    found = {}
    for name, job in entries.items():
        above = entries.get(job.get("extends", ""), {})
        variables = {**shared, **above.get("variables", {}), **job.get("variables", {})}
        found[name] = {**above, **job, "variables": variables}
    return {name: job for name, job in found.items() if not name.startswith(".")}


def _holds(condition: str, given: Mapping[str, str]) -> bool:
    """`$A == "b" && $C == $D`."""
    pairs = [re.fullmatch(r'\$(\w+) == (?:\$(\w+)|"(.*)")', part) for part in condition.split(" && ")]
    assert all(pairs), f"a rule that the test does not know: {condition}"
    return all(
        given.get(one[1]) == (given.get(one[2]) if one[2] else one[3]) and given.get(one[1]) for one in pairs if one
    )
