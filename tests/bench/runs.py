"""Runs of the installed `pipesync`, each measured as a whole process; a case is told by the median of its runs."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.cases import LATENCY_MS, PLAN, Case
from tests.bench.server import SandboxProcess
from tests.bench.shapes import Shape
from tests.large_plans import large

STOPWATCH: Final = Path(__file__).with_name("stopwatch.py")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process cost; bytes and seconds. The last three are None where no server takes part."""

    wall: float
    cpu: float
    memory: int
    requests: int | None = None
    state_writes: int | None = None
    sandbox_cpu: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A case, and the medians of its runs; requests and state writes are those of every run, or of the worst."""

    case: Case
    runs: int
    run: Run

    @classmethod
    def of(cls, case: Case, runs: list[Run]) -> "Figures":
        requests = [run.requests for run in runs if run.requests is not None]
        writes = [run.state_writes for run in runs if run.state_writes is not None]
        sandbox = [run.sandbox_cpu for run in runs if run.sandbox_cpu is not None]
        return cls(
            case,
            len(runs),
            Run(
                wall=median(run.wall for run in runs),
                cpu=median(run.cpu for run in runs),
                memory=round(median(run.memory for run in runs)),
                requests=max(requests, default=None),
                state_writes=max(writes, default=None),
                sandbox_cpu=median(sandbox) if sandbox else None,
            ),
        )


class Folder:
    """A working directory as a user has it: a spec, a state, and a sandbox to talk to."""

    def __init__(self, path: Path, server: SandboxProcess | None = None) -> None:
        self._path = path
        self._server = server
        self._state = path / "pipesync.state.json"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),  # no credentials and no configuration of whoever runs this
            "LANG": "C.UTF-8",
            "PIPESYNC_TOKEN": "benchmark",
            "PIPESYNC_API_URL": server.url if server else "http://127.0.0.1:1",
        }

    def hold(self, shape: Shape) -> None:
        """Begin with the world of `shape`, its spec, and no state."""
        self._write(shape.spec())
        self._state.unlink(missing_ok=True)
        if self._server is not None:
            self._server.reset(shape.world(LATENCY_MS))

    def commit(self) -> None:
        """The spec as it is now is what a repository holds."""
        identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
        for arguments in (
            ("init", "--quiet"),
            ("add", "pipesync.yaml"),
            (*identity, "commit", "--quiet", "-m", "spec"),
        ):
            subprocess.run(["git", *arguments], cwd=self._path, env=self._environment, check=True)

    def hold_plan(self, size: int) -> None:
        """A saved plan of `size` changes."""
        (self._path / PLAN).write_text(large(size).to_json(), "ascii")

    def measure(self, case: Case, runs: int, shape: Shape) -> Figures:
        """Run `case`; RuntimeError if it does anything else than what is to be measured."""
        if case.last_delay is not None:
            self._write(shape.spec(last_delay=case.last_delay))
        return Figures.of(case, [self._run(case) for _ in range(runs)])

    def _write(self, spec: str) -> None:
        (self._path / "pipesync.yaml").write_text(spec, "utf-8")

    def _run(self, case: Case) -> Run:
        if self._server is None or case.requests is None:
            return self._timed(case)
        if case.from_nothing:
            self._state.unlink(missing_ok=True)
            self._server.reset()
        self._server.forget_requests()
        serial, cpu = self._serial(), self._server.cpu_seconds()
        run = self._timed(case)
        return Run(
            run.wall,
            run.cpu,
            run.memory,
            requests=self._server.requests(),
            state_writes=self._serial() - serial,
            sandbox_cpu=self._server.cpu_seconds() - cpu,
        )

    def _timed(self, case: Case) -> Run:
        command = [str(Path(sys.executable).with_name("pipesync")), *case.arguments]
        result, output = self._path / "result", self._path / "output"
        with output.open("wb") as file:
            subprocess.run(
                [sys.executable, "-I", "-S", str(STOPWATCH), str(result), *command],
                cwd=self._path,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                check=True,
            )
        code, wall, cpu, memory = result.read_text("ascii").split()
        if int(code) != case.code:
            words = output.read_text("utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{' '.join(case.arguments)} ended with {code}, not {case.code}:\n{words}")
        return Run(float(wall), float(cpu), int(memory))

    def _serial(self) -> int:
        if not self._state.exists():
            return 0
        serial: int = json.loads(self._state.read_bytes())["serial"]
        return serial
