"""Something else in the place of a file: what no command may wait for, replace, or take for a file that is missing."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.faults.damage.saved import PLAN
from tests.faults.damage.saved import REMEDIES as AGAIN
from tests.faults.damage.states import LATER, READING, REMEDIES, WRITING, refused
from tests.faults.figures import Figures
from tests.faults.inside import inside
from tests.faults.opening import opening
from tests.faults.stage import STATE, Stage

NOBODY: Final = 65534
"""Debian's user that owns nothing: who runs the tests may be one who is let in everywhere."""


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "within").write_bytes(b"{}")


def _socket(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:  # the name of a socket is short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


def _unreadable(path: Path) -> None:
    path.write_bytes(b"{}")
    path.chmod(0)


PLACES: Final[dict[str, Callable[[Path], None]]] = {
    "a folder": _folder,
    "a link to a disk that is not there": lambda path: path.symlink_to("no-disk/is.json"),
    "a link in a circle": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a folder": lambda path: path.symlink_to("."),
    "a named pipe": os.mkfifo,
    "a socket": _socket,
    "a file that may not be read": _unreadable,
}


def judge(on: Stage, figures: Figures) -> None:
    """Every place, of the state and of the plan, through every command."""
    scene = opening(on, LATER)
    for name, make in PLACES.items():
        on.set(scene)
        (on.there / "copy.json").write_bytes(scene.files[STATE])
        (on.there / STATE).unlink()
        make(on.there / STATE)
        figures.trials += 1
        for command in (*READING, *WRITING):
            figures.add(f"state, {name}, {' '.join(command)}", _told(on, name, command, STATE, REMEDIES))
        figures.add(f"state, {name}", _is_still(on.there / STATE))
        on.set(scene)
        (on.there / PLAN).unlink()
        make(on.there / PLAN)
        figures.trials += 1
        for command in (("show", PLAN), ("apply", PLAN)):
            figures.add(f"plan, {name}, {' '.join(command)}", _told(on, name, command, PLAN, AGAIN))
        figures.add(f"plan, {name}", _is_still(on.there / PLAN))
        shutil.rmtree(on.there)


def _told(
    on: Stage, name: str, command: tuple[str, ...], file: str, remedies: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    ended = inside(on, *command, by=_as_nobody() if name.endswith("may not be read") else None)
    yield from refused(ended, file, remedies)
    if any(request.writes for request in on.gate.requests):
        yield "applied", repr(ended)


def _is_still(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_file() and path.stat().st_mode & 0o777:
        yield "overwritten", str(path)


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Files are opened as this user, if we are one who may open all."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
