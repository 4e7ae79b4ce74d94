"""Runs that are forked from one process, which has imported everything (`doomed`): how they are ordered, and end."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ended:
    """A run that is over; `code` is negative if a signal ended it, `seconds` is how long that took after the blow.

    Without a blow, `events` is how many there were of those that were counted.
    """

    code: int
    out: str
    err: str
    seconds: float | None = None
    events: int = 0

    @property
    def killed(self) -> bool:
        return self.code == -9


class Forks:
    """The process that runs are forked from. One or several at once; each is to be heard of before the next begin."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def begin(self, *orders: dict[str, Any]) -> list[int]:
        """The processes that live by the orders."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        return [int(self._answer()) for _ in orders]

    def end(self) -> tuple[int, int]:
        """Waits until one of them is over: which one, from 0, and its exit code (negative: the signal)."""
        number, code = map(int, self._answer().split())
        return number, code

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def forks() -> Iterator[Forks]:
    """Coverage does not follow: it would take longer than the runs do, and the dead tell nothing."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.doomed"],
        cwd=Path(__file__).parents[2],
        env={name: value for name, value in os.environ.items() if name not in coverage()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Forks(process)


def coverage() -> dict[str, str]:
    """What coverage needs to measure a process that this one starts."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
