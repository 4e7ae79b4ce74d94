"""Applies while the API, or something before it, answers as it should not: one after the other they get there."""

from collections import Counter

import pytest

from tests.faults.figures import Figures, Tell
from tests.faults.stage import Stage
from tests.faults.trouble.course import Course
from tests.faults.trouble.kinds import TROUBLES
from tests.faults.trouble.looks import COMMANDS, approve, look, setting
from tests.faults.trouble.promise import PART, PROMISE

SEEDS = 40
LOOKS = 8
APPROVALS = 3


@pytest.mark.parametrize("first", range(0, SEEDS, PART))
def test_applies_converge_whatever_the_api_answers(on: Stage, first: int, tell: Tell) -> None:
    """Each fifth request meets trouble: the spec comes about all the same, nothing is doubled, lost or forgotten."""
    figures, met = Figures(), Counter[str]()
    for seed in range(first, first + PART):
        met += Course(on, seed).run(figures)
    tell(PROMISE, figures)
    assert met.keys() <= {trouble.name for trouble in TROUBLES}
    assert len(met) > len(TROUBLES) / 3, met


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_told_is_true_or_an_error(on: Stage, command: str, tell: Tell) -> None:
    """A command that reads fails with a message, or says what it says in good weather, or what it could not read."""
    figures = Figures()
    setting(on)
    met = look(on, command, range(LOOKS), figures)
    tell(PROMISE, figures)
    assert met.total() >= LOOKS / 2


def test_an_approval_arrives_whatever_the_api_answers(on: Stage, tell: Tell) -> None:
    """Repeated until it ends well: the service is validated then, and nothing was sent again blindly."""
    figures = Figures()
    for seed in range(APPROVALS):
        approve(on, seed, figures)
    tell(PROMISE, figures)
    assert figures.amounts["troubles"] >= APPROVALS
