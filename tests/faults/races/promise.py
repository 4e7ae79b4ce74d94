"""Eight applies of one state at once, as processes of their own, round after round, at every kind of store.

Whoever gets the lock waits at the API's door until the others are over: if two get it, both are seen there.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from pipesync.cli.exits import Exit
from pipesync.errors import LockedError
from tests.faults.figures import Figures, Promise
from tests.faults.forks import Ended
from tests.faults.places import EVERY, place, there_are
from tests.faults.plans import PlanKind, chain
from tests.faults.stage import Scene, Stage, stage
from tests.stores.kinds import Engines, Ground
from tests.stores.runs import info

RUNS: Final = 8
ROUNDS: Final = 20

TURNS: Final = tuple(PlanKind("a chain", None, chain("pg-a", "dev", "stage", "eu", days=days)) for days in (1, 2))
"""What the rounds ask for in turn: each has something to change."""

CHANGES: Final = 2
"""A round's calls that write."""


def measure(tell: Callable[[str], None]) -> Figures:
    whole = Figures()
    with ExitStack() as stack:
        engines = Engines(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        on = stack.enter_context(stage(folder))
        for kind in there_are(engines, EVERY, tell):
            with place(kind, engines, folder) as ground:
                figures = raced(on, ground, ROUNDS)
            tell(f"{figures.trials:6} {kind}")
            whole += figures
    return whole


def raced(on: Stage, ground: Ground, rounds: int) -> Figures:
    """The figures of so many rounds at a fresh place."""
    figures = Figures()
    on.set(Scene((), {}))
    credentials = ground.engine.environment if ground.engine else {}
    on.environment = {**credentials, "PIPESYNC_STATE": ground.location}
    for number in range(rounds):
        turn = TURNS[number % len(TURNS)]
        on.write(turn.text(turn.new))
        ended = on.race(RUNS, "apply", "--auto-approve")
        figures.amounts["runs"] += len(ended)
        figures.amounts["changes"] += sum(request.writes for request in on.gate.requests)
        figures.add(f"{ground.kind}, round {number + 1}", _wrongs(on, ground, turn, ended))
        figures.trials += 1
    return figures


def _wrongs(on: Stage, ground: Ground, turn: PlanKind, ended: list[Ended]) -> Iterator[tuple[str, str]]:
    winners = {number for number, run in enumerate(ended) if run.code == Exit.DONE}
    if len(winners) != 1:
        yield ("without a winner" if not winners else "with two"), repr(ended)
    for run in ended:
        if run.code not in {Exit.DONE, Exit.LOCKED}:
            yield "other codes", repr(run)
    for request in on.gate.requests:
        if request.writes and request.by not in winners:
            yield "changes by losers", f"{request}"
    if on.edges() != {step.destination: (step.source, step.days) for step in turn.new}:
        yield "changes lost", repr(on.edges())
    try:
        with ground.open().lock(info("onlooker"), 0):
            pass
    except LockedError as error:
        yield "locks left", str(error)


PROMISE: Final = Promise(
    "races",
    "of eight concurrent applies one wins, and the others change nothing",
    "rounds",
    ("without a winner", "with two", "changes by losers", "other codes", "locks left"),
    measure,
)
