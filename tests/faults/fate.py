"""When a run is to die, and the hand that kills it from outside."""

import os
import signal
import threading
from dataclasses import dataclass
from typing import Final, Literal

from tests.faults.gate import Gate, Trap

Moment = Literal["never", "asked", "told", "received", "effect", "answered", "file", "call"]
"""`asked`: a reading request has arrived, `told`: it is about to be answered; `received`, `effect`: the same of one
that writes. `answered`: the run has the answer. `file`: before an operation on a file, which is after the one before
it. `call`: before or after a function of the code that acts.
"""

_OUTSIDE: Final[dict[str, tuple[Literal["received", "effect"], bool]]] = {
    "asked": ("received", True),
    "told": ("effect", True),
    "received": ("received", False),
    "effect": ("effect", False),
}


@dataclass(frozen=True)
class Point:
    """When a run is killed: at the `number`th `moment`, counted from 1."""

    moment: Moment
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
        if at.moment not in _OUTSIDE:
            return None
        moment, reads = _OUTSIDE[at.moment]
        return Trap(moment, at.number, at.number, self.strike, reads)

    def victim(self, process: int) -> None:
        self._victim = process
        self._known.set()

    def strike(self) -> None:
        self._gate.shut()
        self._known.wait()
        os.kill(self._victim, signal.SIGKILL)
        raise ConnectionAbortedError("nobody is there to be answered")
