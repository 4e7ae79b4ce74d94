"""The pictures on a page: one for each tree of pipelines in which the plan changes something, while there is room."""

from typing import TYPE_CHECKING, Final, NamedTuple

from pipesync import picture
from pipesync.plan import Plan
from pipesync.render.diagrams import svg

if TYPE_CHECKING:
    from markupsafe import Markup

ROOM: Final = 512 * 1024
"""Bytes for all of them, some 150 pictures: nobody looks at more, and a page of 10,000 changes stays below 8 MiB."""

LONGEST: Final = 80
"""Services in one picture: of a larger tree it is what changes that is drawn, and what stands above that."""


class Drawings(NamedTuple):
    """SVG elements, those of trees that lose something first, and how many trees are not drawn."""

    drawn: tuple["Markup", ...]
    left_out: int


def drawings(plan: Plan) -> Drawings:
    from markupsafe import Markup

    whole = picture.of_plan(plan)
    drawn: list[Markup] = []
    room = ROOM
    for tree in whole.trees:
        element = svg.fragment(picture.shortened(tree, LONGEST), whole.off)
        room -= len(element.encode())
        if room < 0:
            break
        drawn.append(Markup(element))  # noqa: S704 - the drawing escapes what is foreign
    return Drawings(tuple(drawn), len(whole.trees) - len(drawn))
