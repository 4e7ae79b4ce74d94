"""Runs of pipesync that may kill themselves: each a process of its own, forked from one that has imported everything.

`python -m tests.faults.doomed` reads orders (JSON), one a line or a list of those that begin at once. It answers with
a line for each that has begun, the process's id, and one for each that has ended: its number among those that began
with it, from 0, and its exit code (negative: the signal).

An order may name a pipe, `after`: the run begins when somebody has opened it for writing; and a file of 8 bytes,
`clock`: so many seconds (a double, in the machine's order) are added to the clock that goes on while a machine sleeps.
"""

import ctypes
import gc
import json
import mmap
import os
import pkgutil
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from pydantic import BaseModel

import pipesync
from pipesync.spec import faults
from tests.faults.haste import hasten

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

PR_SET_PTRACER: Final = 0x59616D61
"""prctl(2): who may trace this process, where the Yama module lets only ancestors; -1 is anybody."""

MOST_SECONDS: Final = 60
"""A run that takes this long hangs, and is ended by SIGALRM."""


def main() -> None:
    _prepare()
    for line in sys.stdin:
        order = json.loads(line)
        begun = [_begin(one) for one in (order if isinstance(order, list) else [order])]
        print(*begun, sep="\n", flush=True)
        for _ in begun:
            process, status = os.wait()
            print(begun.index(process), os.waitstatus_to_exitcode(status), flush=True)


def _begin(order: dict[str, Any]) -> int:
    """The id of the process that lives by the order."""
    process = os.fork()
    if not process:
        _live(order)
    if order.get("stops"):
        os.waitpid(process, os.WUNTRACED)  # from now on it stands still
    return process


def _prepare() -> None:
    """Import and build here what each run would have to by itself: that takes longer than what it is there for."""
    for module in pkgutil.walk_packages([str(OURS)], "pipesync."):
        if not module.name.startswith(("pipesync.sandbox", "pipesync.__main__")):
            import_module(module.name)
    models = [BaseModel]
    for model in models:
        models += model.__subclasses__()
        if model.__module__.startswith("pipesync."):
            model.model_rebuild()
    list(faults.batches(faults.SPEC, {"version": 1}))
    gc.collect()
    gc.freeze()


def _live(order: dict[str, Any]) -> NoReturn:
    """The run that was ordered; `moment` and `number` say when it is to die by its own hand, or to fail, `hasty` not to
    wait.
    """
    from pipesync.cli.main import main as run

    code: Any = 1
    try:
        signal.alarm(MOST_SECONDS)
        for descriptor, name in enumerate((os.devnull, order["out"], order["err"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), descriptor)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        if order["hasty"]:
            hasten()
        if clock := order.get("clock"):
            _shift_clock(clock)
        if after := order.get("after"):
            os.close(os.open(after, os.O_RDONLY))
        _await_death(order["moment"], order["number"])
        if order.get("stops"):
            _stand_still()
        run(order["arguments"])
    except SystemExit as end:
        code = end.code
    except Exception:  # noqa: BLE001  as Python does it at the end of a process
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _shift_clock(path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123  no more than what mmap asks for
        shift = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
    clock = time.clock_gettime
    time.clock_gettime = lambda which: clock(which) + struct.unpack("d", shift[:8])[0]


def _stand_still() -> None:
    """Stop until somebody has looked at this process, whoever it is, and lets it go on."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)  # fails where all may look anyway
    os.kill(os.getpid(), signal.SIGSTOP)


def _await_death(moment: str, number: int) -> None:
    """Dies by its own hand at the `number`th `file`, `answered` or `call` (fate.Moment).

    At the `number`th call of a function of ours it has a `bug`, or is sent the signal that is named instead.
    """
    if moment == "bug" or moment in signal.Signals.__members__:
        sys.setprofile(_failing(moment, number))
        return
    happens = {"file": _file_operation, "answered": _answer, "call": _call}.get(moment)
    if happens is None:
        return
    count = iter(range(1, number))

    def see(frame: FrameType, event: str, argument: Any) -> None:
        if happens(frame, event, argument) and next(count, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(see)
    sys.setprofile(see)


def _failing(moment: str, number: int) -> Callable[[FrameType, str, Any], None]:
    """A bug tells all that its function was called with, and the environment."""
    count = iter(range(1, number))

    def see(frame: FrameType, event: str, _argument: Any) -> None:
        ours = event == "call" and frame.f_code.co_filename.startswith(str(OURS))
        if not ours or next(count, None) is not None:
            return
        sys.setprofile(None)
        if moment == "bug":
            raise RuntimeError(f"a bug with {frame.f_locals!r} in {dict(os.environ)!r}")
        signal.raise_signal(signal.Signals[moment])

    return see


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


if __name__ == "__main__":
    main()
