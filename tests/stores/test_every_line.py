"""A signal on whatever line a run is while it takes the lock, has it and gives it back: no lock is left."""

import contextlib
import linecache
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from pipesync import store as stores
from pipesync.store.parting import Parting
from tests.faults.haste import at_once
from tests.faults.places import REMOTE, place
from tests.stores.kinds import EVERY_ENGINE, LEFT_OUT, Engines, Ground
from tests.stores.runs import info

CODE: Final = (str(Path(stores.__file__).parent), contextlib.__file__)
"""Whose lines are meant: the stores', and those that enter and leave their blocks."""

EVERY: Final = 1 if EVERY_ENGINE else 5
"""Of so many lines one is tried: `make test-stores` tries each."""


@pytest.fixture(params=[kind for kind in REMOTE if kind not in LEFT_OUT])
def ground(request: pytest.FixtureRequest, engines: Engines, tmp_path: Path) -> Iterator[Ground]:
    with place(request.param, engines, tmp_path) as made:
        yield made


class Strike:
    """Raises KeyboardInterrupt before the line number `at` that the main thread comes to, as a signal does."""

    def __init__(self, at: int) -> None:
        self._left = at
        self.struck = ""

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            yield
        finally:
            sys.settrace(before)

    def _trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        name, number = frame.f_code.co_filename, frame.f_lineno
        if not name.startswith(CODE) or self.struck:
            return None
        # Python looks for signals where something is called, and at `try:` nothing is.
        if event == "line" and linecache.getline(name, number).strip() != "try:":
            self._left -= 1
            if self._left == 0:
                self.struck = f"{name}:{number}"
                raise KeyboardInterrupt
        return self._trace


def test_no_lock_is_left_whatever_line_a_signal_comes_on(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes out as what it is, and an onlooker gets the lock at once, which nobody had to break."""
    monkeypatch.setattr(Parting, "wait", at_once)
    for at in count(1, EVERY):
        strike = Strike(at)
        with contextlib.suppress(KeyboardInterrupt), strike.armed(), ground.open().lock(info(f"run-{at}"), 0):
            pass
        if not strike.struck:
            break
        with ground.open().lock(info("onlooker"), 0) as hold:
            assert hold.taken_from is None, strike.struck
    assert at > 200
