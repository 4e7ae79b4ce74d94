"""A picture as text: a tree with arrows for each set of connected services, each change with its sign."""

from collections.abc import Iterator
from typing import Final

from pipesync.amounts import count
from pipesync.arrow import GONE, Mark
from pipesync.picture import Picture, Place, Tree, of_plan, shortened
from pipesync.plan import Plan
from pipesync.render.colour import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import sections
from pipesync.render.text.branches import ASCII, BOX, margins
from pipesync.render.words import arrows

MOST_LINES: Final = 40
"""Of trees in a plan's text; two screens of 24 lines are no picture any more."""

_COLOURS: Final = {
    Mark.KEPT: DIM,
    Mark.UNMANAGED: DIM,
    Mark.ADDED: GREEN,
    Mark.IMPORTED: CYAN,
    Mark.CHANGED: YELLOW,
    Mark.MOVED: GREEN,
    Mark.LEFT: RED,
    Mark.REMOVED: RED,
    Mark.CONFLICT: RED,
}


def picture_text(picture: Picture, paint: Paint, *, ascii_only: bool) -> str:
    """Every tree, and how much there is."""
    trees = ("\n".join(_tree(tree, picture, paint, ascii_only=ascii_only)) for tree in picture.trees)
    return sections.text((*trees, paint(f"{arrows.summary(picture)}.", BOLD)))


def plan_pictures(plan: Plan, paint: Paint, *, ascii_only: bool) -> str | None:
    """The trees that a plan changes, as many as fit into MOST_LINES lines; None if there are none."""
    picture = of_plan(plan)
    if not picture.trees:
        return None
    blocks: list[str] = []
    room, shown = MOST_LINES, 0
    for tree in picture.trees:
        headed = bool(arrows.heading(tree))
        if room <= headed:
            break
        short = shortened(tree, room - headed)
        if blocks and short.changes_left_out:
            break  # a later tree is shown with all its changes, or not at all
        blocks.append("\n".join(_tree(short, picture, paint, ascii_only=ascii_only)))
        room -= len(short.places) + headed
        shown += 1
    left = picture.trees[shown:]
    if left:
        changes = count(sum(map(arrows.changed, left)), "change")
        blocks.append(f"... and {count(len(left), 'more tree')} with {changes} (--format svg shows all)")
    return "\n\n".join([paint("How the pipelines change:", BOLD), *blocks])


def _tree(tree: Tree, picture: Picture, paint: Paint, *, ascii_only: bool) -> Iterator[str]:
    told = [f"{word} {visible(value) if word == 'owner' else name(value)}" for word, value in arrows.heading(tree)]
    if told:
        yield paint(f"# {', '.join(told)}", BOLD)
    beside = margins([place.depth for place in tree.places], ASCII if ascii_only else BOX)
    for place, (own, _) in zip(tree.places, beside, strict=True):
        yield own + _place(place, picture, paint)
    if tree.left_out:
        yield f"... and {arrows.left_out(tree)}"


def _place(place: Place, picture: Picture, paint: Paint) -> str:
    arrow = place.arrow
    gone = arrow is not None and arrow.mark in GONE
    text = paint(name(str(place.ref)), DIM if gone else BOLD)
    if place.ref in picture.off:
        text += paint(" (powered off)", YELLOW)
    return text if arrow is None else f"{text}  {paint(arrows.line(arrow, name, '->'), _COLOURS[arrow.mark])}"
