"""A reply that gets lost on the way to a run, whichever it is: the run goes on as if nothing had been."""

from itertools import count
from pathlib import Path

import pytest

from tests.faults.figures import Tell
from tests.faults.places import PLAIN, REMOTE
from tests.faults.replies.promise import PROMISE, faults_of, swept
from tests.stored_states import FIRST
from tests.stores.kinds import Engines
from tests.stores.wire import AFTER, HANGS, Fault

CASES = [(kind, fault) for kind in REMOTE if kind in PLAIN for fault in faults_of(kind)]


@pytest.mark.parametrize(("kind", "fault"), CASES)
def test_a_lost_reply_does_no_harm(engines: Engines, kind: str, fault: Fault, tmp_path: Path, tell: Tell) -> None:
    """It is not locked out by itself, what it wrote is there, and it leaves no lock; also with a new state."""
    before = FIRST if fault in AFTER else None
    numbers = count(2 if fault in AFTER else 1, 2 if fault in HANGS else 1)  # silence takes its time: in turn, then
    figures = swept(kind, engines, tmp_path, fault, before, numbers)
    tell(PROMISE, figures)
    assert figures.trials >= 4  # lock, read, two writes, unlock, and what each of them asks first
