"""A picture as a Mermaid flowchart: a box a service, an arrow an upgrade step, a frame a tree.

What happens to a step is told by its arrow's words and line; colour comes on top. Node ids are generated, and labels
hold nothing foreign that the grammar could act upon.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipesync.arrow import Arrow, Mark
from pipesync.model import ServiceRef
from pipesync.picture import Picture, Place, Tree, essential
from pipesync.render.diagrams.mermaid import MOST_CHARACTERS, MOST_OF_A_LABEL, Drawing
from pipesync.render.escape import mermaid
from pipesync.render.words import arrows

MOST_ARROWS: Final = 40
"""Mermaid refuses 500; more than these are no picture."""

MOST_DRAWINGS: Final = 20
"""Of one page: forges draw each by itself, and slowly."""

_LINES: Final = {
    Mark.KEPT: "-->",
    Mark.UNMANAGED: "-->",
    Mark.ADDED: "==>",
    Mark.IMPORTED: "==>",
    Mark.CHANGED: "==>",
    Mark.MOVED: "==>",
    Mark.LEFT: "-.->",
    Mark.REMOVED: "-.->",
    Mark.CONFLICT: "--x",
}

_COLOURS: Final = {
    "#2da44e": {Mark.ADDED, Mark.MOVED},
    "#218bff": {Mark.IMPORTED},
    "#bf8700": {Mark.CHANGED},
    "#cf222e": {Mark.LEFT, Mark.REMOVED, Mark.CONFLICT},
}
"""Each is legible on white and on black."""


def flowchart(picture: Picture, trees: Iterable[Tree] | None = None) -> Drawing:
    """All of `picture`, or only `trees` of it; without text if there is nothing to draw.

    Whole trees as long as they fit; the first that does not leaves out what stays as it is, and its end. From there
    on steps are only counted.
    """
    wanted = tuple(picture.trees if trees is None else trees)
    total = sum(map(_steps, wanted))
    drawn: list[Tree] = []
    for tree in wanted:
        fitting = next(_fitting(tree, drawn, picture.off, total), None)
        drawn += [] if fitting is None else [fitting]
        if fitting is not tree:
            break
    left_out = total - sum(map(_steps, drawn))
    return Drawing(_text(drawn, picture.off, left_out) if drawn else "", left_out)


def _fitting(tree: Tree, drawn: Sequence[Tree], off: frozenset[ServiceRef], total: int) -> Iterator[Tree]:
    """`tree` in the ways in which it can be drawn beside `drawn`, the fullest first."""
    room = MOST_ARROWS - sum(map(_steps, drawn))
    short = essential(tree)
    ends = range(min(len(short.places), room + 1), 0, -1)
    beginnings = (Tree(short.places[:end], tree.pipelines, tree.owners) for end in ends)
    for each in (tree, short, *beginnings):
        if 0 < _steps(each) <= room and len(_text([*drawn, each], off, total)) <= MOST_CHARACTERS:
            yield each


def _text(trees: Sequence[Tree], off: frozenset[ServiceRef], left_out: int) -> str:
    lines = ["flowchart LR"]
    seen: list[Arrow] = []
    ids: dict[ServiceRef, str] = {}
    for number, tree in enumerate(trees):
        framed = len(trees) > 1 and tree.pipelines
        lines += (
            [f'    subgraph t{number}["{mermaid(", ".join(tree.pipelines), MOST_OF_A_LABEL)}"]', "    direction LR"]
            if framed
            else []
        )
        lines += _boxes(tree.places, ids, off)
        lines += [_arrow(arrow, ids) for arrow in tree.arrows]
        lines += ["    end"] if framed else []
        seen += tree.arrows
    lines += [f'    more["{_words(f"{left_out} more left out")}"]'] if left_out else []
    return "\n".join([*lines, *_styles(seen)]) + "\n"


def _boxes(places: Iterable[Place], ids: dict[ServiceRef, str], off: frozenset[ServiceRef]) -> Iterator[str]:
    for place in places:
        if place.ref not in ids:
            ids[place.ref] = f"n{len(ids)}"
            note = _words(" (powered off)") if place.ref in off else ""
            yield f'    {ids[place.ref]}["{mermaid(str(place.ref), MOST_OF_A_LABEL)}{note}"]'


def _arrow(arrow: Arrow, ids: dict[ServiceRef, str]) -> str:
    return f'    {ids[arrow.source]} {_LINES[arrow.mark]}|"{_words(arrows.label(arrow))}"| {ids[arrow.destination]}'


def _styles(seen: Sequence[Arrow]) -> Iterator[str]:
    for colour, marks in _COLOURS.items():
        numbers = [str(number) for number, arrow in enumerate(seen) if arrow.mark in marks]
        if numbers:
            yield f"    linkStyle {','.join(numbers)} stroke:{colour}"


def _words(ours: str) -> str:
    """Words of ours as a label; their spaces stay, unlike those of a name."""
    return " ".join(mermaid(word, len(word)) for word in ours.split(" "))


def _steps(tree: Tree) -> int:
    return sum(place.arrow is not None for place in tree.places)
