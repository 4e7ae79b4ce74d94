"""The command line, run in this process against a sandbox on a real socket, in a folder of its own."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipesync.sandbox import Server, create_app, serve, world_of
from tests.cli.shell import Api, Shell

Start = Callable[..., Api]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts sandboxes of given worlds; they stop with the test."""
    running: list[Server] = []

    def begin(world: Any = None, before: Callable[[str], None] = lambda _request: None) -> Api:
        """`before` is told each `METHOD /path` before it is answered."""
        app = create_app(world_of(world) if world is not None else None)

        def watched(environ: Any, start_response: Any) -> Any:
            before(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return app(environ, start_response)

        server = serve(watched, 0)
        server.__enter__()
        running.append(server)
        return Api(server)

    yield begin
    for server in running:
        server.__exit__(None, None, None)


@pytest.fixture
def world() -> Any:
    """The world that `api` holds, as a world file describes one; None is the default world. Tests override it."""
    return None


@pytest.fixture
def api(start: Start, world: Any) -> Api:
    return start(world)


@pytest.fixture
def pipesync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], api: Api) -> Shell:
    """The command line in an empty folder, with the sandbox's address and a token in the environment."""
    for name in [*os.environ]:
        if name.startswith(("AIVEN_", "PIPESYNC_", "CI_", "GITHUB_", "GITLAB_", "BUILD_", "BITBUCKET_")) or name in {
            "FORCE_COLOR",
            "NO_COLOR",
            "LC_ALL",
        }:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIPESYNC_API_URL", api.url)
    monkeypatch.setenv("PIPESYNC_TOKEN", "our-own-token")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Shell(folder, capsys, monkeypatch)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between attempts have full jitter, from 0 to a bound: here chance always says 0."""
    monkeypatch.setattr(random, "uniform", lambda least, _most: least)
