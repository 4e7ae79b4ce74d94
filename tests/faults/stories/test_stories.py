"""Random stories of a spec, its runs and everybody else: after each sentence all is as promised."""

from pathlib import Path

import pytest

from tests.faults.figures import Tell
from tests.faults.plans import Step
from tests.faults.stories.account import Run
from tests.faults.stories.place import BUCKET, FILE, SERVER, place
from tests.faults.stories.promise import PROMISE, told
from tests.stores.kinds import S3, EngineOf

CASES = ((FILE, 7, 0), (SERVER, 7, 407), (BUCKET, 5, 5))  # stories in which runs are killed


@pytest.mark.parametrize(
    ("name", "stories", "number"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_whatever_happens_nothing_is_lost_doubled_or_let_in(
    tmp_path: Path, engine_of: EngineOf, tell: Tell, name: str, stories: int, number: int
) -> None:
    """A story that is wrong is printed, sentence by sentence, as short as it could be made."""
    with place(name, tmp_path, engine_of(S3) if name == BUCKET else None) as (on, there):
        figures = told(on, there, stories, number)
    tell(PROMISE, figures)
    assert figures.trials >= stories
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
