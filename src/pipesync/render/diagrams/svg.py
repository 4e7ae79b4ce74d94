"""A picture as SVG: a tree from left to right for each set of connected services, without script or reference.

What happens to a step is told by a sign, words, the kind of line and colour. `fragment` draws one tree for a page that
brings `svg_style.STYLE`; `document` draws all of them as a file of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from pipesync.amounts import count
from pipesync.arrow import Arrow, Mark
from pipesync.model import ServiceRef
from pipesync.picture import Picture, Place, Tree
from pipesync.render.diagrams import svg_layout as layout
from pipesync.render.diagrams.svg_style import OWN_STYLE
from pipesync.render.escape import name, visible
from pipesync.render.words import arrows

_KINDS: Final = {
    Mark.KEPT: "",
    Mark.UNMANAGED: "",
    Mark.ADDED: "add",
    Mark.MOVED: "add",
    Mark.IMPORTED: "import",
    Mark.CHANGED: "change",
    Mark.LEFT: "remove",
    Mark.REMOVED: "remove",
    Mark.CONFLICT: "conflict",
}
"""Classes of the style sheet."""

_SIGNS: Final = arrows.SIGNS | {Mark.LEFT: "−", Mark.REMOVED: "−", Mark.IMPORTED: "≤"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One tree as SVG elements, and its size in pixels."""

    body: str
    width: int
    height: int


def document(picture: Picture) -> str:
    """All trees below each other, as an SVG file in ASCII; a picture of nothing says so."""
    trees = [draw(tree, picture.off) for tree in picture.trees]
    width = max([*(each.width for each in trees), 320])
    parts: list[str] = []
    top = 0
    for each in trees:
        parts.append(f'<g transform="translate(0 {top})">{each.body}</g>\n')
        top += each.height
    if not trees:
        parts.append(f'<text class="faint" x="{layout.MARGIN}" y="36">Nothing to draw.</text>\n')
    height = max(top, 60)
    title = arrows.summary(picture) if trees else "Nothing to draw"
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pipeline" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<title>Upgrade pipelines: {title}</title>\n'
        f"<desc>{_description(picture.trees)}</desc>\n<style>\n{OWN_STYLE}\n</style>\n"
        f'<path class="paper" d="M0 0H{width}V{height}H0Z"/>\n{"".join(parts)}</svg>\n'
    )
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def fragment(tree: Tree, off: frozenset[ServiceRef] = frozenset()) -> str:
    """One tree as an `<svg>` element without style, ids or white space around it, to stand in a page."""
    drawn = draw(tree, off)
    title = ", ".join(f"{word} {visible(value)}" for word, value in arrows.heading(tree)) or _title(tree)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pipeline" role="img" width="{drawn.width}" '
        f'height="{drawn.height}" viewBox="0 0 {drawn.width} {drawn.height}"><title>{escape(title)}</title>'
        f"<desc>{_description([tree])}</desc>{drawn.body}</svg>"
    )


def draw(tree: Tree, off: frozenset[ServiceRef]) -> Drawn:
    """A tree's elements, from (0, 0) on."""
    spots = layout.spots(tree.places, off)
    body = [_head(tree), *(f'<path class="stem" d="{path}"/>' for path in layout.stems(spots))]
    for spot in spots:
        place, is_off = spot.place, spot.place.ref in off
        line = "" if place.arrow is None else _line(place.arrow, spot)
        body.append(
            f"<g{_classes(place.arrow, off=is_off)}><title>{escape(_told(place, off=is_off))}</title>{line}"
            f"{_box(place, spot, off=is_off)}</g>"
        )
    width = max(max(spot.right for spot in spots) + layout.MARGIN, _head_width(tree) + 2 * layout.MARGIN)
    height = max(spot.middle for spot in spots) + layout.ROW // 2 + layout.MARGIN
    if tree.left_out:
        body.append(f'<text class="faint" x="{layout.MARGIN}" y="{height}">… and {arrows.left_out(tree)}</text>')
        height += layout.MARGIN
    return Drawn("".join(body), width, height)


def _classes(arrow: Arrow | None, *, off: bool) -> str:
    kind = _KINDS[arrow.mark] if arrow is not None else ""
    known = f"{kind} off".lstrip() if off else kind
    return f' class="{known}"' if known else ""


def _title(tree: Tree) -> str:
    """The pipelines, or what stands first of a tree that is of none."""
    return visible(", ".join(tree.pipelines)) or name(str(tree.places[0].ref))


def _head(tree: Tree) -> str:
    title, owners = _title(tree), layout.cut(visible(", ".join(tree.owners)), layout.LONGEST_TITLE)
    owner = f'<tspan class="faint" dx="10">{escape(owners)}</tspan>' if owners else ""
    return (
        f'<g><title>{escape(title)}</title><text class="head" x="{layout.MARGIN}" y="26">'
        f"{escape(layout.cut(title, layout.LONGEST_TITLE))}{owner}</text></g>"
    )


def _head_width(tree: Tree) -> int:
    title, owners = (
        layout.wide(layout.cut(text, layout.LONGEST_TITLE)) for text in (_title(tree), visible(", ".join(tree.owners)))
    )
    return int(title * layout.HEAD_LETTER + owners * layout.SMALL_LETTER) + layout.MARGIN


def _line(arrow: Arrow, spot: layout.Spot) -> str:
    """To a box, with words above and below."""
    start, middle = spot.bend + 12, spot.middle
    note = arrows.note(arrow)
    return (
        f'<path class="line" d="{layout.line(spot)}"/><path class="tip" d="M{spot.left} {middle}l-9 -5v10z"/>'
        f'<text class="days" x="{start}" y="{middle - 6}">{arrows.days(arrow)}</text>'
        + (f'<text class="note" x="{start}" y="{middle + 15}">{note}</text>' if note else "")
    )


def _box(place: Place, spot: layout.Spot, *, off: bool) -> str:
    """A service: its name, its project, the sign of what happens to its step."""
    arrow, left, middle = place.arrow, spot.left, spot.middle
    sign = _SIGNS[arrow.mark] if arrow is not None else ""
    text = left + 12 + (layout.SIGN - 4 if sign else 0)
    power = '<tspan class="warn" dx="6">(powered off)</tspan>' if off else ""
    service, project = (
        escape(layout.cut(name(each), layout.LONGEST)) for each in (place.ref.service, place.ref.project)
    )
    return (
        f'<rect x="{left}" y="{middle - layout.BOX // 2}" width="{spot.right - left}" height="{layout.BOX}" rx="6"/>'
        f"{_badge(sign, left + 16, middle) if sign else ''}"
        f'<text class="name" x="{text}" y="{middle - 3}">{service}</text>'
        f'<text class="where" x="{text}" y="{middle + 12}">{project}{power}</text>'
        f"{_lock(spot.right - 20, middle - 2) if arrow is not None and arrow.protect else ''}"
    )


def _badge(sign: str, x: int, y: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="9"/><text class="sign" x="{x}" y="{y + 4}">{escape(sign)}</text>'


def _lock(x: int, y: int) -> str:
    return f'<path class="icon" d="M{x} {y}h10v8h-10zM{x + 2} {y}v-3a3 3 0 0 1 6 0v3"/>'


def _told(place: Place, *, off: bool) -> str:
    """`prod/pg: + 7 days, moved from dev/pg`, all in words."""
    parts = [name(str(place.ref))]
    parts += ["powered off"] if off else []
    parts += [arrows.line(place.arrow, name)] if place.arrow is not None else []
    return ": ".join(parts)


def _description(trees: Sequence[Tree]) -> str:
    """For who cannot see the picture: how much there is of what."""
    steps = sum(1 for tree in trees for _ in tree.arrows)
    changed = sum(map(arrows.changed, trees))
    return f"{count(steps, 'upgrade step')} from left to right, {count(changed, 'change')} among them."
