"""Ctrl-C and SIGTERM: what is under way may end, the rest is written down, and the next run goes on from there."""

import os
import pty
import signal
import subprocess
from pathlib import Path
from time import monotonic

import pytest

from pipesync.aiven.client import Client
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.apply import GRACE_SECONDS, Run
from pipesync.model import ServiceRef
from pipesync.plan import Create, Reason
from pipesync.recording import Record
from pipesync.state import LastApply, State, StepValues
from pipesync.store.local import LocalStore
from pipesync.workers import Interrupt
from tests.faults.gate import Hold, Trap
from tests.faults.interrupts.course import CODES
from tests.faults.interrupts.sweep import REPLACES
from tests.faults.opening import opening
from tests.faults.plans import ORGANIZATION, PLANS, PlanKind
from tests.faults.stage import Stage

ALWAYS = 999
FAN_OUT = next(kind for kind in PLANS if kind.name == "creates of a fan-out")


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    """What the process says, up to a line with these words."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def pending(on: Stage) -> list[str]:
    """The addresses that the state says may or may not have been changed."""
    state = on.state()
    assert state is not None
    return [entry.address for entry in state.pending]


def assert_converges(on: Stage, kind: PlanKind) -> None:
    """One more apply makes the live steps what the spec says, all of them ours, and then there is nothing to do."""
    assert on.apply().code == 0
    assert on.edges() == {step.destination: (step.source, step.days) for step in kind.new}
    state = on.state()
    assert state is not None
    assert {step.step.address: step.step_id for step in state.steps} == on.ids()
    assert state.pending == ()
    assert "No changes." in on.run("plan").out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_first_signal_stops_in_order(on: Stage, hold: Hold, number: signal.Signals) -> None:
    """With an API that hangs: nothing new begins, what has no answer stays in pending, and the lock is let go."""
    on.set(opening(on, FAN_OUT))
    run = on.start("apply", "--auto-approve", "--parallelism", "2", trap=Trap("received", 1, ALWAYS, hold))
    hold.has_caught(2)
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert run.returncode == CODES[number], err
    assert "Traceback" not in err
    assert sum(request.writes for request in on.gate.requests) == 2
    assert len(pending(on)) == 2
    assert [line for line in out.splitlines() if "the run was interrupted" in line]
    hold.release()  # only now do the two creates have their effect
    on.gate.wait_until_quiet()
    assert "locked" not in on.run("plan").err
    assert_converges(on, FAN_OUT)


def test_a_replace_under_way_is_finished(on: Stage, hold: Hold) -> None:
    """Its DELETE is done when the signal comes: its POST follows within the grace, and no other replace begins."""
    on.set(opening(on, REPLACES))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    run.send_signal(signal.SIGINT)
    read_until(run, "Stopping")
    hold.release()
    _, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert [request.method for request in on.gate.requests if request.writes] == ["DELETE", "POST"]
    assert pending(on) == []
    assert_converges(on, REPLACES)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_replace_that_waits_for_its_next_attempt_is_finished(on: Stage, number: signal.Signals) -> None:
    """Its POST is to be sent again in a second: the signal does not take that away, and no gate is lost."""
    on.set(opening(on, REPLACES))
    on.fault(method="POST", path="*/upgrade-pipeline/steps", status=503, headers={"Retry-After": "1"})
    run = on.start("apply", "--auto-approve")
    read_until(run, "waiting")
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert run.returncode == CODES[number], err
    assert "GATE LOST" not in out
    assert [request.method for request in on.gate.requests if request.writes] == ["DELETE", "POST", "POST"]
    assert pending(on) == []
    assert on.edges()["eu/pg-a"] == ("stage/pg-a", 7)
    assert_converges(on, REPLACES)


def test_nothing_is_sent_after_the_grace(on: Stage) -> None:
    """A call that would be sent again in 20 s is not: it stays in pending, and the next run finds out."""
    on.set(opening(on, FAN_OUT))
    before = on.edges()
    on.fault(method="POST", path="*/upgrade-pipeline/steps", status=429, headers={"Retry-After": "20"}, times=3)
    run = on.start("apply", "--auto-approve")
    read_until(run, "waiting")
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=15)
    assert run.returncode == 130, err
    assert "the API had not answered when the run was stopped" in out
    assert on.edges() == before
    on.no_faults()
    assert_converges(on, FAN_OUT)


def test_a_replace_cut_in_half_is_kept_in_pending(on: Stage, hold: Hold) -> None:
    """Its DELETE has no answer within the grace: the pair stays in pending, and the next run makes the second half."""
    on.set(opening(on, REPLACES))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    run.send_signal(signal.SIGTERM)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 143, err
    assert pending(on) == ["eu/pg-a"]
    hold.release()
    assert_converges(on, REPLACES)


@pytest.mark.parametrize("numbers", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM, signal.SIGINT)])
def test_a_second_signal_stops_at_once(on: Stage, hold: Hold, numbers: tuple[signal.Signals, signal.Signals]) -> None:
    """Nothing more is written: the state is that of before the first call, with everything in pending."""
    on.set(opening(on, FAN_OUT))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, ALWAYS, hold), measured=False)
    hold.has_caught(3)
    before = on.state()
    run.send_signal(numbers[0])
    read_until(run, "Stopping")
    run.send_signal(numbers[1])
    _, err = run.communicate(timeout=30)
    assert run.returncode == CODES[numbers[0]], err
    assert on.state() == before
    assert sorted(pending(on)) == ["ap/pg-a", "eu/pg-a", "us/pg-a"]
    hold.release()
    assert_converges(on, FAN_OUT)


def test_a_signal_is_heard_though_nobody_reads_the_messages(on: Stage, hold: Hold) -> None:
    """As with `apply 2>&1 | tee`, whose reader is gone at Ctrl-C: the replace under way is finished all the same."""
    on.set(opening(on, REPLACES))
    run = on.start("apply", "--auto-approve", trap=Trap("effect", 1, 1, hold))
    hold.has_caught(1)
    assert run.stderr is not None
    run.stderr.close()
    run.send_signal(signal.SIGINT)
    hold.release()
    assert run.wait(timeout=30) == 130
    assert run.stdout is not None
    run.stdout.close()
    assert [request.method for request in on.gate.requests if request.writes] == ["DELETE", "POST"]
    assert_converges(on, REPLACES)


def test_a_signal_while_asking(on: Stage) -> None:
    """Ctrl-C at the question is a no: code 130, nothing was written."""
    on.set(opening(on, FAN_OUT))
    before = on.scene()
    ours, theirs = pty.openpty()
    run = on.start("apply", stdin=theirs)
    assert run.stderr is not None
    read_until(run, "Only 'yes' will be accepted")
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert run.returncode == 130, err
    assert "Traceback" not in err
    assert on.scene() == before
    assert_converges(on, FAN_OUT)


def test_a_signal_whose_grace_is_over_before_the_first_call(on: Stage, tmp_path: Path) -> None:
    """A store may take longer for the first write than the grace lasts: nothing begins, and nothing is pending."""
    on.gate.shut()
    step = StepValues(
        source=ServiceRef("dev", "pg-a"), destination=ServiceRef("eu", "pg-a"), auto_validation_delay_days=7
    )
    create = Create(address="eu/pg-a", reason=Reason.NEW_IN_SPEC, after=step)
    store = LocalStore(tmp_path / "state.json")
    plan = f"sha256:{'0' * 64}"
    record = Record(
        store,
        stored=None,
        settled=State.new(ORGANIZATION, on.url),
        last_apply=LastApply(plan=plan, spec=None, files=(), commit=None, at="2026-05-04T12:30:00Z", by=None),
        clock=monotonic,
    )
    interrupt = Interrupt()
    interrupt.request()
    interrupt.requested_at = monotonic() - GRACE_SECONDS
    with Transport(on.url, Token("ours", "this test")) as transport:
        steps = Client(transport, ORGANIZATION)
        run = Run(steps, record, parallelism=2, interrupt=interrupt, report=lambda _event: None)
        outcome = run.carry_out((create,), (), limit=2, plan=plan)
        assert transport.requests_sent == 0
    assert [left.reason for left in outcome.not_attempted] == ["the run was interrupted"]
    written = store.read()
    assert written is not None
    assert written.pending == ()
