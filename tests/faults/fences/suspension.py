"""A run that sleeps while another takes its lock away and applies something else: what it still does after it."""

import os
import re
import signal
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pipesync.errors import LockedError
from pipesync.state import State
from tests.faults.fences.line import Line, Moment
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.gate import Trap
from tests.faults.opening import opening
from tests.faults.places import make_state
from tests.faults.plans import PlanKind, Step, chain
from tests.faults.stage import STATE, Scene, Stage
from tests.stores.kinds import PGBOUNCER, POSTGRES, Ground
from tests.stores.runs import info

SLEEP_SECONDS: Final = 303.0
"""After five minutes, and 2 s for rounding, a lock that is not renewed may be broken."""

PLAN: Final = PlanKind(
    "a create, an update, a replace and a delete",
    (*chain("pg-a", "dev", "eu"), *chain("pg-b", "dev", "us"), *chain("pg-c", "dev", "ap")),
    (*chain("pg-a", "stage", "eu"), Step("dev/pg-b", "us/pg-b", 2), *chain("pg-b", "dev", "stage")),
)
"""What the run does that is to sleep."""

WRITES: Final = 5
"""Its calls that write: a POST, a PATCH, a DELETE with its POST, and a DELETE."""

OTHER: Final = PlanKind(
    "another opinion on each of these",
    None,
    (Step("dev/pg-a", "eu/pg-a", 3), Step("dev/pg-b", "us/pg-b", 5), *chain("pg-c", "dev", "ap")),
)

_LOCK_ID: Final = re.compile(r"lock id (\S+)")


@dataclass(frozen=True)
class Point:
    """Where a run falls asleep: at its `number`th request to the `store`, or `write` or `read` at the API."""

    at: str
    number: int
    moment: Moment

    def __str__(self) -> str:
        return f"asleep at {self.at} {self.number}, {self.moment}"


class Trial:
    """One run that sleeps at a point, and the one that goes on meanwhile."""

    def __init__(self, on: Stage, ground: Ground, line: Line, scene: Scene, state: State) -> None:
        self._on, self._ground, self._line = on, ground, line
        self._clock, self._pipe = on.folder / "clock", on.folder / "pipe"
        self._pipe.unlink(missing_ok=True)
        os.mkfifo(self._pipe)
        self._set_clock(0.0)
        self._sleeper = 0
        self._known, self._other_ended = threading.Event(), threading.Event()
        self.slept = False
        self.owned = False
        self._heard = 0
        self._had_asked = False
        self._left: State | None = None
        make_state(ground, state, on.folder)
        on.set(scene)

    def run(self, at: Point) -> Iterator[tuple[str, str]]:
        """What is wrong in the end. The run did not get there if `slept` is false."""
        trap = self._set_trap(at)
        ended = self._ended(trap)
        if "Traceback" in ended[0].err + ended[1].err:
            yield "tracebacks", ended[0].err + ended[1].err
        if ended[1].code != 0:
            yield "other run failed", told(ended[1])
        elif self._had_asked or (self.owned and ended[0].code):
            yield from self._touched(ended[0])
        elif ended[0].code == 0 and self._on.edges() != edges_of(PLAN):  # it took the lock afterwards, and began then
            yield "changes lost", told(ended[0])
        yield from self._unowned()

    def _set_trap(self, at: Point) -> Trap | None:
        self._line.count()
        if at.at == "store":
            self._line.expect(at.number, at.moment, self._sleep)
            return None
        moment: Literal["received", "effect"] = "received" if at.moment is Moment.LATE else "effect"
        spring = self._sleep if at.moment is Moment.ANSWERED else self._sleep_and_lose
        return Trap(moment, at.number, at.number, spring, reads=at.at == "read", by=0)

    def _ended(self, trap: Trap | None) -> tuple[Ended, Ended]:
        """The run that is to sleep and the other one, once both are over."""
        mine = {"clock": str(self._clock)}
        processes = self._on.begin(
            (("apply", "--auto-approve", "--parallelism", "1"), self._through_line(), mine),
            (("apply", "--auto-approve", "-f", "other.yaml"), self._direct(), {"after": str(self._pipe)}),
            trap=trap,
        )
        self._sleeper = processes[0]
        self._known.set()
        ended: dict[int, Ended] = {}
        for _ in processes:
            number, how = self._on.end()
            ended[number] = how
            if number == 1:
                self._other_ended.set()
            elif not self.slept:
                self._wake_other()
        self._on.gate.wait_until_quiet()
        return ended[0], ended[1]

    def _sleep(self) -> None:
        """What happens while the run sleeps."""
        self.slept = True
        self._known.wait()
        os.kill(self._sleeper, signal.SIGSTOP)
        self.owned = self._break_lock()
        self._wake_other()
        assert self._other_ended.wait(60)
        self._left = self._ground.open().read()
        requests = self._on.gate.requests
        self._heard, self._had_asked = len(requests), any(request.by == 0 for request in requests)
        self._set_clock(SLEEP_SECONDS)
        os.kill(self._sleeper, signal.SIGCONT)

    def _sleep_and_lose(self) -> None:
        self._sleep()
        raise ConnectionAbortedError("the request, or its answer, is lost")

    def _break_lock(self) -> bool:
        """Whether there was one. A database can be told that five minutes have passed: the next apply does it."""
        try:
            with self._ground.open().lock(info("onlooker"), 0):
                return False
        except LockedError as error:
            found = _LOCK_ID.search(error.what)
        assert found is not None
        if self._ground.kind in {POSTGRES, PGBOUNCER}:
            self._ground.backdate(f"{SLEEP_SECONDS} seconds")
        else:
            self._ground.open().unlock(found[1])
        return True

    def _wake_other(self) -> None:
        self._pipe.write_bytes(b"")

    def _touched(self, ended: Ended) -> Iterator[tuple[str, str]]:
        """What the run changed that had lost its lock."""
        if self._ground.open().read() != self._left:
            yield "overwrites", told(ended)
        for request in self._on.gate.requests[self._heard :]:
            if request.by == 0 and request.writes:
                yield "late API calls", f"{request} of {told(ended)}"
        if (edges := self._on.edges()) != edges_of(OTHER):
            yield "changes undone", f"{edges} by {told(ended)}"

    def _unowned(self) -> Iterator[tuple[str, str]]:
        """What is wrong with what is left, whoever was the last."""
        store = self._ground.open()
        try:
            with store.lock(info("onlooker"), 0):
                state = store.read()
        except LockedError as error:
            yield "locks left", str(error)
            return
        recorded = {step.step.address: step.step_id for step in state.steps} if state else {}
        if recorded != self._on.ids():
            yield "unowned", f"recorded {recorded}, live {self._on.ids()}"

    def _set_clock(self, seconds: float) -> None:
        with self._clock.open("r+b" if self._clock.exists() else "wb") as file:
            file.write(struct.pack("d", seconds))

    def _direct(self) -> dict[str, str]:
        engine = self._ground.engine
        assert engine is not None
        return {**engine.environment, "PIPESYNC_STATE": self._ground.location}

    def _through_line(self) -> dict[str, str]:
        engine = self._ground.engine
        assert engine is not None
        location = self._ground.location.replace(f":{engine.port}/", f":{self._line.port}/")
        return {**engine.through(self._line.port), "PIPESYNC_STATE": location}


def edges_of(kind: PlanKind) -> dict[str, tuple[str, int]]:
    return {step.destination: (step.source, step.days) for step in kind.new}


def told(ended: Ended) -> str:
    return f"a run with code {ended.code}: {ended.err[-600:]}"


def opened(on: Stage) -> tuple[Scene, State]:
    """The scene before the run that sleeps, its folder without the state, which belongs into a store."""
    scene = opening(on, PLAN)
    state = on.state()
    assert state is not None
    files = {name: text for name, text in scene.files.items() if not name.startswith((STATE, "plan"))}
    return Scene(scene.steps, {**files, "other.yaml": OTHER.text(OTHER.new).encode()}), state


def slept(on: Stage, ground: Ground, line: Line, before: tuple[Scene, State], at: Point, figures: Figures) -> bool:
    """Whether the run got as far as that point."""
    trial = Trial(on, ground, line, *before)
    found = list(trial.run(at))
    if trial.slept:
        figures.trials += 1
        figures.amounts["with the lock"] += trial.owned
        figures.add(f"{ground.kind}, {at}", found)
    return trial.slept
