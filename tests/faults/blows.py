"""What befalls a run from within, at a moment of its own: a signal, or a bug."""

import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pipesync
from tests.faults.haste import be_told_of_waits

OURS: Final = Path(pipesync.__file__).parent

ACTING: Final = tuple(
    str(OURS / name)
    for name in ("apply.py", "agenda.py", "calls.py", "recording.py", "workers.py", "store", "aiven", "cli/applying.py")
)
"""The code that acts; the rest only decides."""

STORE: Final = str(OURS / "store")

TRANSPORT: Final = str(OURS / "aiven" / "transport.py")

CHANGING: Final = frozenset({"open", "flush", "fsync", "replace", "unlink", "ftruncate", "pwrite"})
"""A text or a few bytes that are written reach the file with `flush`."""


class Blow:
    """Strikes this process with a signal at the moments of these numbers; `told` holds when it did so first."""

    def __init__(self, numbers: Sequence[int], number: int, told: str) -> None:
        self._count = count(1)
        self._numbers = frozenset(numbers)
        self._signal = number
        self._told = os.open(told, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        self._lock = threading.Lock()

    def __call__(self) -> None:
        if next(self._count) in self._numbers:
            self._tell(at=time.monotonic())
            os.kill(os.getpid(), self._signal)

    def tell(self) -> None:
        """That there was no blow, and how many moments."""
        self._tell(events=next(self._count) - 1)

    def _tell(self, **what: float) -> None:
        with self._lock:
            if not os.fstat(self._told).st_size:
                os.write(self._told, json.dumps(what).encode())


def await_blow(moment: str, blow: Blow) -> None:
    """Struck at a moment within the run (fate.Moment)."""
    if moment in {"stall", "wait"}:
        be_told_of_waits(blow)
    happens = {"file": _file_operation, "answered": _answer, "call": _call, "step": _step}.get(moment)
    if happens is None:
        return

    def see(frame: FrameType, event: str, argument: Any) -> None:
        if happens(frame, event, argument):
            blow()

    threading.setprofile(see)
    sys.setprofile(see)


def _file_operation(frame: FrameType, event: str, function: Any) -> bool:
    """Before a call of the system that changes a file, on behalf of a store."""
    return event == "c_call" and function.__name__ in CHANGING and _serves(frame, STORE)


def _serves(frame: FrameType | None, code: str) -> bool:
    """Whether `code` is among the callers, a few steps up: pathlib and io lie in between."""
    for _ in range(4):
        if frame is None:
            return False
        if frame.f_code.co_filename.startswith(code):
            return True
        frame = frame.f_back
    return False


def _answer(frame: FrameType, event: str, _argument: Any) -> bool:
    """A call of the API has its answer."""
    return event == "return" and frame.f_code.co_name == "attempt" and frame.f_code.co_filename == TRANSPORT


def _call(frame: FrameType, event: str, _argument: Any) -> bool:
    return event in {"call", "return"} and frame.f_code.co_filename.startswith(ACTING)


def _step(frame: FrameType, event: str, _argument: Any) -> bool:
    return event in {"call", "return"} and frame.f_code.co_filename.startswith(str(OURS))


def be_wrong(number: int) -> Callable[[FrameType, str, Any], None]:
    """A bug at the `number`th function of ours tells all that it was called with, and the environment."""
    counted = iter(range(1, number))

    def see(frame: FrameType, event: str, _argument: Any) -> None:
        ours = event == "call" and frame.f_code.co_filename.startswith(str(OURS))
        if not ours or next(counted, None) is not None:
            return
        sys.setprofile(None)
        raise RuntimeError(f"a bug with {frame.f_locals!r} in {dict(os.environ)!r}")

    return see


def let_the_disk_fail(number: int) -> None:
    """From the `number`th rename of a file of the state on, each fails."""
    spared = iter(range(1, number))

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename" and "pipesync.state" in str(arguments[0]) and next(spared, None) is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    sys.addaudithook(see)
