"""A run that is suspended anywhere, and wakes up when its lock is another's or was: it changes nothing any more."""

from pathlib import Path

import pytest

from tests.faults.fences.line import Moment
from tests.faults.fences.promise import PROMISE, swept
from tests.faults.fences.suspension import WRITES
from tests.faults.figures import Tell
from tests.faults.places import PLAIN, REMOTE, place
from tests.faults.stage import Stage
from tests.stores.kinds import Engines

POINTS = (("store", Moment.LATE), ("write", Moment.LOST))
"""The worst: a write of the old owner's that arrives after the new one's, and a call that would be made again."""


@pytest.mark.parametrize("kind", [kind for kind in REMOTE if kind in PLAIN])
def test_a_suspended_run_changes_nothing(on: Stage, engines: Engines, kind: str, tmp_path: Path, tell: Tell) -> None:
    """At each of its requests: the other run's state and steps stay as they are, and no lock is left."""
    with place(kind, engines, tmp_path) as ground:
        figures = swept(on, ground, POINTS)
    tell(PROMISE, figures)
    assert figures.amounts["at the API"] == WRITES
    assert figures.amounts["at the store"] > WRITES
    assert figures.amounts["with the lock"] > figures.trials / 2
