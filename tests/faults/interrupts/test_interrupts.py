"""Ctrl-C and SIGTERM at the boundaries of each command: it ends soon and in order, and the next one puts all right."""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from tests.faults.fate import Point
from tests.faults.figures import Figures, Tell
from tests.faults.interrupts import sweep
from tests.faults.interrupts.course import CODES, MOST_SECONDS, interrupt_approval, interrupt_look
from tests.faults.interrupts.points import BLOWS, in_turn, with_each
from tests.faults.interrupts.promise import PROMISE
from tests.faults.opening import opening
from tests.faults.plans import PlanKind
from tests.faults.stage import Stage


@pytest.mark.parametrize("kind", [sweep.EVERYTHING, sweep.REPLACES], ids=lambda kind: kind.name)
def test_an_apply_that_is_interrupted_is_saved(on: Stage, kind: PlanKind, tell: Tell) -> None:
    """Before and after its calls, while it reads and writes files, or anywhere else, also twice: nothing is lost."""
    figures = sweep.of_apply(on, kind, sweep.SHORT)
    tell(PROMISE, figures)
    assert figures.trials >= 20


def test_an_apply_that_hangs_is_saved(tell: Tell) -> None:
    """The API does not answer, or drips, or asks to wait: it ends within 5 s, and what it does not know is pending."""
    figures = sweep.while_it_hangs(sweep.REPLACES, in_turn(sweep.hangs(2)))
    tell(PROMISE, figures)
    assert figures.trials == 7


@pytest.mark.parametrize("command", sweep.LOOKS)
def test_a_look_that_is_interrupted_leaves_no_trace(on: Stage, command: str, tell: Tell) -> None:
    """It ends at once, whatever it waits for, and has written nothing."""
    figures = sweep.of_look(on, command, sweep.SHORT)
    tell(PROMISE, figures)
    assert figures.trials >= 8


def test_an_approval_that_is_interrupted_can_be_made_again(on: Stage, tell: Tell) -> None:
    """Whether it was recorded is told or said not to be known, and to run the command again does no harm."""
    figures = sweep.of_approval(on, sweep.SHORT)
    scene = opening(on, sweep.EVERYTHING)
    for at in with_each(iter([Point("received", 1, hangs=True), Point("effect", 1)])):
        assert interrupt_approval(on, sweep.APPROVE, scene, at, figures)
    tell(PROMISE, figures)
    assert figures.trials >= 12


@pytest.mark.parametrize("number", BLOWS, ids=lambda number: number.name)
def test_a_watch_ends_while_it_waits_and_while_it_looks(on: Stage, number: signal.Signals, tell: Tell) -> None:
    """`status --watch`, between two looks and in the second."""
    on.set(opening(on, sweep.EVERYTHING))
    figures = Figures()
    second = Point("asked", 8, number, hangs=True)
    assert interrupt_look(on, ("status", "--watch", "1"), second, figures)
    tell(PROMISE, figures)
    run = on.start("status", "--watch", "3600")
    assert run.stdout is not None
    while "upgrade steps: " not in run.stdout.readline():
        assert run.poll() is None
    run.send_signal(number)
    _, err = run.communicate(timeout=MOST_SECONDS)
    assert run.returncode == CODES[number]
    assert "Traceback" not in err


@pytest.mark.parametrize("number", BLOWS, ids=lambda number: number.name)
def test_a_sandbox_with_a_request_that_hangs_ends(on: Stage, number: signal.Signals) -> None:
    """`sandbox serve` ends in order, with 0, though a request is under way."""
    run = on.start("sandbox", "serve", "--port", "0")
    assert run.stdout is not None
    url = run.stdout.readline().split()[4]
    with httpx.Client(base_url=url, headers={"Authorization": "Bearer any"}, timeout=60) as http:
        http.post("/_sandbox/faults", json={"latency_ms": 60_000}).raise_for_status()
        asked = threading.Thread(target=_ignoring(lambda: http.get("/v1/organizations")))
        asked.start()
        while not http.get("/_sandbox/faults").json()["faults"][0]["fired"]:
            assert run.poll() is None
        run.send_signal(number)
        _, err = run.communicate(timeout=MOST_SECONDS + 1)
        asked.join()
    assert (run.returncode, "Traceback" in err) == (0, False)


def _ignoring(ask: Callable[[], object]) -> Callable[[], None]:
    """Asks, and does not mind that the connection breaks."""

    def asking() -> None:
        with suppress(httpx.TransportError):
            ask()

    return asking
