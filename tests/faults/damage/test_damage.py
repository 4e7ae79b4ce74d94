"""States and saved plans that were damaged, by every command that reads them: refused, and nothing else happens."""

from typing import Final

import pytest

from tests.faults.damage.mutations import Spoil, cuts, flips, keys, numbers, values
from tests.faults.damage.promise import PARTS, PLACES, PROMISE, STATES, judged, name
from tests.faults.figures import Tell
from tests.faults.stage import Stage

EVERY: Final[dict[Spoil, int]] = {cuts: 2, flips: 3, keys: 2, values: 4, numbers: 2}
"""One of so many, of the kinds that have many; a plan is four times as long as a state."""


@pytest.mark.parametrize("part", PARTS, ids=name)
def test_a_damaged_file_is_refused(on: Stage, part: tuple[str, Spoil | None], tell: Tell) -> None:
    """Code 1, the file, and what puts it right; a plan that differs from what was reviewed makes no call."""
    what, spoil = part
    every = 1 if spoil is None else EVERY.get(spoil, 1)
    figures = judged(on, what, spoil, every if what == STATES else every * 4 if every > 1 else 1)
    tell(PROMISE, figures)
    assert figures.trials >= (4 if name(part) in {f"{STATES}, orders", PLACES} else 12)
