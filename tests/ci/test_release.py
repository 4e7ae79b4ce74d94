"""How a release is made: built once by a job without rights, and published by one that builds nothing."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from tests.ci.github import ROOT

TEXT: Final = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
WORKFLOW: Final[Mapping[Any, Any]] = yaml.safe_load(TEXT)
JOBS: Final[Mapping[str, Mapping[str, Any]]] = WORKFLOW["jobs"]


def test_every_action_of_the_release_is_pinned_by_its_commit() -> None:
    """Its version stands beside it, and one action has one commit."""
    used = re.findall(r"^\s*(?:- )?uses: (\S+)@(\S+)( # v[0-9.]+)?$", TEXT, re.MULTILINE)
    assert len(used) == TEXT.count("uses:")
    assert [one for one in used if not re.fullmatch(r"[0-9a-f]{40}", one[1]) or not one[2]] == []
    assert len({(name, commit) for name, commit, _ in used}) == len({name for name, _, _ in used})


def test_only_the_job_that_publishes_can_prove_who_it_is() -> None:
    """It stands behind an environment; nothing else may write, nothing runs for a pull request, no secret is stored."""
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read"},
        "publish": {"attestations": "write", "contents": "read", "id-token": "write"},
    }
    assert {name: job.get("environment") for name, job in JOBS.items()} == {"build": None, "publish": "pypi"}
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 reads `on` so
    assert "secrets." not in TEXT


def test_what_is_published_is_what_was_built() -> None:
    """The job that may publish runs no command and has no checkout: it takes the files of the job before."""
    steps = JOBS["publish"]["steps"]
    assert [step for step in steps if "run" in step or step["uses"].startswith("actions/checkout@")] == []
    assert JOBS["publish"]["needs"] == "build"


def test_no_expression_stands_in_a_script_of_the_release() -> None:
    """The name of a tag reaches a script through its environment alone."""
    scripts = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
    assert len(scripts) == 2
    assert [script for script in scripts if "${{" in script] == []
