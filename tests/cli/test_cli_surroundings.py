"""What is recorded of a run's surroundings: who, where, which commit, which CI job."""

import json
import subprocess

import pytest

from pipesync.apply import Progress
from pipesync.cli.progress import ProgressLines
from pipesync.cli.terminal import Terminal
from tests.cli.shell import DEV, STAGING, Shell, spec_of
from tests.saved_plans import CHANGES

CI = {
    "GitHub": (
        {
            "GITHUB_RUN_ID": "42",
            "GITHUB_SERVER_URL": "https://github.example.org",
            "GITHUB_REPOSITORY": "acme/upgrades",
            "GITHUB_SHA": "c0ffee",
        },
        "https://github.example.org/acme/upgrades/actions/runs/42",
    ),
    "Azure": (
        {
            "BUILD_BUILDID": "42",
            "SYSTEM_COLLECTIONURI": "https://dev.example.org/acme/",
            "SYSTEM_TEAMPROJECT": "upgrades",
            "BUILD_SOURCEVERSION": "c0ffee",
        },
        "https://dev.example.org/acme/upgrades/_build/results?buildId=42",
    ),
    "GitLab": ({"CI_JOB_URL": "https://ci.example.org/1", "CI_COMMIT_SHA": "c0ffee"}, "https://ci.example.org/1"),
    "nobody's": ({"GITHUB_ACTOR": "alice", "GIT_COMMIT": "c0ffee"}, "alice"),
    "with a login": (
        {"BUILD_URL": "https://ada:canary@ci.example.org/job/1/", "GIT_COMMIT": "c0ffee"},
        "https://ci.example.org/job/1/",
    ),
    "no text": ({"GITHUB_ACTOR": "al\udcffce", "GIT_COMMIT": "c0ffee"}, "al\ufffdce"),
}


@pytest.mark.parametrize(("env", "by"), CI.values(), ids=CI.keys())
def test_the_state_names_the_ci_job_and_the_commit(pipesync: Shell, env: dict[str, str], by: str) -> None:
    """By the variables of the service, where there is one; else whoever ran it. Without a password, and as text."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    pipesync.ok("apply", "--yes", **env)
    last = json.loads(pipesync.read())["last_apply"]
    assert (last["by"], last["commit"]) == (by, "c0ffee")


def test_the_commit_is_that_of_the_specs_folder(pipesync: Shell) -> None:
    """Whatever CI says of another one."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}"), "repository/pipesync.yaml")
    git = ["git", "-C", "repository", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", "repository"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    plan = pipesync.ok("plan", "-f", "repository", "--format", "json", GITHUB_SHA="c0ffee").out
    assert json.loads(plan)["commit"] == head


def test_without_git_the_plan_goes_on(pipesync: Shell) -> None:
    """The commit is then what CI says, or unknown."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    assert json.loads(pipesync.ok("plan", "--format", "json", PATH="").out)["commit"] is None


def test_an_account_without_a_name_is_no_crash(pipesync: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers run under numbers that no account has."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    assert json.loads(pipesync.read())["last_apply"]["by"] == "unknown"


def test_a_call_that_takes_long_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Terraform's words, with the seconds so far; a failure is told even if progress is not wanted."""
    lines = ProgressLines(Terminal(quiet=False))
    lines(Progress("still", CHANGES[0], 12.4, 0, 2))
    assert capsys.readouterr().err == "prod/a: Still creating... [12s elapsed]\n"
    lines = ProgressLines(Terminal(quiet=True))
    lines(Progress("done", CHANGES[0], 12.4, 1, 2))
    lines(Progress("failed", CHANGES[2], 1.0, 2, 2))
    assert capsys.readouterr().err == "prod/c: Modification failed after 1s [2/2]\n"


@pytest.mark.parametrize("total", [50, 51])
def test_a_long_run_without_a_terminal_tells_ends_alone(capsys: pytest.CaptureFixture[str], total: int) -> None:
    """Above fifty changes a line when one begins would only fill the log."""
    ProgressLines(Terminal())(Progress("begun", CHANGES[0], 0.0, 0, total))
    assert capsys.readouterr().err == ("prod/a: Creating...\n" if total == 50 else "")
