"""Whole renderings, read and agreed to: see `goldens/`. Renew them with `python -m tests.unit.goldens`."""

from pathlib import Path

import pytest

from pipesync.plan import Plan, Summary, digest
from tests.unit.goldens.corpus import FOLDER, cases, renderings


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("case", cases(), ids=_name)
def test_a_value_renders_to_its_goldens(case: Path) -> None:
    """Every rendering of every value of the corpus is what was agreed to, to the letter."""
    rendered = {_name(path): text for path, text in renderings(case)}
    assert rendered == {name: (FOLDER / name).read_text("utf-8") for name in rendered}


@pytest.mark.parametrize("case", sorted(FOLDER.glob("plan/*.json")), ids=_name)
def test_a_plan_of_the_corpus_is_one_that_pipesync_could_make(case: Path) -> None:
    """The corpus holds no plan whose digest or summary is made up."""
    plan = Plan.model_validate_json(case.read_text("utf-8"))
    assert plan.digest == digest(plan.organization, plan.api_url, plan.changes)
    assert plan.summary == Summary.of(plan.changes, plan.summary.unchanged)


def test_every_golden_belongs_to_a_value() -> None:
    """No golden outlives the value it was rendered from."""
    expected = {path for case in cases() for path, _ in renderings(case)}
    goldens = {path for path in FOLDER.glob("*/*.*") if path.suffix not in {".json", ".pyc"}}
    assert goldens == expected
