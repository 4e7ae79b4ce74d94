"""A signal whose exception gets lost on its way through foreign code: the command ends all the same."""

import subprocess
import sys
from signal import SIGINT, SIGTERM, Signals

import pytest

from tests.faults.interrupts.course import CODES
from tests.faults.interrupts.sweep import EVERYTHING
from tests.faults.opening import opening
from tests.faults.stage import Stage

IN_A_FINALIZER = """
class Last:
    def __del__(self):
        strike()
def see(event, arguments):
    if event == "import" and arguments[0] == "pipesync.drafting":
        Last()
sys.addaudithook(see)
"""
IN_A_SERIALIZER = """
def see(frame, event, _):
    if event == "call" and frame.f_code.co_name == "__str__" and frame.f_back.f_code.co_name == "model_dump":
        sys.setprofile(None)
        strike()
sys.setprofile(see)
"""
PROGRAM = """
import os, runpy, sys
def strike():
    os.kill(os.getpid(), {number})
{place}
sys.argv = ["pipesync", "apply", "--auto-approve"]
runpy.run_module("pipesync", run_name="__main__")
"""


@pytest.mark.parametrize("number", [SIGINT, SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("place", [IN_A_FINALIZER, IN_A_SERIALIZER], ids=["in a finalizer", "in a serializer"])
def test_a_signal_that_gets_lost_ends_the_run(on: Stage, number: Signals, place: str) -> None:
    """Before anything is written: the code is the signal's, no traceback is shown, and no call changes anything."""
    scene = opening(on, EVERYTHING)
    on.set(scene)
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(number=int(number), place=place)],
        cwd=on.there,
        env=on.admit(None),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == CODES[number], run.stderr
    assert "Traceback" not in run.stderr
    assert [request for request in on.gate.requests if request.writes] == []
    assert on.scene().steps == scene.steps
