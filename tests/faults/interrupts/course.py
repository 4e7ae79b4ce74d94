"""A run that is interrupted at a point: how it ends, and what the next run makes of what it has left."""

from collections.abc import Iterator
from signal import SIGINT, SIGTERM, Signals
from typing import Final

from tests.faults.fate import Point
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.kills.aftermath import put_right
from tests.faults.plans import PlanKind
from tests.faults.seen import Seen
from tests.faults.stage import Scene, Stage

CODES: Final = {SIGINT: 130, SIGTERM: 143}

MOST_SECONDS: Final = 5.0
"""From the signal to the end of the run: what is promised."""

METHODS: Final = {"stall": "GET", "wait": "[!G]*"}
"""The requests whose answer makes a run wait there."""


def interrupt(on: Stage, kind: PlanKind, opening: Scene, at: Point, figures: Figures, *, parallelism: int = 10) -> bool:
    """Interrupt an apply of `kind` at a point; the next one must make the spec come about. False if it was over before.

    At a `wait` or `stall` the API asks for one.
    """
    on.set(opening)
    _ask_to_wait(on, at)
    ended = on.apply(*kind.flags, "--parallelism", str(parallelism), at=at)
    on.no_faults()
    if ended.seconds is None:
        if ended.code != 0:
            figures.add(f"{kind.name}, {at}", [("wrong code", repr(ended))])
        return False
    where = f"{kind.name}, {at.blow.name} at {at}"
    take_down(ended, at.blow, where, figures)
    figures.add(where, (("unsaved", f"{address}: {ended!r}") for address in Seen.of(on).untold(kind)))
    figures.add(f"{where}, then", put_right(on, kind, kind.new, on.apply(*kind.flags)))
    return True


def interrupt_look(on: Stage, command: tuple[str, ...], at: Point, figures: Figures) -> bool:
    """Interrupt a command that reads; it must leave everything as it is. False if it was over before."""
    before = on.scene()
    _ask_to_wait(on, at)
    ended = on.run(*command, at=at)
    written = [request.path for request in on.gate.requests if request.writes]
    on.no_faults()
    if ended.seconds is None:
        return False
    where = f"{' '.join(command)}, {at.blow.name} at {at}"
    take_down(ended, at.blow, where, figures)
    if written or on.scene() != before:
        figures.add(where, [("written", repr(ended))])
    return True


def interrupt_approval(on: Stage, command: tuple[str, ...], opening: Scene, at: Point, figures: Figures) -> bool:
    """Interrupt an approval: if it was sent and not answered, that is said; to run it again does no harm."""
    on.set(opening)
    _ask_to_wait(on, at)
    ended = on.run(*command, at=at)
    sent = any(request.writes for request in on.gate.requests)
    on.no_faults()
    if ended.seconds is None:
        return False
    where = f"approve, {at.blow.name} at {at}"
    take_down(ended, at.blow, where, figures)
    if sent and "pproved" not in ended.out and "not known" not in ended.err and not at.again:
        figures.add(where, [("in doubt without a word", repr(ended))])
    again = on.run(*command)
    if again.code != 0 or not on.validated():
        figures.add(where, [("not approved", repr(again))])
    return True


def _ask_to_wait(on: Stage, at: Point) -> None:
    """For longer than a run has when it is interrupted."""
    if at.moment in METHODS:
        on.fault(method=METHODS[at.moment], status=429, headers={"Retry-After": "20"})


def take_down(ended: Ended, blow: Signals, where: str, figures: Figures) -> None:
    """One trial more, and what was wrong in how it ended."""
    assert ended.seconds is not None
    figures.trials += 1
    figures.slowest = max(figures.slowest, ended.seconds)
    figures.add(where, _misended(ended, blow))


def _misended(ended: Ended, blow: Signals) -> Iterator[tuple[str, str]]:
    if ended.code != CODES[blow]:
        yield "wrong code", repr(ended)
    if "Traceback" in ended.err or "Exception ignored" in ended.err:
        yield "traceback", repr(ended)
    if ended.seconds is not None and ended.seconds > MOST_SECONDS:
        yield "late", f"{ended.seconds:.1f} s: {ended!r}"
