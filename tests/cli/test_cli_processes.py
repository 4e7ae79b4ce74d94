"""Every command in a process of its own, as users run it: nothing that another command imported helps it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import ORGANIZATION, PROD, THREE_ENVIRONMENTS, Api, Shell, environment


def process(folder: Path, api: Api, *command: str, stdout: int | None = subprocess.PIPE) -> tuple[int, str]:
    """Exit code and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "pipesync", *command],
        cwd=folder,
        env=environment(api),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "validate",
        "plan",
        "apply --yes",
        "show",
        "show plan.json",
        "drift",
        "status",
        f"status {PROD}",
        "forecast",
        f"dump --organization {ORGANIZATION}",
        "state list",
        f"state show {PROD}",
        f"state rm {PROD}",
        "state pull",
        "state push copy.json",
        "schema plan",
        "completion bash",
        "--help",
    ],
)
def test_a_command_alone(pipesync: Shell, api: Api, command: str) -> None:
    """Code 0, and nothing that reads like an accident."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(pipesync.read(), "copy.json")
    pipesync.ok("plan", "--out", "plan.json")
    code, err = process(pipesync.folder, api, *command.split())
    assert (code, "Traceback" in err, "Error" in err) == (0, False, False), err


@pytest.mark.parametrize("command", ["plan --format json", "state list", "validate"])
def test_a_full_disk_under_standard_output(pipesync: Shell, api: Api, command: str) -> None:
    """Code 1 with the system's reason, also from what Python writes at its end."""
    pipesync.apply(THREE_ENVIRONMENTS)
    with Path("/dev/full").open("w") as full:
        code, err = process(pipesync.folder, api, *command.split(), stdout=full.fileno())
    assert code == 1
    assert "Error: standard output cannot be written: No space left on device\n  make room" in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_a_token_file_without_end(pipesync: Shell) -> None:
    """It is read up to a bound, and refused."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", "--token-file", "/dev/zero")
    assert result.code == 1
    assert "Error: the token file cannot be read: it is longer than 65,536 bytes\n  /dev/zero\n" in result.err


def test_a_state_to_push_may_come_through_a_pipe(pipesync: Shell) -> None:
    """As in `pipesync state pull --state A | pipesync state push /dev/stdin --state B`."""
    pipesync.apply(THREE_ENVIRONMENTS)
    command = [sys.executable, "-m", "pipesync", "state", "push", "/dev/stdin", "--state", "other.json"]
    subprocess.run(command, cwd=pipesync.folder, input=pipesync.read().encode(), check=True, capture_output=True)
    assert json.loads(pipesync.read("other.json"))["steps"] == json.loads(pipesync.read())["steps"]
