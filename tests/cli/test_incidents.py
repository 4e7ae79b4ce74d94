"""docs/incidents.md, carried out: each recipe does what it says, to the live steps, the state and the exit codes."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, assert_never

import pytest

from tests.cli.documents import Command, Meanwhile, Part, Put, sections
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, Api, Shell, environment
from tests.cli.test_cli_lock import held

PAGE: Final = sections("incidents.md")
CHAIN: Final = {STAGING: (DEV, 3), PROD: (STAGING, 7)}


@pytest.fixture
def world() -> dict[str, Any]:
    """The documentation's three services, and the tokens that the recipes speak of."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg", "version": "16.4"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg", "version": "16.4"},
            {"project": "prod-project", "name": "pg-prod", "type": "pg", "version": "16.4"},
        ],
        "tokens": [{"token": "our-own-token"}, {"token": "the-new-token"}, {"token": "someone-else"}],
    }


@dataclass
class Session:
    """A person at a shell, who follows a recipe."""

    shell: Shell
    api: Api
    elsewhere: ExitStack
    env: dict[str, str] = field(default_factory=dict)
    code: int = 0
    last: str = ""

    def follow(self, parts: tuple[Part, ...]) -> None:
        """Carries out the parts; a command that fails must be followed by `echo $?`."""
        for part in parts:
            match part:
                case Put(name, text):
                    self.shell.write(text, name)
                case Meanwhile(what):
                    self._meanwhile(what)
                case Command():
                    assert self.code == 0 or part.line == "echo $?", f"{self.last} failed, and nothing says so"
                    self.last = part.line
                    said = self._run(part.line)
                    assert part.missing_in(said) == [], f"{part.line}\n{said}"
                case _:
                    assert_never(part)
        assert self.code == 0, f"{self.last} failed, and nothing says so"

    def _meanwhile(self, what: str) -> None:
        match what.split(" ", 2):
            case ["another", "run", "holds the lock"]:
                self.elsewhere.enter_context(held(self.shell))
            case ["the", "other", "run ends"]:
                self.elsewhere.close()
            case ["the", "token", "is revoked"]:
                self.env["PIPESYNC_TOKEN"] = "a-revoked-token"
            case [method, path, body]:
                self.api.call(method, path, json.loads(body)).raise_for_status()
            case _:
                raise AssertionError(f"nobody knows how to make this happen: {what}")

    def _run(self, line: str) -> str:
        match shlex.split(line):
            case ["echo", "$?"]:
                said, self.code = f"{self.code}\n", 0
                return said
            case ["export", setting]:
                name, _, value = setting.partition("=")
                self.env[name] = value
                return ""
            case ["pipesync", *arguments] if "|" not in arguments:
                result = self.shell(*arguments, **self.env)
                self.code = result.code
                return result.both
            case _:
                done = subprocess.run(
                    ["bash", "-c", line],
                    cwd=self.shell.folder,
                    env=self._environment(),
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=60,
                )
                self.code = done.returncode
                return done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        mine = environment(self.api, AIVEN_AUTH_TOKEN="our-own-token", AIVEN_WEB_URL=self.api.url)
        return {**mine, **self.env, "PATH": f"{Path(sys.executable).parent}:{mine['PATH']}"}


@pytest.fixture
def session(pipesync: Shell, api: Api) -> Iterator[Session]:
    """Where every recipe begins: the page's first spec is applied."""
    with ExitStack() as elsewhere:
        session = Session(pipesync, api, elsewhere)
        session.follow(PAGE[""])
        pipesync.ok("apply", "--auto-approve")
        api.forget_requests()
        yield session


def recorded(shell: Shell, name: str = "pipesync.state.json") -> set[str]:
    return {step["destination"] for step in json.loads(shell.read(name))["steps"]}


def override(session: Session) -> None:
    """One approval, of the version that production had already."""
    assert session.api.steps()[PROD]["last_validation"]["comment"] == "tested after the override"
    assert [request for request in session.api.writes() if "validation" in request] == session.api.writes()
    assert len(session.api.writes()) == 1


def wrong_approval(session: Session) -> None:
    """Nothing is written by us: there is nothing that could be."""
    assert session.api.steps()[PROD]["last_validation"]["comment"] == "too early"
    assert len(session.api.writes()) == 1  # the wrong approval itself


def held_update(session: Session) -> None:
    """Production's delay alone is another one."""
    assert session.api.edges() == {**CHAIN, PROD: (STAGING, 30)}
    assert [request.split(" ")[0] for request in session.api.writes()] == ["PATCH"]


def freed(session: Session) -> None:
    """The step was deleted once and made anew once, and is ours again."""
    assert [request.split(" ")[0] for request in session.api.writes()] == ["DELETE", "POST"]
    assert (session.api.edges(), recorded(session.shell)) == (CHAIN, {STAGING, PROD})


def untouched(session: Session) -> None:
    """Nothing live was written, and all is recorded."""
    assert session.api.writes() == []
    assert (session.api.edges(), recorded(session.shell)) == (CHAIN, {STAGING, PROD})


def handed_over(session: Session) -> None:
    """Nothing live was written; the other state has the steps, and this one has none."""
    assert (session.api.writes(), session.api.edges()) == ([], CHAIN)
    assert recorded(session.shell) == set()
    assert recorded(session.shell, "theirs/pipesync.state.json") == {STAGING, PROD}


EFFECTS: Final[dict[str, Callable[[Session], None]]] = {
    "An emergency override was seen": override,
    "The wrong version was approved": wrong_approval,
    "An update that is not validated yet must be held": held_update,
    "Production needs a security fix today": freed,
    "The lock is stuck": untouched,
    "The state is lost": untouched,
    "The token was rotated": untouched,
    "A pipeline goes to another state": handed_over,
}


def test_every_recipe_is_carried_out() -> None:
    """Each section of the page is one of this test, and runs something."""
    assert [title for title in PAGE if title] == list(EFFECTS)
    assert [title for title in EFFECTS if not any(isinstance(part, Command) for part in PAGE[title])] == []


@pytest.mark.parametrize("title", EFFECTS)
def test_a_recipe_does_what_it_says(title: str, session: Session) -> None:
    """Its commands print what the page shows, end as it shows, and have the effect it promises."""
    session.follow(PAGE[title])
    EFFECTS[title](session)
