"""GitHub's runner, as far as the action and the example's workflows need it: steps, their files, artifacts, jobs."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tests.ci.expressions import evaluated, interpolated
from tests.ci.forge import GITHUB_TOKEN, Forge
from tests.ci.machine import Machine
from tests.cli.shell import Api, Shell

ROOT: Final = Path(__file__).parents[2]
Strings = Mapping[str, str]


@dataclass
class Job:
    """What came of a job, or of an action's steps."""

    code: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    environments: dict[str, dict[str, str]] = field(default_factory=dict)
    """A step's name → the variables that it had."""


@dataclass
class Runner:
    """Runs in one checkout; `api` is Aiven, `here` is GitHub. `event` is what pull request or push it is about,
    `variables` what a workflow reads as `vars`.
    """

    shell: Shell
    api: Api
    here: Forge
    event: Mapping[str, Any]
    event_name: str = "pull_request"
    more: Strings = field(default_factory=dict)
    variables: Strings = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)
    runs: int = 0

    @property
    def machine(self) -> Machine:
        return Machine(self.shell, self.api)

    @property
    def temp(self) -> Path:
        return self.shell.folder.parent / f"runner-{self.runs}"

    @property
    def summary(self) -> str:
        return (self.temp / "summary.md").read_text("utf-8")

    def action(self, token: str = GITHUB_TOKEN, **inputs: str) -> Job:
        """The action, in a job of its own; `_` in the name of an input stands for `-`."""
        self._fresh()
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return self._action(given, self._environment(), {"github": self._github(token)})

    def workflow(self, path: Path, secrets: Strings) -> dict[str, Job]:
        """The jobs of a workflow that ran, by name; one that needs a failed one does not."""
        data = yaml.safe_load(path.read_text("utf-8"))
        done: dict[str, Job] = {}
        for name, job in data["jobs"].items():
            needed = [done.get(need) for need in ([job["needs"]] if "needs" in job else [])]
            contexts = {
                "needs": {need: {"outputs": one.outputs} for need, one in done.items()},
                "github": self._github(GITHUB_TOKEN if "pull-requests" in job["permissions"] else "may-read"),
                "secrets": secrets,
                "vars": self.variables,
            }
            if all(one and one.code == 0 for one in needed) and evaluated(job.get("if", "always()"), contexts):
                done[name] = self._job(job, contexts)
        return done

    def _job(self, job: Mapping[str, Any], contexts: Mapping[str, Any]) -> Job:
        self._fresh()
        env = {**self._environment(), **job.get("env", {})}
        result = Job()
        steps: dict[str, Any] = {}
        for step in job["steps"]:
            if result.code:
                break
            done = self._step(step, env, {**contexts, "steps": steps, "runner": {"temp": str(self.temp)}})
            steps[step.get("id", "")] = {"outputs": done.outputs}
            result.code, result.log = done.code, result.log + done.log
        found = {name: interpolated(text, {"steps": steps}) for name, text in job.get("outputs", {}).items()}
        result.outputs.update(found)
        return result

    def _step(self, step: Mapping[str, Any], env: Strings, contexts: Mapping[str, Any]) -> Job:
        used = step.get("uses", "").partition("@")[0]
        given = {name: interpolated(str(value), contexts) for name, value in step.get("with", {}).items()}
        match used:
            case "":
                own = {name: interpolated(text, contexts) for name, text in step.get("env", {}).items()}
                script = ":" if "pip install" in step["run"] else step["run"]
                return self._run(script, {**env, **own}, self.shell.folder)
            case "acme/pipesync":
                return self._action(given, env, contexts)
            case "actions/download-artifact":
                shutil.copytree(self.artifacts[given["name"]], given["path"])
            case "actions/upload-artifact":
                if Path(given["path"]).exists():
                    kept = self.temp.parent / f"artifact-{self.runs}"
                    self.artifacts[given["name"]] = Path(shutil.copytree(given["path"], kept))
            case _:
                assert used in {"actions/checkout", "actions/setup-python"}
        return Job()

    def _action(self, given: Strings, env: Strings, contexts: Mapping[str, Any]) -> Job:
        """What the action is given, and pipesync as it is installed here."""
        described = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        assert set(given) <= set(described["inputs"])
        defaults = {name: interpolated(one["default"], contexts) for name, one in described["inputs"].items()}
        inputs = {**defaults, **given, "install": "false"}
        steps: dict[str, Any] = {}
        inside = {**contexts, "inputs": inputs, "steps": steps, "env": env, "runner": {"temp": str(self.temp)}}
        result = Job()
        for step in described["runs"]["steps"]:
            status = "" if "cancelled()" in step.get("if", "") else "always() && "  # success() is what stands unsaid
            wanted = evaluated(f"{status}({step.get('if', 'always()')})", inside)
            if not wanted or (result.code and status):
                continue
            done = self._inner(step, env, inside, result)
            steps[step.get("id", "")] = {"outputs": done.outputs}
            result.code, result.log = result.code or done.code, result.log + done.log
        result.outputs = {name: interpolated(one["value"], inside) for name, one in described["outputs"].items()}
        return result

    def _inner(self, step: Mapping[str, Any], env: Strings, inside: Mapping[str, Any], result: Job) -> Job:
        if "uses" in step:
            return self._step(step, env, inside)
        own = {name: interpolated(text, inside) for name, text in step.get("env", {}).items()}
        folder = self.shell.folder / interpolated(step.get("working-directory", "."), inside)
        result.environments[step["name"]] = own
        assert "${{" not in step["run"]
        return self._run(step["run"], {**env, **own, "GITHUB_ACTION_PATH": str(ROOT)}, folder)

    def _run(self, script: str, env: Strings, folder: Path) -> Job:
        output = self.temp / "output.txt"
        output.write_bytes(b"")
        done = self.machine.run(script, {**env, "GITHUB_OUTPUT": str(output)}, folder)
        return Job(done.code, dict(_outputs(output.read_text("utf-8"))), done.log)

    def _fresh(self) -> None:
        """A machine of its own for each job."""
        self.runs += 1
        self.temp.mkdir()
        (self.temp / "event.json").write_text(json.dumps(self.event), "utf-8")
        (self.temp / "summary.md").write_bytes(b"")

    def _github(self, token: str) -> dict[str, Any]:
        return {"event": self.event, "event_name": self.event_name, "repository": "acme/pipelines", "token": token}

    def _environment(self) -> dict[str, str]:
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.here.url,
            "GITHUB_EVENT_NAME": self.event_name,
            "GITHUB_EVENT_PATH": str(self.temp / "event.json"),
            "GITHUB_REPOSITORY": "acme/pipelines",
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.example.org",
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "RUNNER_TEMP": str(self.temp),
            **self.more,
        }


def _outputs(text: str) -> Iterator[tuple[str, str]]:
    """What a step wrote into GITHUB_OUTPUT: `name=value`, or `name<<END` and lines up to END."""
    lines = iter(text.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and "<<" not in name:
            yield name, value
        else:
            name, _, end = line.partition("<<")
            held = []
            while (one := next(lines)) != end:
                held.append(one)
            yield name, "\n".join(held)
