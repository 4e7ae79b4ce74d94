"""Lists of steps that are not whole, or hold too much, and say so only to those who look."""

import json
from enum import Enum
from random import Random
from typing import Any


class Lie(Enum):
    """What is wrong with the list."""

    PAGE_MISSING = "a page missing"
    CURSOR_REPEATED = "a cursor that leads back"
    MORE_COUNTED = "a wrong count"
    TWICE = "a step twice"
    TWO_SOURCES = "two steps of a destination"


LIES = tuple(Lie)


def lying(lie: Lie, honest: bytes, dice: Random) -> Any:
    """The list, with this wrong; one that is bare, or holds too little for it, as it is."""
    page = json.loads(honest)
    steps = page.get("steps") if isinstance(page, dict) else None
    if not isinstance(steps, list) or (not steps and lie is not Lie.MORE_COUNTED):
        return page
    match lie:
        case Lie.PAGE_MISSING:
            return {**page, "steps": steps[: dice.randrange(len(steps))]} if "total_count" in page else page
        case Lie.CURSOR_REPEATED:
            return {**page, "next": page["first"]} if "first" in page else page
        case Lie.MORE_COUNTED:
            return {**page, "total_count": dice.choice((len(steps) + 1, len(steps) + 999, -1, "many", 10**30))}
        case Lie.TWICE:
            return {**page, "steps": [*steps, dice.choice(steps)], "total_count": len(steps) + 1}
        case Lie.TWO_SOURCES:
            other = {**dice.choice(steps), "step_id": f"another-{dice.random()}"}
            return {**page, "steps": [*steps, other], "total_count": len(steps) + 1}
