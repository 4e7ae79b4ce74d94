"""examples/ci, walked through as a repository of its own: pull request, fork, merge, night, on GitHub and on GitLab."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from pipesync.sandbox import load_world
from tests.ci.forge import GITHUB_BOT, GITLAB_BOT, Forge
from tests.ci.github import ROOT, Runner
from tests.ci.gitlab import Pipeline
from tests.ci.machine import SECRETS, Machine, tokens
from tests.cli.shell import Api, Shell

EXAMPLE: Final = ROOT / "examples" / "ci"
WORKFLOWS: Final = EXAMPLE / ".github" / "workflows"
ORDERS: Final = "pipelines/orders.yaml"
LINE: Final = "      - orders-prod/pg-orders\n"
"""Of that file: the last stage of its pipeline."""


@pytest.fixture
def world() -> dict[str, Any]:
    """The example's, with the tokens of its jobs."""
    return {**load_world(EXAMPLE / "world.yaml").model_dump(), "tokens": tokens(approve="orders-staging")}


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(pipesync: Shell, api: Api) -> Shell:
    """Its main branch has no stage of production for orders; what it has is applied. `orders` adds that stage."""
    shutil.copytree(EXAMPLE, pipesync.folder, dirs_exist_ok=True)
    whole = pipesync.read(ORDERS)
    assert LINE in whole
    pipesync.write(whole.replace(LINE, ""), ORDERS)
    git(pipesync.folder, "init", "-q")
    git(pipesync.folder, "add", ".")
    git(pipesync.folder, "commit", "-q", "-m", "Everything but production of orders")
    pipesync.ok("apply", "--yes", "--state", Machine(pipesync, api).volume / "pipesync.state.json")
    git(pipesync.folder, "checkout", "-q", "-b", "orders")
    pipesync.write(whole, ORDERS)
    git(pipesync.folder, "commit", "-q", "-a", "-m", "Orders reach production")
    api.forget_requests()
    return pipesync


def pull_request(repository: Shell, head: str = "acme/pipelines") -> dict[str, Any]:
    base = git(repository.folder, "rev-parse", "main")
    return {"pull_request": {"number": 7, "base": {"sha": base}, "head": {"repo": {"full_name": head}}}}


def test_a_pull_request_on_github(repository: Shell, api: Api, here: Forge) -> None:
    """One comment, with a token that reads; nothing is written at Aiven, nor in the state."""
    state = Machine(repository, api).volume / "pipesync.state.json"
    before = state.read_bytes()
    runner = Runner(repository, api, here, pull_request(repository))
    done = runner.workflow(WORKFLOWS / "plan.yml", SECRETS)

    assert {name: job.code for name, job in done.items()} == {"plan": 0}
    [comment] = here.by(GITHUB_BOT)
    assert "1 to add" in comment
    assert "orders-prod" in comment
    assert (api.writes(), state.read_bytes()) == ([], before)


def test_a_team_cannot_name_what_is_anothers(repository: Shell, api: Api, here: Forge) -> None:
    """The policy stands against it, whoever reviews the change: the job fails, and the comment says why."""
    repository.write(repository.read(ORDERS).replace(LINE, "      - billing-prod/pg-invoices\n"), ORDERS)
    repository.write("version: 1\npipelines: {}\n", "pipelines/billing.yaml")
    done = Runner(repository, api, here, pull_request(repository)).workflow(WORKFLOWS / "plan.yml", SECRETS)

    assert (done["plan"].code, api.writes()) == (1, [])
    [comment] = here.by(GITHUB_BOT)
    assert "pipesync.policy.yaml" in comment


def test_a_merge_on_github(repository: Shell, api: Api, here: Forge) -> None:
    """The second job makes the plan that the first one showed; a merge that changes nothing has no second job."""
    git(repository.folder, "checkout", "-q", "-B", "main")
    runner = Runner(repository, api, here, {"ref": "refs/heads/main"}, "push")
    done = runner.workflow(WORKFLOWS / "apply.yml", SECRETS)

    assert {name: job.code for name, job in done.items()} == {"plan": 0, "apply": 0}
    assert api.edges()["orders-prod/pg-orders"] == ("orders-staging/pg-orders", 7)
    assert done["plan"].outputs["digest"].startswith("sha256:")
    assert here.calls == []

    again = runner.workflow(WORKFLOWS / "apply.yml", SECRETS)
    assert {name: job.code for name, job in again.items()} == {"plan": 0}


def test_a_plan_that_is_refused_is_not_applied_on_github(repository: Shell, api: Api, here: Forge) -> None:
    """A protected gate: the first job fails, the second one does not start."""
    (repository.folder / "pipelines" / "billing.yaml").unlink()
    runner = Runner(repository, api, here, {"ref": "refs/heads/main"}, "push")
    done = runner.workflow(WORKFLOWS / "apply.yml", SECRETS)
    assert {name: job.code for name, job in done.items()} == {"plan": 3}
    assert api.writes() == []


def braked(repository: Shell) -> None:
    """One step of five goes, and the policy thinks that this is much."""
    policy = repository.read("pipesync.policy.yaml")
    assert "share_percent: 20" in policy
    repository.write(policy.replace("share_percent: 20", "share_percent: 10"), "pipesync.policy.yaml")
    (repository.folder / ORDERS).unlink()


def test_the_brake_is_released_by_its_number_on_github(repository: Shell, api: Api, here: Forge) -> None:
    """The plan is shown; it is applied once the environment's variable says how many steps go, and for no other."""
    braked(repository)
    runner, codes = Runner(repository, api, here, {"ref": "refs/heads/main"}, "push"), []
    for variables in ({}, {"PIPESYNC_ALLOW_DESTROY": "2"}, {"PIPESYNC_ALLOW_DESTROY": "1"}):
        runner.variables = variables
        done = runner.workflow(WORKFLOWS / "apply.yml", SECRETS)
        codes.append((done["plan"].code, done["apply"].code, "orders-staging/pg-orders" in api.edges()))
    assert codes == [(0, 3, True), (0, 3, True), (0, 0, False)]


def test_the_brake_is_released_by_its_number_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """It is typed in where the manual job is started."""
    braked(repository)
    pipeline = Pipeline(Machine(repository, api), here, "main")
    assert pipeline.run("pipesync:plan").code == 0
    assert (pipeline.run("pipesync:apply").code, api.writes()) == (3, [])
    pipeline.more = {"PIPESYNC_ALLOW_DESTROY": "1"}
    assert pipeline.run("pipesync:apply").code == 0
    assert "orders-staging/pg-orders" not in api.edges()


def test_a_night_on_github(repository: Shell, api: Api, here: Forge) -> None:
    """Silence, until somebody changes a step by hand: then the run fails with code 2."""
    runner = Runner(repository, api, here, {}, "schedule")
    assert runner.workflow(WORKFLOWS / "drift.yml", SECRETS)["drift"].code == 0
    api.patch("orders-staging/pg-orders", 1)
    done = runner.workflow(WORKFLOWS / "drift.yml", SECRETS)
    assert done["drift"].code == 2
    assert "orders-staging/pg-orders" in done["drift"].log


def test_a_merge_request_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """One note, renewed in its place; the counts for the merge request's page; only the job that plans."""
    pipeline = Pipeline(Machine(repository, api), here, "merge request")
    assert pipeline.jobs() == ["pipesync:plan"]
    assert pipeline.run("pipesync:plan").code == 0
    [note] = here.by(GITLAB_BOT)
    assert "1 to add" in note
    assert json.loads(repository.read("plan.gitlab.json")) == {"create": 1, "update": 0, "delete": 0}

    repository.write(repository.read(ORDERS).replace(LINE, ""), ORDERS)
    assert pipeline.run("pipesync:plan").code == 0
    assert [len(here.comments), "Nothing to change any more" in here.by(GITLAB_BOT)[0]] == [1, True]
    assert api.writes() == []


def test_a_merge_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """A person starts the second job, which makes the plan that the first one showed and no other."""
    pipeline = Pipeline(Machine(repository, api), here, "main")
    assert pipeline.jobs() == ["pipesync:plan", "pipesync:apply"]
    assert pipeline.run("pipesync:plan").code == 0
    assert pipeline.dotenv == {"PIPESYNC_DIGEST": json.loads(repository.read("plan.json"))["digest"]}

    other = Pipeline(pipeline.machine, here, "main", dotenv={"PIPESYNC_DIGEST": f"sha256:{'0' * 64}"})
    assert (other.run("pipesync:apply").code, api.writes()) == (3, [])
    assert pipeline.run("pipesync:apply").code == 0
    assert api.edges()["orders-prod/pg-orders"] == ("orders-staging/pg-orders", 7)
    assert here.calls == []


def test_a_spec_that_is_wrong_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """The job fails, and the note shows neither the plan of before nor one that the branch brings along."""
    pipeline = Pipeline(Machine(repository, api), here, "merge request")
    pipeline.run("pipesync:plan")
    repository.write("version: 1\npipelins: {}\n", ORDERS)
    (repository.folder / "plan.md").unlink()
    repository.write('{"digest": "sha256:forged"}', "plan.json")
    (repository.folder / "plan.md").symlink_to(repository.write("a secret of the machine", "../secret"))
    assert pipeline.run("pipesync:plan").code == 1
    assert repository.read("../secret") == "a secret of the machine"
    assert not (repository.folder / "pipesync.env").exists()
    [note] = here.by(GITLAB_BOT)
    assert "ended with code 1. [The job](https://gitlab.example.org/acme/pipelines/-/jobs/7)" in note


def test_a_forgotten_token_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """On the default branch there is nothing to compare with instead, and the job says what is missing."""
    pipeline = Pipeline(Machine(repository, api), here, "main", fork=True)
    done = pipeline.run("pipesync:plan")
    assert (done.code, "there is no Aiven token" in done.log) == (1, True)


def test_a_night_on_gitlab(repository: Shell, api: Api, here: Forge) -> None:
    """Silence, until somebody changes a step by hand."""
    pipeline = Pipeline(Machine(repository, api), here, "drift")
    assert pipeline.jobs() == ["pipesync:drift"]
    assert pipeline.run("pipesync:drift").code == 0
    api.patch("orders-staging/pg-orders", 1)
    assert pipeline.run("pipesync:drift").code == 2


def test_a_branch_on_gitlab_has_no_job(repository: Shell, api: Api, here: Forge) -> None:
    """Without a merge request nobody would look."""
    assert Pipeline(Machine(repository, api), here, "branch").jobs() == []


@pytest.mark.parametrize("service", ["GitHub", "GitLab"])
def test_a_fork_sees_what_changes_in_the_spec(repository: Shell, api: Api, here: Forge, service: str) -> None:
    """Without a token and without the state: Aiven is not asked, and no comment is made."""
    if service == "GitHub":
        runner = Runner(repository, api, here, pull_request(repository, "mallory/pipelines"))
        done = runner.workflow(WORKFLOWS / "plan.yml", {})
        assert {name: job.code for name, job in done.items()} == {"fork": 0}
        log = done["fork"].log
    else:
        base = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": git(repository.folder, "rev-parse", "main")}
        ran = Pipeline(Machine(repository, api), here, "merge request", fork=True, more=base).run("pipesync:plan")
        assert ran.code == 0
        log = ran.log
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in log
    assert (api.requests(), here.calls) == ([], [])
