"""Where things stand in an SVG picture: rows and columns of a tree's boxes, in pixels, and how much of a name fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

from pipesync.model import ServiceRef
from pipesync.picture import Place
from pipesync.render.escape import name
from pipesync.render.words import arrows

BOX: Final = 40
"""Height of a service in pixels: two lines of text."""

ROW: Final = 56
"""From one row to the next."""

HEAD: Final = 40
"""Height of what stands above a tree."""

MARGIN: Final = 16

LETTER: Final = 8
"""Width of a letter of a name: 0.6 of 13 pixels, as in nearly every monospaced font, rounded up."""

SMALL_LETTER: Final = 6.6
"""Of our words at 12 pixels, in the widest of the usual fonts; and of the second line's names, at 11."""

HEAD_LETTER: Final = 9.5
"""Of a title at 15 pixels, bold, as most titles are; one all of capitals may be cut off at the right."""

LONGEST: Final = 30
"""Letters of a name that are shown; the whole name is in the box's title."""

LONGEST_TITLE: Final = 60
"""Letters of a title that are shown, and as many of the owners."""

SIGN: Final = 24
"""Room for the sign in a box."""


BEND: Final = 16
"""From a box to where the arrows that leave it part."""

ROUND: Final = 8
"""Radius of a corner."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a place's box stands: its ends and its middle. `above` is the spot of its source, None at a top."""

    place: Place
    left: int
    right: int
    middle: int
    above: "Spot | None"

    @property
    def bend(self) -> int:
        """Where its arrow parts from the others of its source."""
        return 0 if self.above is None else self.above.right + BEND


def spots(places: Sequence[Place], off: frozenset[ServiceRef]) -> list[Spot]:
    """One for each place."""
    ends = columns(places, off)
    above: list[Spot] = []  # at each depth, on the way down
    found = []
    for place, row in zip(places, rows(places), strict=True):
        left, right = ends[place.depth]
        middle = HEAD + int(row * ROW) + ROW // 2
        spot = Spot(place, left, right, middle, above[place.depth - 1] if place.depth else None)
        above[place.depth :] = [spot]
        found.append(spot)
    return found


def line(spot: Spot) -> str:
    """The path of the arrow to a spot, from where it parts from others."""
    above, middle, bend, end = spot.above, spot.middle, spot.bend, spot.left - 7
    assert above is not None  # tops have no arrow
    if above.middle == middle:
        return f"M{bend} {middle}H{end}"
    turn = ROUND if middle > above.middle else -ROUND
    return f"M{bend} {middle - turn}Q{bend} {middle} {bend + ROUND} {middle}H{end}"


def stems(found: Iterable[Spot]) -> Iterator[str]:
    """For each source the path that its arrows share, without colour of their own."""
    spans: dict[int, tuple[Spot, int, int]] = {}
    for spot in found:
        if spot.above is not None:
            _, first, last = spans.get(id(spot.above), (spot, spot.middle, spot.middle))
            spans[id(spot.above)] = (spot, min(first, spot.middle), max(last, spot.middle))
    for spot, first, last in spans.values():
        assert spot.above is not None
        start, middle = spot.above.right, spot.above.middle
        across = f"M{start} {middle}H{spot.bend}"
        yield across if first == last else f"{across}M{spot.bend} {first + ROUND}V{last - ROUND}"


def rows(places: Sequence[Place]) -> list[float]:
    """The row of each place.

    A leaf has a row of its own; a source stands in the middle of what waits for it.
    """
    found: list[float] = []
    free = 0.0
    below: dict[int, list[float]] = {}  # depth → the rows of what stands there below one source, the last one first
    for place in reversed(places):
        ends = below.pop(place.depth + 1, None)
        if ends is None:
            free -= 1
            ends = [free]
        row = (ends[0] + ends[-1]) / 2
        below.setdefault(place.depth, []).append(row)
        found.append(row)
    return [row - free for row in reversed(found)]


def columns(places: Iterable[Place], off: frozenset[ServiceRef]) -> list[tuple[int, int]]:
    """Left and right end of the boxes at each depth."""
    widths: list[float] = []
    gaps: list[float] = []
    for place in places:
        if place.depth >= len(widths):
            widths += [96] * (place.depth + 1 - len(widths))
            gaps += [0] * (place.depth + 1 - len(gaps))
        ref, arrow = place.ref, place.arrow
        service, project = (min(wide(name(each)), LONGEST) for each in (ref.service, ref.project))
        second = project + (14 if ref in off else 0)  # "(powered off)", and the space before it
        sign = SIGN if arrow is not None and place.changes else 0
        letters = max(service * LETTER, second * SMALL_LETTER)
        widths[place.depth] = max(widths[place.depth], letters + sign + 36)
        if arrow is not None:
            words = max(len(arrows.days(arrow)), len(arrows.note(arrow)))
            gaps[place.depth] = max(gaps[place.depth], words * SMALL_LETTER + 52)
    found: list[tuple[int, int]] = []
    left = MARGIN
    for width, gap in zip(widths, gaps, strict=True):
        left += int(gap)
        found.append((left, left + int(width)))
        left += int(width)
    return found


def wide(text: str) -> int:
    """How many letters' room a text takes; a wide character counts as two."""
    return len(text) if text.isascii() else sum(1 + (east_asian_width(each) in "WF") for each in text)


def cut(text: str, most: int) -> str:
    """A text of at most `most` letters' room: of a long one, the beginning and the end."""
    if wide(text) <= most:
        return text
    begin, end = most // 2, most - most // 2 - 1
    while wide(text[:begin]) > most // 2:
        begin -= 1
    while wide(text[-end:]) > most - most // 2 - 1:
        end -= 1
    return f"{text[:begin]}…{text[-end:]}"
