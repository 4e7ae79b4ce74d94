"""`pipesync sandbox`, `schema` and `completion`: what comes with the tool."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import jsonschema_rs
import pytest

from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell, environment

WORLD = """\
organization: {id: org1a23f456789, name: Acme}
services:
  - {project: dev-project, name: pg-dev, type: pg}
  - {project: staging-project, name: pg-staging, type: pg}
  - {project: prod-project, name: pg-prod, type: pg}
tokens: [{token: the-only-token}]
"""


@contextmanager
def served(pipesync: Shell, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`pipesync sandbox serve` as a process of its own, and its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "pipesync", "sandbox", "serve", "--port", "0", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=pipesync.folder,
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        try:
            assert found is not None
            yield process, found[0]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_by_itself_when_it_is_told_to(pipesync: Shell, number: signal.Signals) -> None:
    """Both signals end it in order, with 0 and without a traceback; what it held is kept by --db."""
    with served(pipesync, "--db", "sandbox.db") as (process, url):
        pipesync.write(THREE_ENVIRONMENTS)
        pipesync.ok("apply", "--yes", PIPESYNC_API_URL=url)
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    with served(pipesync, "--db", "sandbox.db") as (_, again):
        pipesync.write(pipesync.read().replace(url, again), "pipesync.state.json")
        assert pipesync("plan", "--detailed-exitcode", PIPESYNC_API_URL=again).code == 0


def test_serve_holds_the_world_of_a_file(pipesync: Shell) -> None:
    """Its tokens are the only ones then."""
    pipesync.write(WORLD, "world.yaml")
    pipesync.write(THREE_ENVIRONMENTS)
    with served(pipesync, "--world", "world.yaml") as (_, url):
        assert pipesync("plan", PIPESYNC_API_URL=url).code == 1
        assert pipesync("plan", PIPESYNC_API_URL=url, PIPESYNC_TOKEN="the-only-token").code == 0
        assert httpx.get(f"{url}/", trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "cannot be read: No such file"), ("services: [", "w.yaml:"), ("a: 1", "is not a world")],
    ids=["missing", "not YAML", "not a world"],
)
def test_a_world_of_no_use_is_an_error(pipesync: Shell, text: str | None, words: str) -> None:
    """With its place; nothing is served."""
    if text is not None:
        pipesync.write(text, "w.yaml")
    result = pipesync("sandbox", "serve", "--world", "w.yaml", "--port", "0")
    assert (result.code, words in result.err, result.out) == (1, True, "")


def test_a_port_that_is_taken_is_an_error(pipesync: Shell, api: Api) -> None:
    """With what to do instead."""
    result = pipesync("sandbox", "serve", "--port", str(api.server.port))
    assert result.code == 1
    assert result.err.startswith(f"Error: port {api.server.port} cannot be used: Address already in use")


def test_demo_plays_plan_apply_plan(pipesync: Shell, api: Api) -> None:
    """In a folder of its own, whatever the environment says; the last plan has nothing to do."""
    result = subprocess.run(
        [sys.executable, "-m", "pipesync", "sandbox", "demo"],
        cwd=pipesync.folder,
        env=environment(api, PIPESYNC_STATE="mine.json", PIPESYNC_ALLOW_DESTROY="7"),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    steps = ["$ pipesync plan", "2 to add", "$ pipesync apply", "2 added", "$ pipesync plan", "No changes."]
    places = [result.stdout.index(steps[0])]
    for words in steps[1:]:
        places.append(result.stdout.index(words, places[-1]))
    assert places == sorted(places)
    assert (pipesync.files(), api.requests()) == ({}, [])


def test_a_step_that_fails_ends_the_demo_with_its_code(pipesync: Shell, api: Api) -> None:
    """Here Python itself gives up, with 1, as soon as it sees an apply."""
    pipesync.write("import sys\nif 'apply' in sys.orig_argv: raise SystemExit\n", "sitecustomize.py")
    result = subprocess.run(
        [sys.executable, "-m", "pipesync", "sandbox", "demo"],
        env=environment(api, PYTHONPATH=str(pipesync.folder)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, "That was the main job" in result.stdout) == (1, False)
    assert result.stdout.rstrip().endswith("$ pipesync apply --auto-approve")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_without_the_extra_the_remedy_is_told(pipesync: Shell, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The sandbox needs packages that the tool itself does not."""
    monkeypatch.setitem(sys.modules, "waitress", None)
    result = pipesync("sandbox", command)
    assert (result.code, result.out) == (1, "")
    assert result.err == "Error: the sandbox is not installed\n  python -m pip install 'pipesync[sandbox]'\n"


@pytest.mark.parametrize("kind", ["plan", "state", "spec"])
def test_schema_prints_the_schema_that_is_shipped(pipesync: Shell, kind: str) -> None:
    """A valid JSON Schema, the same as the file in schemas/."""
    text = pipesync.ok("schema", kind).out
    jsonschema_rs.meta.validate(json.loads(text))
    name = {"spec": "pipeline-spec"}.get(kind, kind)
    committed = Path(__file__).parents[2] / "schemas" / f"{name}.v1.schema.json"
    assert text == committed.read_text("utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_asks_pipesync(pipesync: Shell, shell: str) -> None:
    """It names the variable by which the shell asks back."""
    assert f"_PIPESYNC_COMPLETE={shell}_complete" in pipesync.ok("completion", shell).out


def test_bash_completes_commands_and_flags(pipesync: Shell) -> None:
    """The script works in a real bash: commands by name, flags of a command."""
    script = pipesync.ok("completion", "bash").out
    bin_folder = pipesync.folder / "bin"
    bin_folder.mkdir()
    program = bin_folder / "pipesync"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pipesync "$@"\n')
    program.chmod(0o755)
    ask = (
        script
        + """
complete_line() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  _pipesync_completion "$1"; echo "${COMPREPLY[*]}"
}
complete_line pipesync va
complete_line pipesync plan --no-d
complete_line pipesync state pu
complete_line pipesync schema s
"""
    )
    result = subprocess.run(
        ["bash", "-c", ask],
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert result.stdout.splitlines() == ["validate", "--no-destroy", "pull push", "spec state"]
