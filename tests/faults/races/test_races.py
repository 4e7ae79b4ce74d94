"""Eight applies of one state at once: one of them does it, and the others are told who has the lock."""

from pathlib import Path

import pytest

from tests.faults.figures import Tell
from tests.faults.places import PLAIN, place
from tests.faults.races.promise import CHANGES, PROMISE, ROUNDS, RUNS, raced
from tests.faults.stage import Stage
from tests.stores.kinds import EVERY_ENGINE, Engines


@pytest.mark.parametrize("kind", PLAIN)
def test_of_eight_applies_one_wins(on: Stage, engines: Engines, kind: str, tmp_path: Path, tell: Tell) -> None:
    """Round after round: one ends with 0, seven with 4, each change is made once, and no lock is left."""
    rounds = ROUNDS if EVERY_ENGINE else 2
    with place(kind, engines, tmp_path) as ground:
        figures = raced(on, ground, rounds)
    tell(PROMISE, figures)
    assert (figures.trials, figures.amounts) == (rounds, {"runs": rounds * RUNS, "changes": rounds * CHANGES})
