"""A state that cannot be written any more while calls are made: it is kept beside, and can be put back."""

import shlex
from pathlib import Path

import pytest

from tests.faults.gate import Hold, Trap
from tests.faults.opening import opening
from tests.faults.plans import PLANS
from tests.faults.stage import STATE, Stage

FAN_OUT = next(kind for kind in PLANS if kind.name == "creates of a fan-out")


@pytest.mark.parametrize("place", [STATE, "a folder/of its own.json"])
def test_the_command_that_is_named_puts_the_state_back(on: Stage, hold: Hold, place: str) -> None:
    """The last write fails: code 1, the state is in errored.pipesync.json, and after the named push all is in order."""
    on.set(opening(on, FAN_OUT))
    path = on.there / place
    path.parent.mkdir(exist_ok=True)
    if place != STATE:
        (on.there / STATE).rename(path)
    run = on.start("apply", "--auto-approve", "--state", place, trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    _make_unwritable(path)
    hold.release()
    out, err = run.communicate(timeout=30)
    assert run.returncode == 1, err
    assert "Apply complete! Resources: 3 added" in out
    path.rmdir()
    command = next(line for line in err.splitlines() if "errored.pipesync.json; once" in line).partition(": ")[2]
    program, *arguments = shlex.split(command)
    assert program == "pipesync"
    assert on.run(*arguments).code == 0
    planned = on.run("plan", "--state", place)
    assert "No changes." in planned.out, planned
    assert "pending" not in planned.out


def test_a_state_that_is_lost_altogether_is_found_again(on: Stage, hold: Hold) -> None:
    """Without the push the state of before the calls does: the next apply finds what they did in its pending."""
    on.set(opening(on, FAN_OUT))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    path = on.there / STATE
    first = path.read_bytes()
    _make_unwritable(path)
    hold.release()
    run.communicate(timeout=30)
    path.rmdir()
    path.write_bytes(first)
    assert on.apply().code == 0
    state = on.state()
    assert state is not None
    assert {step.step.address: step.step_id for step in state.steps} == on.ids()
    assert "No changes." in on.run("plan").out


def _make_unwritable(path: Path) -> None:
    """A folder in its place: a mode would not stop root."""
    path.unlink()
    path.mkdir()
