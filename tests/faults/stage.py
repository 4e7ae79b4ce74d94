"""A stage for a run and its end: a sandbox behind a gate, a folder, and processes that die on order."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar

import httpx

from pipesync.sandbox import Server, create_app, serve, world_of
from pipesync.state import State
from tests.faults.fate import NEVER, Fate, Point
from tests.faults.forks import Ended, Forks, coverage, forks
from tests.faults.gate import Gate, Hold, Trap, Weather
from tests.faults.plans import ORGANIZATION, WORLD, Spec, tokens_for_all_but

STATE: Final = "pipesync.state.json"
LISTED: Final = f"/v1/organization/{ORGANIZATION}/upgrade-pipeline/steps?limit=999"
Watch = Callable[[int], AbstractContextManager[object]]
"""A block in which the process of that id is looked at."""

ALLOW: Final = re.compile(r"--allow-destroy (\d+)")


@dataclass(frozen=True)
class Scene:
    """What a run leaves behind: the live steps, and the files of its folder."""

    steps: tuple[dict[str, Any], ...]
    files: dict[str, bytes]


Begun = tuple[Sequence[str], Mapping[str, str], Mapping[str, str]]
"""A run's arguments, what it finds in its environment besides, and what its order says besides (`doomed`)."""


class Stage:
    """One sandbox, one folder, one run at a time."""

    def __init__(self, server: Server, gate: Gate, runs: Forks, folder: Path) -> None:
        self._server = server
        self.gate = gate
        self._runs = runs
        self.folder = folder
        self.there = folder / "there"
        self.there.mkdir(exist_ok=True)
        self.weather: Weather | None = None
        self.environment: dict[str, str] = {}
        """What runs find there besides; the place of the state, for one."""
        self._tokens = count(1)
        self.kept: Callable[[], bytes | None] = self._file  # the state's text, wherever it is
        self._http = httpx.Client(base_url=server.url, headers={"Authorization": "Bearer onlooker"}, timeout=20)

    @property
    def url(self) -> str:
        return self._server.url

    def set(self, scene: Scene, hidden: str | None = None) -> None:
        """Make the world and the folder what they were; narrow runs do not see the project that is `hidden`."""
        tokens = {} if hidden is None else {"tokens": tokens_for_all_but(hidden, next(self._tokens))}
        self._call("POST", "/_sandbox/reset", {**WORLD, **tokens, "steps": list(scene.steps)})
        shutil.rmtree(self.there, ignore_errors=True)
        self.there.mkdir()
        for name, content in scene.files.items():
            (self.there / name).write_bytes(content)

    def scene(self) -> Scene:
        steps = [
            {
                "step_id": step["step_id"],
                "source": f"{step['source_project_name']}/{step['source_service_name']}",
                "destination": f"{step['destination_project_name']}/{step['destination_service_name']}",
                "auto_validation_delay_days": step["auto_validation_delay_days"],
            }
            for step in self._steps()
        ]
        return Scene(tuple(steps), {path.name: path.read_bytes() for path in sorted(self.there.iterdir())})

    def fault(self, **rule: Any) -> None:
        self._call("POST", "/_sandbox/faults", rule)

    def faults_met(self) -> int:
        """How many times a fault came about."""
        found: list[dict[str, Any]] = self._http.get("/_sandbox/faults").raise_for_status().json()["faults"]
        return sum(fault["fired"] for fault in found)

    def no_faults(self) -> None:
        self._call("DELETE", "/_sandbox/faults")

    def insert(self, spec: Spec) -> None:
        """Steps that somebody else made."""
        for step in spec:
            order = {"source": step.source, "destination": step.destination, "auto_validation_delay_days": step.days}
            self._call("POST", "/_sandbox/steps", order)

    def somebody(self, method: str, step_id: str, body: Any = None) -> None:
        """A call of somebody else about a step."""
        self.gate.expect("onlooker")
        self._call(method, f"{LISTED.partition('?')[0]}/{step_id}", body)

    def write(self, text: str, name: str = "pipesync.yaml") -> None:
        (self.there / name).write_text(text, "utf-8")

    def state(self) -> State | None:
        text = self.kept()
        return None if text is None else State.model_validate_json(text)

    def _file(self) -> bytes | None:
        path = self.there / STATE
        return path.read_bytes() if path.exists() else None

    def run(self, *arguments: str, at: Point = NEVER, watch: Watch | None = None, narrow: bool = False) -> Ended:
        """A command line in a process of its own, struck at a point if it gets there.

        With `watch` it stands still at first: in that block it is let go, and lives. A `narrow` one does not see the
        project that is hidden.
        """
        fate = Fate(self.gate, at)
        struck = self.folder / "struck"
        struck.unlink(missing_ok=True)
        environment = self.admit(self._lure(fate), narrow=narrow)
        blow = {
            "moment": at.moment,
            "numbers": [at.number, at.number + at.again],
            "blow": at.blow,
            "struck": str(struck),
        }
        order = {**self._life(0, arguments, environment), **blow, "stops": watch is not None}
        (process,) = self._runs.begin(order)
        fate.victim(process)
        with watch(process) if watch else nullcontext():
            ended = self.end()[1]
        ended_at = monotonic()
        fate.is_over()
        self.gate.wait_until_quiet()
        if at is NEVER:
            return ended
        told = json.loads(struck.read_text("utf-8") or "{}") if struck.exists() else {}
        struck_at = told.get("at", fate.struck_at)
        return replace(ended, seconds=None if struck_at is None else ended_at - struck_at, events=told.get("events", 0))

    def _lure(self, fate: Fate) -> Trap | None:
        """The trap at the gate that a run is to walk into."""
        return fate.trap()

    def race(self, count: int, *arguments: str) -> list[Ended]:
        """So many runs of one command line at once; who gets as far as the API waits there for the others to end.

        Whose a request is, `by` of the gate's requests tells.
        """
        door = Hold()
        self.begin(*[(arguments, {}, {})] * count, trap=Trap("received", 1, sys.maxsize, door, reads=True))
        ended: dict[int, Ended] = {}

        def hear() -> None:
            for _ in range(count):
                number, how = self.end()
                ended[number] = how
                door.look()

        hearing = threading.Thread(target=hear)
        hearing.start()
        try:
            door.until(lambda waiting: waiting + len(ended) >= count)
        finally:
            door.release()
            hearing.join()
        self.gate.wait_until_quiet()
        return [ended[number] for number in range(count)]

    def begin(self, *runs: Begun, trap: Trap | None = None) -> list[int]:
        """Let runs begin at once; their processes. Each is to be heard of by `end`."""
        common = self.admit(trap)
        token = common["PIPESYNC_TOKEN"]
        lives = []
        for number, (arguments, environment, more) in enumerate(runs):
            mine = {**common, **environment, "PIPESYNC_TOKEN": f"{token}.{number}"}
            lives.append({**self._life(number, arguments, mine), **more})
        return self._runs.begin(*lives)

    def end(self) -> tuple[int, Ended]:
        """Waits until one of the runs is over: which one, from 0, and how."""
        number, code = self._runs.end()
        out, err = ((self.folder / f"{name}-{number}").read_text("utf-8") for name in ("out", "err"))
        return number, Ended(code, out, err)

    def apply(self, *arguments: str, at: Point = NEVER, narrow: bool = False) -> Ended:
        """`apply`, with the number that the brake asks for where it asks."""
        ended = self.run("apply", "--auto-approve", *arguments, at=at, narrow=narrow)
        asked = ALLOW.search(ended.err) if ended.code == 3 else None
        if asked is None:
            return ended
        return self.run("apply", "--auto-approve", "--allow-destroy", asked[1], *arguments, at=at, narrow=narrow)

    def start(
        self, *arguments: str, trap: Trap | None = None, stdin: int = subprocess.DEVNULL, measured: bool = True
    ) -> "subprocess.Popen[str]":
        """A command line as a user starts it; its output can be read as it comes.

        Not `measured`: without coverage, which writes its data at `os._exit`. In a handler of a signal that came while
        coverage was at work it would wait for itself.
        """
        return subprocess.Popen(
            [sys.executable, "-m", "pipesync", *arguments],
            cwd=self.there,
            env={**(coverage() if measured else {}), **self.admit(trap)},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _life(self, number: int, arguments: Sequence[str], environment: dict[str, str]) -> dict[str, Any]:
        """The order for a run that comes to its own end."""
        return {
            "arguments": arguments,
            "folder": str(self.there),
            "out": str(self.folder / f"out-{number}"),
            "err": str(self.folder / f"err-{number}"),
            "environment": environment,
            "moment": NEVER.moment,
            "hasty": self.weather is not None,
        }

    def admit(self, trap: Trap | None, *, narrow: bool = False) -> dict[str, str]:
        """What a run needs to know; from now on the gate is open to it alone."""
        token = f"{'narrow' if narrow else 'run'}-{next(self._tokens)}"
        self.gate.expect(token, trap, self.weather)
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PIPESYNC_API_URL": self._server.url,
            "PIPESYNC_TOKEN": token,
            **self.environment,
        }

    def edges(self) -> dict[str, tuple[str, int]]:
        """Address → source and delay of each live step."""
        return {
            step["destination"]: (step["source"], step["auto_validation_delay_days"]) for step in self.scene().steps
        }

    def ids(self) -> dict[str, str]:
        return {step["destination"]: step["step_id"] for step in self.scene().steps}

    def validated(self) -> frozenset[str]:
        """The addresses whose step has a validation."""
        return frozenset(
            f"{step['destination_project_name']}/{step['destination_service_name']}"
            for step in self._steps()
            if step["last_validation"]
        )

    def _steps(self) -> list[dict[str, Any]]:
        self.gate.expect("onlooker")
        steps: list[dict[str, Any]] = self._http.get(LISTED).raise_for_status().json()["steps"]
        return steps

    def _call(self, method: str, path: str, body: Any = None) -> None:
        self._http.request(method, path, json=body).raise_for_status()


AnyStage = TypeVar("AnyStage", bound=Stage)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A stage in `folder`; it is gone at the end of the block."""
    with stage_of(Stage, folder) as built:
        yield built


@contextmanager
def stage_of(kind: type[AnyStage], folder: Path) -> Iterator[AnyStage]:
    """The same, of a kind of stage."""
    gate = Gate(create_app(world_of(WORLD)))
    with serve(gate, 0) as server, forks() as runs:
        built = kind(server, gate, runs, folder)
        try:
            yield built
        finally:
            built._http.close()
