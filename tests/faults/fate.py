"""When a run is to be struck by a signal, SIGKILL for one, and the hand that does it from outside."""

import os
import signal
import sys
import threading
from dataclasses import dataclass
from time import monotonic
from typing import Final, Literal

from tests.faults.gate import Gate, Trap

Moment = Literal[
    "never",
    "asked",
    "told",
    "received",
    "effect",
    "answered",
    "file",
    "call",
    "step",
    "bug",
    "failing",
    "trickle",
    "drip",
    "stall",
    "wait",
    "sent",
    "kept",
]
"""`asked`: a reading request has arrived, `told`: it is about to be answered; `received`, `effect`: the same of one
that writes. `answered`: the run has the answer. `file`: before an operation on a file, which is after the one before
it. `call`: before or after a function of the code that acts; `step`: of any function of ours; `bug`: it fails there.
`failing`: from that rename of a file of the state on, the disk fails.
`trickle`: while the answer to a reading request comes, byte by byte; `drip`: to one that writes. `stall`, `wait`:
before the wait for another attempt of the one or the other. `sent`: a request has arrived at the place of the state,
`kept`: it is about to be answered there.
"""

_OUTSIDE: Final[dict[str, tuple[Literal["received", "effect", "drip"], bool]]] = {
    "asked": ("received", True),
    "told": ("effect", True),
    "received": ("received", False),
    "effect": ("effect", False),
    "trickle": ("drip", True),
    "drip": ("drip", False),
}


@dataclass(frozen=True)
class Point:
    """When a run is struck: at the `number`th `moment`, counted from 1.

    `blow` is the signal. `hangs`: the API answers no more from then on. `again`: once more, so many moments later.
    """

    moment: Moment
    number: int
    blow: signal.Signals = signal.SIGKILL
    hangs: bool = False
    again: int = 0

    def __str__(self) -> str:
        hanging = " while it hangs" if self.hangs else ""
        return f"{self.moment} {self.number}{hanging}{f', and {self.again} later' if self.again else ''}"


NEVER: Final = Point("never", 0)


class Fate:
    """The signal for the run that walks into the trap. SIGKILL shuts the gate: a dead run has no effect any more."""

    def __init__(self, gate: Gate, at: Point) -> None:
        self._gate = gate
        self._at = at
        self._victim = 0
        self._known = threading.Event()
        self._over = threading.Event()
        self.struck_at: float | None = None

    def trap(self) -> Trap | None:
        at = self._at
        if at.moment not in _OUTSIDE:
            return None
        moment, reads = _OUTSIDE[at.moment]
        return Trap(moment, at.number, sys.maxsize if at.hangs else at.number, self.strike, reads)

    def trap_at_the_state(self) -> Trap | None:
        """The one for the door of a state that is elsewhere."""
        at = self._at
        if at.moment not in {"sent", "kept"}:
            return None
        return Trap("received" if at.moment == "sent" else "effect", at.number, at.number, self.strike)

    def victim(self, process: int) -> None:
        self._victim = process
        self._known.set()

    def is_over(self) -> None:
        """The run has ended: what hung need not hang any longer."""
        self._over.set()

    def strike(self) -> None:
        self._known.wait()
        if self._at.blow is signal.SIGKILL:
            self._gate.shut()
            os.kill(self._victim, signal.SIGKILL)
            raise ConnectionAbortedError("nobody is there to be answered")
        if self.struck_at is None:
            self.struck_at = monotonic()
            os.kill(self._victim, self._at.blow)
        if self._at.hangs:
            self._over.wait()
