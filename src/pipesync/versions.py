"""How two versions of a service compare, as far as numbers tell."""

import re
from enum import Enum
from typing import Final

_NUMBERS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})*", re.ASCII)


class Order(Enum):
    """Where the second of two versions stands; INCOMPARABLE: no numbers, other majors, or one is less exact."""

    BEHIND = "behind"
    SAME = "same"
    AHEAD = "ahead"
    INCOMPARABLE = "incomparable"


def order(source: str, destination: str) -> Order:
    """`destination` against `source`, by their dotted parts: 17.10 is newer than 17.9.

    Aiven shows fewer digits for a while after a service was made: 8.1 may be any 8.1.x, and is compared with none.
    """
    if source == destination:
        return Order.SAME
    if not (_NUMBERS.fullmatch(source) and _NUMBERS.fullmatch(destination)):
        return Order.INCOMPARABLE
    ours, theirs = (tuple(map(int, version.split("."))) for version in (source, destination))
    shared = min(len(ours), len(theirs))
    if ours[0] != theirs[0]:
        return Order.INCOMPARABLE
    if ours[:shared] == theirs[:shared]:
        return Order.SAME if len(ours) == len(theirs) else Order.INCOMPARABLE
    return Order.BEHIND if theirs < ours else Order.AHEAD
