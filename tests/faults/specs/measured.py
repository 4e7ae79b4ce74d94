"""A spec in the hands of a process of its own: how long it takes, and how much memory."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.faults.specs.verdict import PROBLEM, Said

MOST_SECONDS: Final = 5
MOST_MIB: Final = 256
"""What the promise says of a spec of 1 MiB: for the whole process, its start too."""

_LAUNCH: Final = """
import json, os, resource, signal, sys
child = os.fork()
if not child:
    for name, descriptor in zip(sys.argv[1:3], (1, 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    signal.alarm(60)
    os.execv(sys.executable, [sys.executable, *sys.argv[3:]])
_, status, used = os.wait4(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""From a small process: a large one's memory would be counted as that of the program that takes its place."""


ATTEMPTS: Final = 3
"""Others may be at work on the same processors: what counts is the least that it took."""


def heavy_troubles(folder: Path, content: bytes, *, refused: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with the verdict on a spec, and with what it cost, in processor time and memory."""
    (folder / "heavy.yaml").write_bytes(content)
    for _ in range(ATTEMPTS):
        code, seconds, mib = _measured(folder)
        if seconds < MOST_SECONDS:
            break
    said = Said(code, *((folder / name).read_text("utf-8") for name in ("out", "err")))
    if code != (1 if refused else 0):
        yield "wrong code", f"{code}, {said.err[-500:]}"
    elif refused and None in said.places:
        yield "without a place", next(line for line in said.out.split("\n") if not PROBLEM.fullmatch(line))
    if seconds >= MOST_SECONDS:
        yield "too long", f"{seconds:.1f} s"
    if mib >= MOST_MIB:
        yield "too much memory", f"{mib:.0f} MiB"


def _measured(folder: Path) -> tuple[int, float, float]:
    """The exit code of `validate`, the seconds and the MiB that it took."""
    validate = ["-m", "pipesync", "validate", "--file", "heavy.yaml"]
    answer = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCH, "out", "err", *validate],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")},
        check=True,
        capture_output=True,
    )
    code, seconds, mib = json.loads(answer.stdout)
    return code, seconds, mib
