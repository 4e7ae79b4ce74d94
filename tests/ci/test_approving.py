"""The example's job that tests staging and approves it, on GitHub and on GitLab."""

import shutil
import sys
from collections.abc import Callable
from typing import Any, Final

import pytest

from pipesync.sandbox import load_world
from tests.ci.forge import Forge
from tests.ci.github import ROOT, Runner
from tests.ci.gitlab import Pipeline
from tests.ci.machine import SECRETS, Machine, tokens
from tests.cli.shell import Api, Shell

EXAMPLE: Final = ROOT / "examples" / "ci"
STAGING, PROD = "orders-staging/pg-orders", "orders-prod/pg-orders"

Job = Callable[[], int]


@pytest.fixture
def world() -> dict[str, Any]:
    """The example's."""
    return {**load_world(EXAMPLE / "world.yaml").model_dump(), "tokens": tokens(approve="orders-staging")}


@pytest.fixture(params=["GitHub", "GitLab"])
def job(request: pytest.FixtureRequest, pipesync: Shell, api: Api, here: Forge) -> tuple[Job, str]:
    """The job, and the address of its run; everything is applied."""
    shutil.copytree(EXAMPLE, pipesync.folder, dirs_exist_ok=True)
    pipesync.ok("apply", "--yes")
    if request.param == "GitLab":
        pipeline = Pipeline(Machine(pipesync, api), here, "approve")
        assert pipeline.jobs() == ["approve-staging"]
        return lambda: pipeline.run("approve-staging").code, "https://gitlab.example.org/acme/pipelines/-/jobs/7"
    runner = Runner(pipesync, api, here, {}, "schedule")
    path = EXAMPLE / ".github" / "workflows" / "approve-staging.yml"
    return (
        lambda: runner.workflow(path, SECRETS)["approve"].code,
        "https://github.example.org/acme/pipelines/actions/runs/7",
    )


def staging_test(shell: Shell, text: str) -> None:
    """`test-staging.sh`, in the language of this file."""
    shell.write(f"#!{sys.executable}\nimport sys, urllib.request\n{text}\n", "test-staging.sh").chmod(0o755)


def test_what_passes_is_approved(job: tuple[Job, str], pipesync: Shell, api: Api) -> None:
    """With the run's address as the comment; the tests are told the version."""
    run, address = job
    staging_test(pipesync, "assert sys.argv[1:] == ['16.4']")
    assert run() == 0
    validation = api.steps()[PROD]["last_validation"]
    assert (validation["validated_by_user"], validation["comment"]) == ("ci@example.org", address)
    assert run() == 0


def test_what_fails_is_not_approved(job: tuple[Job, str], pipesync: Shell, api: Api) -> None:
    """The job ends with the tests' own code."""
    staging_test(pipesync, "sys.exit(9)")
    assert job[0]() == 9
    assert api.steps()[PROD]["last_validation"] is None


def test_what_came_while_the_tests_ran_is_not_approved(job: tuple[Job, str], pipesync: Shell, api: Api) -> None:
    """Code 3: it is not the version that was tested."""
    address = f"{api.url}/_sandbox/services/{STAGING}"
    staging_test(
        pipesync,
        f"urllib.request.urlopen(urllib.request.Request({address!r}, b'{{\"version\": \"16.5\"}}', method='PUT'))",
    )
    assert job[0]() == 3
    assert api.steps()[PROD]["last_validation"] is None
