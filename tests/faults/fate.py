"""When a run is to die, and the hand that kills it from outside."""

import os
import signal
import threading
from dataclasses import dataclass
from typing import Final

from tests.faults.gate import Gate, Trap


@dataclass(frozen=True)
class Point:
    """When a run is killed: `received` or `effect` of the nth write, or before the nth `rename`, `file` or `call`."""

    moment: str
    number: int

    def __str__(self) -> str:
        return f"{self.moment} {self.number}"


NEVER: Final = Point("never", 0)


class Fate:
    """SIGKILL for the run that walks into the trap."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._victim = 0
        self._known = threading.Event()

    def trap(self, at: Point) -> Trap | None:
        match at.moment:
            case "received" | "effect" as moment:
                return Trap(moment, at.number, at.number, self._strike)
            case _:
                return None

    def victim(self, process: int) -> None:
        self._victim = process
        self._known.set()

    def _strike(self) -> None:
        self._gate.shut()
        self._known.wait()
        os.kill(self._victim, signal.SIGKILL)
        raise ConnectionAbortedError("nobody is there to be answered")
