"""`pipesync status` where something is missing or wrong, again and again, and of much at once."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import Start
from tests.cli.shell import (
    DEV,
    EVERY_STEP,
    PROD,
    STAGING,
    THREE_ENVIRONMENTS,
    Api,
    Shell,
    environment,
    world_of_pg,
)
from tests.cli.standings import OF_THE_ORGANIZATION, chain, codes, day, insert, put, validate


def test_a_bad_spec_in_the_folder_is_an_error(pipesync: Shell, api: Api) -> None:
    """It is not taken for none; nor is a file that -f names and is not there."""
    pipesync.write("version: 2\n")
    assert "pipesync.yaml:1:" in pipesync("status").err
    (pipesync.folder / "pipesync.yaml").unlink()
    pipesync.write("[", "pipelines/a.yaml")
    assert pipesync("status").code == 1
    assert pipesync("status", "-f", "other.yaml").code == 1
    assert api.requests() == []


def test_any_service_may_be_asked_for(pipesync: Shell, api: Api) -> None:
    """One without a step has nothing before it; one that is not there is an error that names what is near."""
    put(api, DEV, version="17.5")
    assert "No upgrade step stands before this." in pipesync.ok("status", DEV, *OF_THE_ORGANIZATION).out
    result = pipesync("status", "dev-project/pg-dve", *OF_THE_ORGANIZATION)
    assert result.code == 1
    assert "there is no service dev-project/pg-dve" in result.err
    assert f"did you mean {DEV}" in result.err
    assert pipesync("status", "nowhere/pg", *OF_THE_ORGANIZATION).code == 1
    assert pipesync("status", "pg-dev", *OF_THE_ORGANIZATION).code == 64


def test_a_project_that_cannot_be_read_breaks_the_chain_visibly(pipesync: Shell, api: Api) -> None:
    """Its services are unknown, with the reason; the rest is told."""
    insert(api, DEV, STAGING)
    insert(api, STAGING, PROD)
    chain(api, "17.5", "17.5", "17.5")
    api.fault(
        path="/v1/project/staging-project/service",
        times=None,
        status=403,
        error_code="permission_denied",
        message="Not yours",
    )
    result = pipesync.ok("status", *OF_THE_ORGANIZATION)
    assert "project staging-project cannot be read" in result.out
    assert "unknown: the source is not seen: its project cannot be read" in result.out
    assert "dev-project/pg-dev  pg 17.5" in result.out
    assert codes(pipesync, *OF_THE_ORGANIZATION) == {STAGING: "unknown", PROD: "unknown"}
    unknown = pipesync("status", "staging-project/other", *OF_THE_ORGANIZATION)
    assert (unknown.code, "staging-project cannot be read" in unknown.err) == (1, True)


def test_a_service_that_is_gone_is_said_to_be(pipesync: Shell, api: Api) -> None:
    """A step may be left of it."""
    insert(api, DEV, PROD)
    api.call("DELETE", f"/_sandbox/services/{PROD}?steps=keep").raise_for_status()
    assert "there is no such service (any more)" in pipesync.ok("status", PROD, *OF_THE_ORGANIZATION).out


def test_services_without_maintenance_and_updates_with_a_description_only(pipesync: Shell, api: Api) -> None:
    """Aiven leaves much out: no version, no window, no dates."""
    insert(api, DEV, PROD)
    bare = {"service_name": "pg-prod", "service_type": "pg", "state": "RUNNING"}
    updating = {"dow": "never", "time": "03:00:00", "enabled": True, "updates": [{"description": "Security fixes"}, {}]}
    full = {"service_name": "pg-dev", "service_type": "pg", "state": "RUNNING", "maintenance": updating}
    for project, service in (("prod-project", bare), ("dev-project", full)):
        path = f"/v1/project/{project}/service"
        api.fault(path=path, times=None, status=200, body=json.dumps({"services": [service]}))
    out = pipesync.ok("status", *OF_THE_ORGANIZATION).out
    assert f"{DEV}  pg version unknown, RUNNING, window never, 2 updates pending" in out
    assert "update: Security fixes (no dates)" in out
    assert "update: without a description (no dates)" in out
    assert f"{PROD}  pg version unknown, RUNNING, window unknown" in out
    assert "unknown: Aiven does not show what the source runs" in out


def test_a_validation_in_the_future_is_no_trouble(pipesync: Shell, api: Api) -> None:
    """Clocks differ."""
    insert(api, DEV, PROD, day(1))
    chain(api, "17.5", "17.4", "17.4")
    assert "the last validation lies in the future" in pipesync.ok("status", *OF_THE_ORGANIZATION).out


def test_a_terminal_without_lines_gets_plain_arrows(pipesync: Shell, api: Api) -> None:
    """By the encoding of standard output; nothing else differs."""
    pipesync.apply(THREE_ENVIRONMENTS)

    def shown(encoding: str) -> str:
        command = [sys.executable, "-m", "pipesync", "status"]
        env = {**environment(api), "PYTHONIOENCODING": encoding}
        return subprocess.run(command, check=True, capture_output=True, env=env, cwd=pipesync.folder).stdout.decode()

    assert shown("ascii") == shown("utf-8").replace("└─→", "+->").replace("│", "|")


@pytest.mark.parametrize(
    "args",
    [
        ("--watch", "--format", "json"),
        ("--watch", "--report", "json=x.json"),
        ("--watch", "0"),
        ("--watch", "nan"),
        ("-f", "pipesync.yaml", "--organization", "org1"),
        (PROD, "--only", "x"),
    ],
)
def test_flags_that_do_not_go_together(pipesync: Shell, api: Api, args: tuple[str, ...]) -> None:
    """64, before anything is asked."""
    assert pipesync("status", *args).code == 64
    assert api.requests() == []


def test_watching_shows_what_changes_until_interrupted(
    pipesync: Shell, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look without an answer is told, and the next one is taken; Ctrl-C ends it."""
    pipesync.apply(THREE_ENVIRONMENTS)
    chain(api, "17.5", "17.4", "17.4")
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt
        if len(waits) == 1:
            validate(api, DEV, "seen")
        else:
            api.fault(path=EVERY_STEP, times=None, status=200, body="{", content_type="application/json")

    monkeypatch.setattr(time, "sleep", meanwhile)
    result = pipesync("status", "--watch", "7")
    assert (result.code, waits) == (130, [7, 7, 7])
    assert [line for line in result.out.splitlines() if "1 waiting for " in line] == [
        "2 upgrade steps: 1 waiting for validation, 1 up to date.",
        *["2 upgrade steps: 1 waiting for the window, 1 up to date."] * 2,
    ]
    assert "this was read at 20" in result.err


def test_watching_on_a_terminal_begins_with_an_empty_screen(pipesync: Shell, api: Api) -> None:
    """Ctrl-C is how a person ends it: 130, and no traceback."""
    pipesync.apply(THREE_ENVIRONMENTS)
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "pipesync", "status", "--watch", "--color", "never"]
    with subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.PIPE, env=environment(api), cwd=pipesync.folder
    ) as run:
        os.close(theirs)
        shown = b""
        while b"upgrade steps: " not in shown:
            shown += os.read(ours, 1000)
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=30)
    os.close(ours)
    assert shown.startswith(b"\x1b[H\x1b[2J")
    assert (run.returncode, err.strip()) == (130, b"Interrupted.")


def test_a_thousand_pipelines_cost_the_pages_and_one_call_a_project(pipesync: Shell, start: Start) -> None:
    """Two pages of steps, two projects."""
    steps = [{"source": f"dev/pg-{number}", "destination": f"prod/pg-{number}"} for number in range(1000)]
    big = start(world_of_pg(1000, steps=steps))
    out = pipesync.ok("status", *OF_THE_ORGANIZATION, "--api-url", big.url).out
    assert out.endswith("1000 upgrade steps: 1000 unknown.\n")
    assert sorted(big.requests()) == [
        *[f"GET {EVERY_STEP}"] * 2, "GET /v1/project/dev/service", "GET /v1/project/prod/service",
    ]  # fmt: skip
