"""Trouble with system calls: strace stands between one run and the system, and lets chosen calls fail or kill."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KILL: Final = "KILL"
"""In place of an error: the call is not made, and SIGKILL ends the run."""

CALLS: Final = (
    "openat", "read", "write", "pread64", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "mkdir", "close",
    "flock", "ftruncate", "fchmod", "fchown",
)  # fmt: skip
"""What our own code asks of the system for a file."""

LINE: Final = re.compile(r"(?P<process>\d+) +(?P<call>\w+)\((?P<rest>.*)")
PATH: Final = re.compile(r'<(/[^>]*)>|"([^"]*)"')

ON_A_DESCRIPTOR: Final = frozenset({"read", "write", "pread64", "pwrite64"})
"""What is quoted there is what is read or written."""


@dataclass(frozen=True)
class Fault:
    """The `number`th `call` of a run fails with `error` (EIO, ENOSPC, …), or is where SIGKILL strikes.

    `stays`: so do all later ones. `error` may also be a number: how many bytes a write claims to have written.
    """

    call: str
    number: int
    error: str
    stays: bool = False

    def __str__(self) -> str:
        return f"{self.error} at {self.call} {self.number}{' and later' if self.stays else ''}"

    @property
    def expression(self) -> str:
        what = {KILL: "signal=KILL"}.get(self.error, f"error={self.error}")
        what = f"retval={self.error}" if self.error.isdigit() else what
        return f"inject={self.call}:{what}:when={self.number}{'+' if self.stays else ''}"


@dataclass(frozen=True)
class Call:
    """A system call as it was made, the `number`th of its name by the process itself; `names` are files it is about."""

    call: str
    number: int
    names: tuple[str, ...]


YAMA: Final = Path("/proc/sys/kernel/yama/ptrace_scope")
"""From 2 on, only who may trace everything may attach to a process (Documentation/admin-guide/LSM/Yama.rst)."""


def lacking() -> str | None:
    """Why no system call can be tampered with here; None if it can."""
    if shutil.which("strace") is None:
        return "there is no strace (Debian: apt-get install strace)"
    if os.geteuid() != 0 and YAMA.exists() and int(YAMA.read_text("ascii")) > 1:
        return f"strace may not look at processes here: {YAMA} forbids it"
    tried = subprocess.run(
        ["strace", "-e", "inject=fsync:error=EIO", "true"], capture_output=True, text=True, check=False
    )
    return f"strace may not look at processes here: {tried.stderr.splitlines()[0]}" if tried.returncode else None


class Strace:
    """Looks at one run, which stands still, and lets it go: a `Watch` of the stage. `calls` says what it has seen."""

    def __init__(self, log: Path, *faults: Fault) -> None:
        self._log = log
        self._faults = faults

    @contextmanager
    def __call__(self, process: int) -> Iterator[None]:
        watched = ",".join(CALLS)
        inject = [flag for fault in self._faults for flag in ("-e", fault.expression)]
        with subprocess.Popen(
            ["strace", "-f", "-y", "-o", self._log, "-e", f"trace={watched}", *inject, "-p", str(process)],
            stderr=subprocess.PIPE,
            text=True,
        ) as strace:
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            os.kill(process, signal.SIGCONT)
            yield
            assert "attached" in attached, attached + strace.stderr.read()

    def calls(self) -> list[Call]:
        """What the run itself asked for; its threads, which talk with the API, are left out."""
        return list(_read(self._log.read_text("utf-8", "replace").splitlines()))


def _read(lines: Sequence[str]) -> Iterator[Call]:
    counts: dict[str, int] = {}
    main = lines[0].split()[0] if lines else ""
    for line in lines:
        found = LINE.match(line)
        if found is None or found["process"] != main:
            continue
        call = found["call"]
        counts[call] = counts.get(call, 0) + 1
        names = tuple(path or text for path, text in PATH.findall(found["rest"]))
        yield Call(call, counts[call], names[:1] if call in ON_A_DESCRIPTOR else names)
