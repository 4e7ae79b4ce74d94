"""Runs of pipesync that may kill themselves: each a process of its own, forked from one that has imported everything.

`python -m tests.faults.doomed` reads orders (JSON), one a line or a list of those that begin at once. It answers with
a line for each that has begun, the process's id, and one for each that has ended: its number among those that began
with it, from 0, and its exit code (negative: the signal).

An order may name a pipe, `after`: the run begins when somebody has opened it for writing; and a file of 8 bytes,
`clock`: so many seconds (a double, in the machine's order) are added to the clock that goes on while a machine sleeps.
"""

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
    """The run that was ordered; `moment` and `number` say when it is to die by its own hand, `hasty` not to wait."""
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
        run(order["arguments"])
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _shift_clock(path: str) -> None:
    with open(path, "rb") as file:  # noqa: PTH123  no more than what mmap asks for
        shift = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)
    clock = time.clock_gettime
    time.clock_gettime = lambda which: clock(which) + struct.unpack("d", shift[:8])[0]


def _await_death(moment: str, number: int) -> None:
    """Dies before the `number`th `rename` of a file of the state, `file` operation on one, or `call` of a function."""
    count = iter(range(1, number))

    def pass_on() -> None:
        if next(count, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    if moment in {"rename", "file"}:
        sys.addaudithook(_file_events(moment, pass_on))
    elif moment == "call":
        threading.setprofile(_calls(pass_on))
        sys.setprofile(_calls(pass_on))


def _file_events(moment: str, happened: Callable[[], None]) -> Callable[[str, tuple[Any, ...]], None]:
    events = {"os.rename"} if moment == "rename" else {"open", "os.rename", "os.remove"}
    folder = os.getcwd()  # noqa: PTH109  compared with what the system is asked for, which is text

    def see(event: str, arguments: tuple[Any, ...]) -> None:
        if event in events and ("pipesync.state" in str(arguments[0]) or arguments[0] == folder):
            happened()

    return see


def _calls(happened: Callable[[], None]) -> Callable[[FrameType, str, Any], None]:
    def see(frame: FrameType, event: str, _argument: Any) -> None:
        if event in {"call", "return"} and frame.f_code.co_filename.startswith(ACTING):
            happened()

    return see


if __name__ == "__main__":
    main()
