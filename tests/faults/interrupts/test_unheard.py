"""A signal that does not end what the run waits for, as one that comes in the instant before: it is heard all the same.

The system hands it to another thread of the run here, which has that very effect.
"""

import ctypes
import subprocess
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import pytest

from tests.faults.gate import Hold, Trap
from tests.faults.interrupts.course import CODES
from tests.faults.interrupts.sweep import REPLACES
from tests.faults.interrupts.test_stories import assert_converges, pending
from tests.faults.opening import opening
from tests.faults.stage import Stage


def strike_aside(run: "subprocess.Popen[str]", number: Signals) -> None:
    """Send a signal to a thread of the run that is not its first."""
    aside = next(int(one.name) for one in Path(f"/proc/{run.pid}/task").iterdir() if one.name != str(run.pid))
    assert ctypes.CDLL(None).tgkill(run.pid, aside, int(number)) == 0


@pytest.mark.parametrize("number", [SIGINT, SIGTERM], ids=lambda number: number.name)
def test_an_apply_that_waits_for_a_call_hears_it(on: Stage, hold: Hold, number: Signals) -> None:
    """It does not wait for its next report of a call that still runs, 10 s after the call began."""
    on.set(opening(on, REPLACES))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    strike_aside(run, number)
    _, err = run.communicate(timeout=30)
    assert run.returncode == CODES[number], err
    assert "Stopping" in err
    assert "Still" not in err
    assert pending(on) == ["eu/pg-a"]
    hold.release()
    assert_converges(on, REPLACES)


def test_a_plan_that_waits_for_answers_hears_it(on: Stage, hold: Hold) -> None:
    """It does not wait for what it reads side by side, for which it would allow 30 s."""
    on.set(opening(on, REPLACES))
    run = on.start("plan", trap=Trap("received", 2, 999, hold, reads=True))
    hold.has_caught(2)
    strike_aside(run, SIGINT)
    _, err = run.communicate(timeout=20)
    assert (run.returncode, err.strip()) == (130, "Interrupted.")
