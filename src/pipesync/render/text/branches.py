"""The branches of trees in text: what stands before each line, with lines and arrows or in ASCII."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Lines:
    """What a tree is drawn with; all four are as wide."""

    branch: str
    last: str
    beside: str
    nothing: str = "    "


BOX: Final = Lines("├─→ ", "└─→ ", "│   ")
ASCII: Final = Lines("+-> ", "+-> ", "|   ")


def margins(depths: Sequence[int], drawn: Lines) -> list[tuple[str, str]]:
    """Before the own line of what stands at each depth, in the order of the tree, and before the lines under it.

    Whether a sibling follows is known from below.
    """
    found: list[tuple[str, str]] = []
    open_at: set[int] = set()  # depths at which a further place follows on the way up
    depth_below = 0
    for depth in reversed(depths):
        follows = depth in open_at
        open_at = {at for at in open_at if at < depth} | {depth}
        trunk = "".join(drawn.beside if at in open_at else drawn.nothing for at in range(1, depth))
        own = trunk + (drawn.branch if follows else drawn.last) if depth else ""
        under = trunk + (drawn.beside if follows else drawn.nothing) if depth else ""
        found.append((own, under + (drawn.beside if depth_below > depth else drawn.nothing)))
        depth_below = depth
    return found[::-1]
