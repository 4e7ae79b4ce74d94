"""Random stories of a spec, its runs and everybody else: after each sentence all is as promised."""

from pathlib import Path

import pytest

from tests.faults.figures import Tell
from tests.faults.plans import Step
from tests.faults.stage import stage
from tests.faults.stories.account import Run
from tests.faults.stories.promise import PLACES, PROMISE, told

STORIES = 7
NUMBERS = [0, 407]  # stories in which runs are killed; an even number has a file, an odd one a server


@pytest.mark.parametrize("number", NUMBERS, ids=["a file", "a server"])
def test_whatever_happens_nothing_is_lost_doubled_or_let_in(tmp_path: Path, tell: Tell, number: int) -> None:
    """A story that is wrong is printed, sentence by sentence, as short as it could be made."""
    with stage(tmp_path) as on, PLACES[number % 2]() as place:
        figures = told(on, place, STORIES, number)
    tell(PROMISE, figures)
    assert figures.trials >= STORIES
    assert figures.amounts["faults"] + figures.amounts["killed"] > 0


OURS, THEIRS = Step("dev/pg-a", "eu/pg-a"), Step("dev/pg-a", "us/pg-a")


@pytest.mark.parametrize(
    ("spec", "after", "kinds"),
    [
        ((OURS,), {"1": OURS, "2": THEIRS}, []),
        ((), {"2": THEIRS}, []),
        ((OURS,), {"2": THEIRS}, ["lost"]),
        ((OURS,), {"1": OURS}, ["stranger's step touched"]),
        ((), {"1": OURS, "2": Step("dev/pg-a", "us/pg-a", 1)}, ["stranger's step touched"]),
        ((OURS,), {"1": OURS, "2": THEIRS, "3": Step("stage/pg-a", "eu/pg-a")}, ["made unasked", "doubled"]),
    ],
)
def test_a_run_that_does_wrong_is_noticed(spec: tuple[Step, ...], after: dict[str, Step], kinds: list[str]) -> None:
    """The account of a run says what it should not have done."""
    run = Run(spec, before={"1": OURS, "2": THEIRS}, after=after, ours={"1"})
    assert [kind for kind, _ in run.wrongs()] == kinds
