"""A run that loses the reply to one of its requests to the store, each in turn: before the effect and after it.

A reset, a 503 or silence; of a run that locks, reads, writes twice and unlocks, at every store that is not on this
machine's disk. One fault is outlasted: the run ends well, and the next one finds what it wrote and no lock.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import count, product
from pathlib import Path
from threading import Event, current_thread
from typing import Final

import pytest

from pipesync.errors import LockedError, StateError
from pipesync.state import State
from pipesync.store import objects, postgres
from pipesync.store.http.store import HttpStore
from pipesync.store.protocol import Store
from pipesync.store.shared import SharedStore
from pipesync.store.timing import Timing
from tests.faults.figures import Figures, Promise
from tests.faults.places import REMOTE, SERVERS, place, there_are
from tests.stored_states import FIRST, SECOND, THIRD
from tests.stores.http_runs import patience
from tests.stores.kinds import AZURE, S3, Engines, Ground, place_of
from tests.stores.moments import RENEWAL
from tests.stores.runs import info
from tests.stores.wire import HTTP_ONLY, Fault, Script, Wire, wire

SILENCE_SECONDS: Final = 0.5
"""After so much silence a request is given up in these trials; the engines answer within milliseconds."""

_BEGINNINGS: Final = (b"GET ", b"PUT ", b"POST ", b"DELETE ", b"LOCK ", b"UNLOCK ")
_ROW: Final = b"pipesync_state"
"""What a request begins with in HTTP, and what it holds in SQL."""


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ExitStack() as stack:
        engines = Engines(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for kind in there_are(engines, REMOTE, tell):
            figures = Figures()
            for before, fault in product((None, FIRST), faults_of(kind)):
                figures += swept(kind, engines, folder, fault, before)
            tell(f"{figures.trials:6} {kind}")
            whole += figures
    return whole


def faults_of(kind: str) -> list[Fault]:
    """A database does not answer by 503."""
    return [fault for fault in Fault if kind in {S3, AZURE, *SERVERS} or fault not in HTTP_ONLY]


def swept(
    kind: str, engines: Engines, folder: Path, fault: Fault, before: State | None, numbers: Iterable[int] | None = None
) -> Figures:
    """The figures of one fault at these requests of a run that finds `before`: at all of them, if nothing is said."""
    figures = Figures()
    for number in numbers or count(1):
        script = Script(fault, _is_request, number)
        with place(kind, engines, folder) as ground, pytest.MonkeyPatch.context() as patch:
            patch.setattr(objects, "REQUEST_SECONDS", SILENCE_SECONDS)
            patch.setattr(postgres, "CALL_SECONDS", SILENCE_SECONDS)
            found = list(_wrongs(ground, script, before))
        if script.seen < number:
            break
        figures.trials += 1
        figures.add(f"{kind}, request {number} {fault}", found)
    return figures


def _wrongs(ground: Ground, script: Script, before: State | None) -> Iterator[tuple[str, str]]:
    assert ground.engine is not None
    if before is not None:
        ground.open().write(before, replacing=None)
    with wire(ground.engine.port) as line:
        os.environ.update(ground.engine.through(line.port))
        try:
            yield from _run(_opened(ground, line), line, script, before)
        except LockedError as error:
            yield "false 'locked'", error.what
        except StateError as error:
            yield "runs that failed", error.what
        os.environ.update(ground.engine.environment)
    try:
        with ground.open().lock(info("the next run"), 0) as hold:
            if hold.taken_from is not None:
                yield "orphaned locks", str(hold.taken_from)
            if (left := ground.open().read()) is None or left.to_json() != THIRD.to_json():
                yield "lost writes", f"serial {left and left.serial}"
    except LockedError as error:
        yield "orphaned locks", error.what


def _run(store: Store, line: Wire, script: Script, before: State | None) -> Iterator[tuple[str, str]]:
    line.follow(script)
    with store.lock(info(), 0) as hold:
        if (found := store.read()) != before:
            yield "lost writes", f"serial {found and found.serial} is read"
        store.write(SECOND, replacing=before)
        store.write(THIRD, replacing=SECOND)
    if (words := hold.left_behind()) is not None:
        yield "orphaned locks", words


def _opened(ground: Ground, line: Wire) -> Store:
    """The store behind `line`, which does not wait between its attempts."""
    assert ground.engine is not None
    location = ground.location.replace(f":{ground.engine.port}/", f":{line.port}/")
    if ground.kind in SERVERS:
        return HttpStore.of(location, {}, patience(silence=SILENCE_SECONDS))
    return SharedStore(place_of(location), Timing(wait=_wait))


def _wait(event: Event, seconds: float) -> bool:
    return event.wait(seconds if current_thread().name == RENEWAL else 0)


def _is_request(data: bytes) -> bool:
    return data.startswith(_BEGINNINGS) or _ROW in data


PROMISE: Final = Promise(
    "replies",
    "lost replies of the lock, the reads, the writes and the unlock do no harm",
    "replies lost",
    ("orphaned locks", "false 'locked'", "lost writes", "runs that failed"),
    measure,
)
