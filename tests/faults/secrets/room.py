"""A room with walls that have ears: a folder, servers that tell everything, and runs that hold every secret."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import httpx

from pipesync.sandbox import create_app, serve, world_of
from tests.ci.forge import forge
from tests.faults.fate import NEVER, Point
from tests.faults.figures import Figures
from tests.faults.forks import Ended, Forks, forks
from tests.faults.plans import ORGANIZATION, WORLD, PlanKind, Step
from tests.faults.secrets.canaries import CANARIES, ENVIRONMENT, REMOTE_URL
from tests.faults.secrets.echo import Echo, echo
from tests.faults.secrets.sightings import Eye
from tests.stores.http_rules import Plain
from tests.stores.http_server import serving

STATE: Final = "pipesync.state.json"

_OLD: Final = (Step("dev/pg-a", "stage/pg-a"), Step("dev/pg-b", "stage/pg-b"))
_NEW: Final = (Step("dev/pg-a", "stage/pg-a", 3), Step("stage/pg-a", "eu/pg-a"), Step("canary/pg-b", "stage/pg-b"))
KIND: Final = PlanKind("a little of everything", _OLD, _NEW)

_GITHUB: Final = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/pipelines",
    "GITHUB_EVENT_PATH": "event.json",
    "GITHUB_STEP_SUMMARY": "summary.md",
    "GITHUB_OUTPUT": "output.txt",
}


class Room:
    """The opening: a spec, a state that is one apply older, a saved plan, a repository, a comment to make."""

    def __init__(self, folder: Path, runs: Forks, sandbox: str, api: Echo, state: Echo, forge: Echo) -> None:
        self.home = folder / "home"
        self.there = folder / "there"
        self.api, self.state, self.forge = api, state, forge
        self.eye = Eye(CANARIES)
        self._folder = folder
        self._runs = runs
        self._http = httpx.Client(base_url=sandbox, headers={"Authorization": "Bearer onlooker"}, timeout=20)
        self._opening = folder / "opening"
        self._steps: list[dict[str, Any]] = []

    def close(self) -> None:
        self._http.close()

    def furnish(self, rules: Plain) -> None:
        """Make the opening, and keep its state by the `rules` of a server as well."""
        for folder in (self.home, self.there):
            folder.mkdir()
        self._reset([])
        self._write("pipesync.yaml", KIND.text(KIND.old_spec))
        assert self.run("apply", "--auto-approve").code == 0
        self._steps = self._http.get(f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps").json()["steps"]
        self._write("event.json", json.dumps({"pull_request": {"number": 7}}))
        self._git("init", "--quiet")
        self._git("add", "pipesync.yaml")
        self._git("-c", "user.name=ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message=one")
        self._git("remote", "add", "origin", REMOTE_URL)
        self._write("pipesync.yaml", KIND.text(KIND.new))
        planned = self.run("plan", "--out", "plan.json", "--report", "markdown=plan.md")
        assert planned.code == 0, planned
        assert self.run("state", "pull").code == 0
        shutil.copy(self.there / STATE, self.there / "copy.json")
        shutil.copytree(self.there, self._opening, symlinks=True)
        self._rules = rules
        self.reset()

    def reset(self) -> None:
        """Everything is as it was at the opening."""
        for server in (self.api, self.state, self.forge):
            server.meet(None)
        self._reset([_as_told(step) for step in self._steps])
        shutil.rmtree(self.there)
        shutil.copytree(self._opening, self.there, symlinks=True)
        self._rules.state = (self._opening / STATE).read_bytes()
        self._rules.held = None

    def run(self, *arguments: str, at: Point = NEVER, said: Mapping[str, str] = MappingProxyType({})) -> Ended:
        """A command line in a process of its own, which knows every secret, and what else is `said` to it."""
        texts = [self._folder / name for name in ("out", "err")]
        order = {
            "arguments": arguments,
            "folder": str(self.there),
            "out": str(texts[0]),
            "err": str(texts[1]),
            "environment": {**self.environment, **said},
            "moment": at.moment,
            "numbers": [at.number],
            "blow": at.blow,
            "struck": str(self._folder / "struck"),
            "hasty": True,
            "sleepless": True,
        }
        self._runs.begin(order)
        _, code = self._runs.end()
        out, err = (path.read_text("utf-8", "replace") for path in texts)
        return Ended(code, out, err)

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            **ENVIRONMENT,
            **_GITHUB,
            "GITHUB_API_URL": self.forge.url,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.home),
            "TMPDIR": str(self.there),
            "PIPESYNC_API_URL": self.api.url,
        }

    def look(self, where: str, ended: Ended, figures: Figures) -> None:
        """Takes down each secret that is in the output of a run, or in a file that it left."""
        figures.trials += 1
        texts = {"standard output": ended.out.encode(), "standard error": ended.err.encode()}
        for path in sorted(self.there.rglob("*")):
            name = path.relative_to(self.there)
            if path.is_file() and name != Path(".git/config"):  # the checkout's own, which we wrote
                texts[str(name)] = path.read_bytes()
                figures.amounts["files"] += 1
        seen = [("seen", f"{secret} in {name}") for name, data in texts.items() for secret in self.eye.sees(data)]
        figures.add(where, seen)
        if "Traceback" in ended.err and not where.startswith("a bug"):
            figures.add(where, [("traceback", ended.err[-2000:])])

    def _write(self, name: str, text: str) -> None:
        (self.there / name).write_text(text, "utf-8")

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.there, check=True, env={"PATH": "/usr/bin:/bin", "HOME": "/"})

    def _reset(self, steps: Sequence[Mapping[str, Any]]) -> None:
        self._http.post("/_sandbox/reset", json={**WORLD, "steps": steps}).raise_for_status()


def _as_told(step: Mapping[str, Any]) -> dict[str, Any]:
    ends = {end: f"{step[f'{end}_project_name']}/{step[f'{end}_service_name']}" for end in ("source", "destination")}
    return {**ends, **{key: step[key] for key in ("step_id", "auto_validation_delay_days")}}


@contextmanager
def room(folder: Path) -> Iterator[Room]:
    """A room in `folder`; its servers are gone at the end of the block."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(serve(create_app(world_of(WORLD)), 0)).url
        rules = Plain()
        states = stack.enter_context(serving(rules))
        fronts = [
            stack.enter_context(echo(behind)) for behind in (sandbox, states.origin, stack.enter_context(forge()).url)
        ]
        made = Room(folder, stack.enter_context(forks()), sandbox, *fronts)
        stack.callback(made.close)
        made.furnish(rules)
        yield made
