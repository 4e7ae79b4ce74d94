"""The command line with its state at a server: Terraform's HTTP protocol, and GitLab."""

import base64
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipesync.store.parting import Parting
from tests.cli.shell import PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, environment, spec_of
from tests.faults.haste import at_once
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_server import Fault, Server, serving

CANARY = "pw-3n/9+Xq~Zw7Lr2Vb8Yc1"
BASIC = base64.b64encode(f"ada:{CANARY}".encode()).decode()


@pytest.fixture(autouse=True)
def without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's."""
    for name in [*os.environ]:
        if name.startswith(("TF_HTTP_", "GITLAB_", "CI_")):
            monkeypatch.delenv(name)


@pytest.fixture(params=[Plain, GitLab])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of either kind, which PIPESYNC_STATE names."""
    with serving(request.param()) as running:
        monkeypatch.setenv("PIPESYNC_STATE", running.url)
        yield running


def command_in(text: str, beginning: str) -> list[str]:
    """The arguments of the command that a message names."""
    words = shlex.split(text[text.index(beginning) :].splitlines()[0])
    assert words[0] == "pipesync"
    return words[1:]


def test_the_life_of_a_state(pipesync: Shell, api: Api, server: Server) -> None:
    """plan, apply, plan, a change, and every state command: as with a file, and no file is left here."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert "Plan: 2 to add" in pipesync.ok("plan", "--out", "plan.json").out
    assert "Resources: 2 added" in pipesync.ok("apply", "plan.json").out
    assert "No changes." in pipesync.ok("plan").out
    pipesync.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    assert api.edges()[STAGING] == ("dev-project/pg-dev", 5)
    assert pipesync.ok("state", "list").out == f"{PROD}\n{STAGING}\n"
    assert STAGING in pipesync.ok("state", "show", STAGING).out
    pulled = pipesync.ok("state", "pull").out
    assert "lock" not in pulled
    pipesync.ok("state", "rm", PROD)
    assert pipesync.ok("state", "list").out == f"{STAGING}\n"
    pipesync.write(pulled, "copy.json")
    assert f"{server.url} now holds 2 recorded steps." in pipesync.ok("state", "push", "copy.json", "--force").err
    assert "No changes." in pipesync.ok("plan").out
    assert pipesync.ok("drift").code == 0
    assert server.rules.lock_id is None
    names = [name for name in pipesync.files() if not name.startswith("replaced-")]
    assert names == ["copy.json", "pipesync.yaml", "plan.json"]


def test_what_reads_asks_and_nothing_else(pipesync: Shell, server: Server) -> None:
    """plan, drift, show and the reading state commands send no lock and no write."""
    pipesync.apply(THREE_ENVIRONMENTS)
    server.asked.clear()
    for command in (("plan",), ("drift",), ("show",), ("state", "list"), ("state", "pull"), ("status",)):
        pipesync.ok(*command)
    assert set(server.asked) == {"read"}


def test_a_locked_state(pipesync: Shell, api: Api, server: Server) -> None:
    """Code 4 and no call; the message names who, and the command that frees it, which does."""
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.write(THREE_ENVIRONMENTS.replace("days: 3", "days: 5"))
    api.forget_requests()
    server.rules.lock(
        dict.fromkeys(("Operation", "Version", "Created", "Path"), "x") | {"ID": "left", "Info": "", "Who": "ada"}
    )
    result = pipesync("apply", "--yes")
    assert (result.code, api.requests()) == (4, [])
    assert "Error: the state is locked by ada since" in result.err
    wrong = pipesync("state", "unlock", "other")
    assert (wrong.code, "the lock id is left, not other" in wrong.err) == (1, True)
    assert pipesync(*command_in(result.err, "pipesync state unlock")).code == 0
    assert pipesync("state", "unlock", "left").code == 1
    assert pipesync.ok("apply", "--yes").code == 0
    assert api.edges()[STAGING][1] == 5


@pytest.mark.parametrize("write", [1, 2])
def test_a_killed_run(pipesync: Shell, api: Api, server: Server, write: int) -> None:
    """Its lock stays until a person frees it by the command that the next run tells; the next apply mends the rest."""
    pipesync.write(THREE_ENVIRONMENTS)
    with subprocess.Popen(
        [sys.executable, "-m", "pipesync", "apply", "--yes"],
        cwd=pipesync.folder,
        env=environment(api, PIPESYNC_STATE=server.url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:
        left = [write]

        def kill() -> None:
            left[0] -= 1
            if left[0]:
                server.then["write"] = kill
            else:
                run.send_signal(signal.SIGKILL)
                run.wait()

        server.then["write"] = kill
        assert run.wait(60) == -signal.SIGKILL
    stuck = pipesync("apply", "--yes")
    assert stuck.code == 4
    pipesync.ok(*command_in(stuck.err, "pipesync state unlock"))
    pipesync.ok("apply", "--yes", "--adopt")
    assert sorted(api.edges()) == [PROD, STAGING]
    assert "No changes." in pipesync.ok("plan").out


def test_a_server_that_is_down_at_the_end(
    pipesync: Shell, api: Api, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state goes to errored.pipesync.json, code 1; the command that is named puts it back."""
    pipesync.write(THREE_ENVIRONMENTS)
    monkeypatch.setattr(Parting, "wait", at_once)
    server.faults = [Fault("write", "503", "before", times=100, skip=1)]
    result = pipesync("apply", "--yes")
    assert result.code == 1
    assert "Apply complete! Resources: 2 added" in result.out
    assert "the state cannot be written: the server answers 503" in result.err
    assert server.rules.lock_id is None
    server.faults = []
    pipesync.ok(*command_in(result.err[result.err.index("once ") :], "pipesync state push"))
    planned = pipesync.ok("plan")
    assert "No changes." in planned.out
    assert len(api.steps()) == 2


def test_a_write_that_arrived_though_the_server_went_down(
    pipesync: Shell, api: Api, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run cannot know; what it kept is pushed all the same, for the state that is there is the run's own."""
    pipesync.write(THREE_ENVIRONMENTS)
    monkeypatch.setattr(Parting, "wait", at_once)

    def goes_down() -> None:
        server.faults = [Fault("write", "503", "after", times=100), Fault("read", "503", "before", times=100)]

    server.faults = [Fault("write", "503", "after", skip=1)]
    server.then["write"] = lambda: server.then.update(write=goes_down)
    result = pipesync("apply", "--yes")
    assert result.code == 1
    server.faults = []
    pipesync.ok(*command_in(result.err[result.err.index("once ") :], "pipesync state push"))
    assert "No changes." in pipesync.ok("plan").out
    assert len(api.steps()) == 2


def test_a_lock_that_cannot_be_given_back(
    pipesync: Shell, api: Api, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run is a success all the same, and says what is left and how to free it."""
    pipesync.write(THREE_ENVIRONMENTS)
    monkeypatch.setattr(Parting, "wait", at_once)
    server.faults = [Fault("unlock", "503", "before", times=100)]
    result = pipesync.ok("apply", "--yes")
    assert "Apply complete! Resources: 2 added" in result.out
    assert "Warning: the lock of the state could not be given back" in result.err
    server.faults = []
    assert pipesync(*command_in(result.err, "pipesync state unlock")).code == 0
    assert "No changes." in pipesync.ok("plan").out


def test_a_lock_that_is_broken_during_a_run(pipesync: Shell, api: Api, server: Server) -> None:
    """The run stops at its last write with code 1; the other run's lock and state stay, and a plan mends it."""
    pipesync.write(THREE_ENVIRONMENTS)

    def break_in() -> None:
        server.rules.unlock(server.rules.lock_id, {"ID": server.rules.lock_id})
        server.rules.lock(
            dict.fromkeys(("Operation", "Version", "Created", "Path"), "x") | {"ID": "b", "Info": "", "Who": "b"}
        )

    server.then["write"] = lambda: server.then.update(lock=break_in)
    result = pipesync("apply", "--yes")
    assert result.code == 1
    assert "this run's lock of the state was removed" in result.err
    assert server.rules.lock_id == "b"
    server.rules.unlock("b", {"ID": "b"})
    pipesync.ok("apply", "--yes")
    assert "No changes." in pipesync.ok("plan").out
    assert len(api.steps()) == 2


def test_a_job_of_gitlab_needs_nothing_but_the_location(pipesync: Shell) -> None:
    """The job's own token is used, for its own GitLab."""
    token = base64.b64encode(b"gitlab-ci-token:job-1").decode()
    with serving(GitLab(), login=("Authorization", f"Basic {token}")) as server:
        job = {"CI_JOB_TOKEN": "job-1", "CI_SERVER_URL": server.origin, "PIPESYNC_STATE": server.url}
        pipesync.write(THREE_ENVIRONMENTS)
        pipesync.ok("apply", "--yes", **job)
        assert "No changes." in pipesync.ok("plan", **job).out
        elsewhere = pipesync("plan", **job | {"CI_SERVER_URL": "https://gitlab.example.com"})
        assert (elsewhere.code, "refuses us without credentials" in elsewhere.err) == (1, True)


def test_a_token_of_gitlab(pipesync: Shell) -> None:
    """GITLAB_TOKEN is for GITLAB_HOST."""
    with serving(GitLab(), login=("PRIVATE-TOKEN", CANARY)) as server:
        mine = {"GITLAB_TOKEN": CANARY, "GITLAB_HOST": server.origin, "PIPESYNC_STATE": server.url}
        pipesync.write(THREE_ENVIRONMENTS)
        pipesync.ok("apply", "--yes", **mine)
        assert pipesync.ok("state", "list", **mine).out == f"{PROD}\n{STAGING}\n"


@pytest.mark.parametrize("right", [True, False])
def test_no_password_is_seen(pipesync: Shell, tmp_path: Path, right: bool) -> None:
    """Through every command that uses the state, with -v, with a server that tells back what it was sent."""
    login = ("Authorization", f"Basic {BASIC if right else 'other'}")
    with serving(Plain(), login=login) as server:
        mine = {"TF_HTTP_USERNAME": "ada", "TF_HTTP_PASSWORD": CANARY, "PIPESYNC_STATE": server.url}
        pipesync.write(THREE_ENVIRONMENTS)
        shown = ""
        for command in (
            ("plan", "-v", "--out", "plan.json", "--report", "json=report.json"),
            ("apply", "-v", "--yes"),
            ("drift", "-v"),
            ("show", "-v"),
            ("status", "-v"),
            ("state", "list", "-v"),
            ("state", "pull"),
            ("state", "rm", PROD),
            ("state", "push", "plan.json"),
            ("state", "unlock", "x"),
        ):
            result = pipesync(*command, **mine)
            assert result.code in {0, 1}
            assert "Traceback" not in result.err
            shown += result.both
        inside = pipesync("plan", "--state", server.url.replace("//", f"//ada:{CANARY}@"))
        assert (inside.code, "must not hold a user name or password" in inside.err) == (1, True)
        shown += inside.both + "".join(text.decode() for text in pipesync.files().values())
        shown += (server.rules.state or b"").decode()
    assert [secret for secret in (CANARY, BASIC, "YWRhOnB3") if secret in shown] == []
    assert ("[password]" in shown) is not right


def test_a_server_that_says_it_in_html(pipesync: Shell) -> None:
    """A login page in place of a state is told as one, without a traceback."""
    from tests.stores.http_rules import Said

    with serving(Plain()) as server:
        server.instead["read"] = Said(200, raw=b"<html>Log in</html>", media="text/html")
        pipesync.write(spec_of(f"dev-project/pg-dev > {STAGING}"))
        result = pipesync("plan", "--state", server.url)
        assert (result.code, "a web page (19 bytes of HTML), not a state" in result.err) == (1, True)
