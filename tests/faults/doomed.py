"""Runs of pipesync that may strike themselves with a signal, each forked from a process that has imported everything.

`python -m tests.faults.doomed` reads lists of orders (JSON), one a line: of runs that begin at once. It answers with
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
import time
from importlib import import_module
from typing import Any, Final, NoReturn

from pydantic import BaseModel

from pipesync.spec import faults
from tests.faults.blows import OURS, Blow, await_blow, be_wrong, let_the_disk_fail
from tests.faults.haste import hasten, stay_awake

PR_SET_PTRACER: Final = 0x59616D61
"""prctl(2): who may trace this process, where the Yama module lets only ancestors; -1 is anybody."""

MOST_SECONDS: Final = 60
"""A run that takes this long hangs, and is ended by SIGALRM."""


def main() -> None:
    _prepare()
    for line in sys.stdin:
        begun = [_begin(order) for order in json.loads(line)]
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
    """The run that was ordered; `moment` and `numbers` say when it is struck or has a bug, `hasty` not to wait."""
    from pipesync.cli.entry import leave_at_once
    from pipesync.cli.main import main as run

    code: Any = 1
    blow: Blow | None = None
    try:
        signal.alarm(MOST_SECONDS)
        _enter(order)
        leave_at_once()
        match order["moment"]:
            case "bug":
                sys.setprofile(be_wrong(order["numbers"][0]))
            case "failing":
                let_the_disk_fail(order["numbers"][0])
            case moment if moment != "never":
                await_blow(moment, blow := Blow(order["numbers"], order["blow"], order["struck"]))
        if order.get("stops"):
            _stand_still()
        run(order["arguments"])
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001  as Python does it at the end of a process
        sys.excepthook(*sys.exc_info())
    finally:
        sys.setprofile(None)
        if blow is not None:
            blow.tell()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _enter(order: dict[str, Any]) -> None:
    """Be in the place, and at the time, that the order is for."""
    for descriptor, name in enumerate((os.devnull, order["out"], order["err"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), descriptor)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["hasty"]:
        hasten()
    if order.get("sleepless"):
        stay_awake()
    if clock := order.get("clock"):
        _shift_clock(clock)
    if after := order.get("after"):
        os.close(os.open(after, os.O_RDONLY))


def _shift_clock(path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123  no more than what mmap asks for
        shift = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
    clock = time.clock_gettime
    time.clock_gettime = lambda which: clock(which) + struct.unpack("d", shift[:8])[0]


def _stand_still() -> None:
    """Stop until somebody has looked at this process, whoever it is, and lets it go on."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)  # fails where all may look anyway
    os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    main()
