"""The action, step by step, with the files and variables that GitHub gives to it, against the sandbox."""

import subprocess
from pathlib import Path

import pytest

from tests.ci.forge import GITHUB_BOT
from tests.ci.github import ROOT, Runner
from tests.ci.pull_request import EVERYTHING, RUN, plan, pull_request, saved
from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, spec_of

MARKER = "<!-- pipesync:plan -->\n"


def test_a_plan_is_shown_on_its_pull_request(runner: Runner) -> None:
    """In one comment, in the run's summary, as an artifact, and as outputs for later steps."""
    job = plan(runner)

    assert (job.code, job.outputs["exitcode"], runner.api.writes()) == (0, "0", [])
    [comment] = runner.here.by(GITHUB_BOT)
    assert comment.startswith(MARKER)
    assert comment.count(MARKER) == 1
    assert "2 to add" in comment
    assert "2 to add" in runner.summary
    assert "Plan: 2 to add, 0 to change, 0 to destroy.\n" in job.log
    assert job.outputs["digest"] == saved(runner)["digest"]
    assert {name: job.outputs[name] for name in ("changes", "create", "update", "replace", "delete", "refused")} == {
        "changes": "true",
        "create": "2",
        "update": "0",
        "replace": "0",
        "delete": "0",
        "refused": "false",
    }
    assert job.outputs["risk"] in {"low", "medium", "high"}
    assert Path(job.outputs["plan"]).read_bytes() == (runner.artifacts["plan"] / "plan.json").read_bytes()
    assert {file.name for file in runner.artifacts["plan"].iterdir()} == {"plan.json", "plan.md", "plan.html"}


def test_the_comment_is_renewed_in_its_place(runner: Runner) -> None:
    """With each push; what others said stays between."""
    plan(runner)
    runner.here.add("alice", "Why not three?")
    runner.shell.write(spec_of(f"{DEV} > {STAGING}"))
    plan(runner)

    assert len(runner.here.by(GITHUB_BOT)) == 1
    assert "1 to add" in runner.here.by(GITHUB_BOT)[0]
    assert runner.here.by("alice") == ["Why not three?"]


def test_nothing_is_posted_with_nothing_changed(runner: Runner) -> None:
    """Unless `quiet-if-empty` is false."""
    runner.shell.ok("apply", "--yes")
    job = plan(runner)
    assert (job.code, job.outputs["changes"], runner.here.writes) == (0, "false", [])

    plan(runner, quiet_if_empty="false")
    assert "No changes" in runner.here.by(GITHUB_BOT)[0]


def test_a_plan_that_was_taken_back(runner: Runner) -> None:
    """The comment that shows it is not left standing."""
    plan(runner)
    runner.shell.ok("apply", "--yes")
    plan(runner)
    assert runner.here.by(GITHUB_BOT) == [f"{MARKER}Nothing to change any more: the last plan has no changes.\n"]


def test_a_spec_that_is_wrong(runner: Runner) -> None:
    """The job fails with pipesync's code, and the comment no longer shows the plan of before."""
    plan(runner)
    runner.shell.write("version: 1\npipelins: {}\n")
    job = plan(runner)

    assert (job.code, job.outputs["exitcode"], job.outputs["plan"]) == (1, "1", "")
    assert "pipelins" in job.log
    assert runner.here.by(GITHUB_BOT) == [
        f"{MARKER}## No plan\n\nThe command ended with code 1. [The run]({RUN}) tells why.\n"
    ]


def test_a_plan_that_is_refused(runner: Runner) -> None:
    """It is shown all the same; the job fails with code 3, and there is nothing that could be applied."""
    runner.shell.apply(spec_of(f"{DEV} > {STAGING}, protect: true", f"{DEV} > {PROD}"))
    runner.shell.write(spec_of(f"{DEV} > {PROD}"))
    job = plan(runner)

    assert (job.code, job.outputs["exitcode"], job.outputs["refused"], job.outputs["plan"]) == (3, "3", "true", "")
    assert "1 to destroy" in runner.here.by(GITHUB_BOT)[0]


@pytest.mark.parametrize(("detailed", "code"), [("true", 2), ("false", 0)])
def test_changes_end_with_a_code_of_their_own(runner: Runner, detailed: str, code: int) -> None:
    """If the job asks for it."""
    assert plan(runner, detailed_exitcode=detailed).code == code


def test_nothing_foreign_is_run(runner: Runner) -> None:
    """Neither a branch's name nor a title, nor what the action is given, is taken for more than text."""
    (runner.shell.folder / "a $(touch pwned).yaml").write_text(THREE_ENVIRONMENTS, "utf-8")
    job = plan(runner, files="\na $(touch pwned).yaml\n\n", args="--only\nx; touch pwned\n--only\n`touch pwned`\n")

    assert job.code == 0
    assert not list(runner.shell.folder.parent.rglob("pwned"))
    assert "pwned\n##[" not in job.log
    assert EVERYTHING not in runner.here.by(GITHUB_BOT)[0] if runner.here.comments else True


def test_a_pull_request_from_a_fork_gets_no_comment(runner: Runner) -> None:
    """Its token may not write; the plan is in the summary."""
    runner.event = pull_request("mallory/pipelines")
    job = plan(runner)
    assert (job.code, runner.here.calls) == (0, [])
    assert "A pull request from a fork" in job.log
    assert "2 to add" in runner.summary


def test_a_comment_that_is_refused_fails_the_job(runner: Runner) -> None:
    """After the plan is in the artifact; the error says which permission is missing."""
    job = plan(runner, github_token="another")
    assert (job.code, job.outputs["exitcode"]) == (1, "0")
    assert "pull-requests: write" in job.log
    assert saved(runner)["summary"]["create"] == 2


def test_each_step_has_its_own_secret_and_no_other(runner: Runner) -> None:
    """The token for Aiven is where pipesync runs, the one for comments where the comment is made; none is told."""
    job = plan(runner, github_token="token-for-comments")
    holders = {
        secret: [step for step, env in job.environments.items() if secret in env.values()]
        for secret in ("our-own-token", "token-for-comments")
    }
    assert holders == {
        "our-own-token": ["Run pipesync"],
        "token-for-comments": ["Comment on the pull request"],
    }
    assert "our-own-token" not in job.log
    assert "token-for-comments" not in job.log


def test_a_push_makes_no_comment(runner: Runner) -> None:
    """It belongs to no pull request."""
    runner.event, runner.event_name = {"ref": "refs/heads/main"}, "push"
    assert plan(runner).code == 0
    assert runner.here.calls == []


def test_two_plans_of_one_repository(runner: Runner) -> None:
    """Each has a comment of its own."""
    runner.shell.write(THREE_ENVIRONMENTS, "eu/pipesync.yaml")
    plan(runner, working_directory="eu", comment_id="eu")
    plan(runner)
    assert [body.partition("\n")[0] for body in runner.here.by(GITHUB_BOT)] == [
        "<!-- pipesync:plan eu -->",
        "<!-- pipesync:plan -->",
    ]


@pytest.mark.parametrize(
    "inputs", [{"command": "destroy"}, {"quiet_if_empty": "yes"}, {"detailed_exitcode": "1"}, {"args": "--nonsense"}]
)
def test_wrong_inputs_are_told(runner: Runner, inputs: dict[str, str]) -> None:
    """Code 64, and nothing is asked of Aiven."""
    job = runner.action(**{"aiven_token": "our-own-token", **inputs})
    assert (job.code, runner.api.requests()) == (64, [])
    assert "Error: " in job.log


def test_a_spec_is_compared_with_a_commit(runner: Runner) -> None:
    """Without a token and without the state: what the pull request changes."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q", "."], ["add", "pipesync.yaml"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], cwd=runner.shell.folder, check=True)
    base = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=runner.shell.folder, check=True, capture_output=True, text=True
    )
    runner.shell.write(spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: 3"))
    job = runner.action(offline_base=base.stdout.strip(), comment="false")

    assert (job.code, job.outputs["delete"], job.outputs["plan"]) == (0, "1", "")
    assert (runner.api.requests(), runner.here.calls) == ([], [])


PYTHON = """\
#!/bin/sh
printf '%s\\n' "$(basename "$0")" "$@" >> "$PWD/called"
if [ "$1 $2 $3" = "-I -m venv" ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi
if [ "$4" = install ]; then cp "$0" "$(dirname "$0")/pipesync"; fi
"""
"""An interpreter that tells how it was called, and leaves behind what venv and pip would."""


def test_it_installs_its_own_checkout(runner: Runner) -> None:
    """Into an environment of its own, with the versions of constraints.txt, once for a job; no index is named."""
    python = runner.shell.write(PYTHON, "python")
    python.chmod(0o755)
    temp, source = runner.shell.folder.parent / "a temp", "/some where/pipesync"
    temp.mkdir()
    variables = {"PYTHON": str(python), "RUNNER_TEMP": str(temp), "GITHUB_ACTION_PATH": source}
    for _ in range(2):
        assert runner.machine.run(str(ROOT / "ci" / "github" / "install.sh"), variables).code == 0

    home = f"{temp}/pipesync-action"
    pip = ["python", "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    expected = ["python", "-I", "-m", "venv", home, *pip, "--constraint", f"{source}/constraints.txt", source]
    assert runner.shell.read("called").splitlines() == expected
