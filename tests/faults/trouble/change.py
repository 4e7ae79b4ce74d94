"""Changes of a spec, by seed: one of the plans that runs are killed in, or one that nobody thought of."""

from random import Random
from typing import Final

from tests.faults.plans import PLANS, PROJECTS, SERVICES, PlanKind, Spec, Step

_KNOWN: Final = tuple(kind for kind in PLANS if not kind.refused)
"""Those where the API refuses for a reason do not end with 0."""

FOUND: Final = 0.4
"""Of the steps of a service that no step of ours has, so many are there already and will be imported."""

FLAT: Final = 0.3
"""Of the changes that are made by chance, so many are made through the account-wide API."""


def change(seed: int, dice: Random) -> PlanKind:
    """Each known kind in turn, and between them as many that are made by chance."""
    if seed % 2 == 0:
        return _KNOWN[seed // 2 % len(_KNOWN)]
    old, new = _spec(dice), _spec(dice)
    ours = {_service(step) for step in old}
    strangers = tuple(step for step in new if _service(step) not in ours and dice.random() < FOUND)
    return PlanKind(f"change {seed}", old, new, strangers, account_wide=dice.random() < FLAT)


def _spec(dice: Random) -> Spec:
    """Trees of up to two steps in a row, one for each of some services; at least one step."""
    chosen = dice.sample(SERVICES, dice.randint(1, len(SERVICES)))
    return tuple(step for service in chosen for step in _tree(service, dice))


def _tree(service: str, dice: Random) -> Spec:
    root, middle, *leaves = dice.sample(PROJECTS, dice.randint(2, len(PROJECTS)))
    sources = (root, middle)
    edges = [(root, middle), *((dice.choice(sources), leaf) for leaf in leaves)]
    return tuple(Step(f"{source}/{service}", f"{end}/{service}", dice.choice((1, 7, 30))) for source, end in edges)


def _service(step: Step) -> str:
    return step.destination.partition("/")[2]
