"""The sandbox of the benchmarks, in a process of its own so that its work is not counted as pipesync's."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self
from urllib.request import Request, urlopen


class SandboxProcess:
    """A sandbox on loopback; `url` is its address. Use it as a context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.served"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._line()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # the end of its input is the end of it

    def reset(self, world: dict[str, Any] | None = None) -> None:
        """Hold `world`, or begin again with the one of the last reset; the request log is empty then."""
        self._call("POST", "/_sandbox/reset", world or {})

    def forget_requests(self) -> None:
        self._call("DELETE", "/_sandbox/requests")

    def requests(self) -> int:
        """How many requests of Aiven's API came since they were last forgotten."""
        total: int = self._call("GET", "/_sandbox/requests?method=none")["total"]
        return total

    def cpu_seconds(self) -> float:
        """What the process has used since it began."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"the sandbox has ended with code {self._process.wait()}")
        return line

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None
