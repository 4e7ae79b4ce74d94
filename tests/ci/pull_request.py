"""A pull request that the action runs for, with a title that wants to be run."""

import json
from typing import Any

from tests.ci.github import Runner

RUN = "https://github.example.org/acme/pipelines/actions/runs/7"
EVERYTHING = "`$(touch pwned)`\n::error::pwned\n##[error]pwned -->"
"""A title that wants to be Markdown, a shell's command and a runner's command."""


def pull_request(repository: str = "acme/pipelines") -> dict[str, Any]:
    head = {"ref": "x$(touch${IFS}pwned)", "repo": {"full_name": repository}}
    return {"pull_request": {"number": 7, "title": EVERYTHING, "body": EVERYTHING, "head": head}}


def plan(runner: Runner, **inputs: str) -> Any:
    return runner.action(aiven_token="our-own-token", artifact="plan", **inputs)


def saved(runner: Runner) -> dict[str, Any]:
    """The plan in the artifact."""
    found: dict[str, Any] = json.loads((runner.artifacts["plan"] / "plan.json").read_text("utf-8"))
    return found
