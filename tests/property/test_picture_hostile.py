"""Laws of drawings: whatever names hold, they are labels; the structure of every drawing is that of harmless names."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pipesync import picture
from pipesync.arrow import Arrow, Mark
from pipesync.model import ServiceRef
from pipesync.picture import Picture
from pipesync.render import render_picture, render_plan
from pipesync.render.diagrams.mermaid import MOST_CHARACTERS
from pipesync.render.diagrams.svg import fragment
from pipesync.render.escape import name
from tests.foreign_values import address, plan
from tests.property.test_render_hostile import LAW, Page, foreign
from tests.runners import commands

TEXT = r"(?:[A-Za-z0-9 _./-]|#[0-9]+;)*"
LABEL = rf'"{TEXT}"'
ID = r"n[0-9]+"
LINE = re.compile(
    rf"flowchart LR|    subgraph t[0-9]+\[{LABEL}\]|    direction LR|    end|    {ID}\[{LABEL}\]"
    rf"|    {ID} (?:-->|==>|-\.->|--x)\|{LABEL}\| {ID}|    more\[{LABEL}\]|    linkStyle [0-9,]+ stroke:#[0-9a-f]{{6}}"
)
"""What a flowchart may consist of; nothing foreign stands outside of a label, and a label ends where we end it."""


def drawn(text: str) -> Picture:
    """A picture whose names, pipelines and owners are all foreign.

    Our own words in it are longer than what an attack is likely to be, so that no name makes one tree of two.
    """
    there = ServiceRef(text, text)
    below = [
        Arrow(ServiceRef("development", text), there, 7, Mark.MOVED, 3, pipeline=text, owner=text, other=there),
        Arrow(there, ServiceRef("production", text), 7, Mark.REMOVED, protect=True, pipeline=text, owner=text),
    ]
    return picture.picture(
        [*below, Arrow(ServiceRef("elsewhere", "top"), ServiceRef("elsewhere", text), 1, pipeline="another")], [there]
    )


MERMAIDS: tuple[Callable[[str], str], ...] = (
    lambda text: render_picture(drawn(text), "mermaid"),
    lambda text: render_plan(plan(text), "mermaid"),
)

SVGS: tuple[Callable[[str], str], ...] = (
    lambda text: render_picture(drawn(text), "svg"),
    lambda text: render_plan(plan(text), "svg"),
    lambda text: fragment(drawn(text).trees[0], drawn(text).off),
)

TEXTS: tuple[Callable[[str], str], ...] = (
    lambda text: render_picture(drawn(text), "text"),
    lambda text: render_plan(plan(text), "text", ascii_only=True),
)


@LAW
@given(foreign)
def test_names_are_labels_of_a_flowchart_and_nothing_else(text: str) -> None:
    """Every line is one of ours, within GitLab's size, whatever the names are."""
    for rendering in MERMAIDS:
        drawing = rendering(text)
        assert [line for line in drawing.splitlines() if LINE.fullmatch(line) is None] == []
        assert len(drawing) <= MOST_CHARACTERS
        assert not drawing.split("\n")[1].lstrip().startswith("%%")


@LAW
@given(foreign)
def test_names_are_text_of_an_svg_and_nothing_else(text: str) -> None:
    """The same elements with the same attributes as with a plain word, but for the sizes of boxes."""

    def structure(drawing: str) -> list[tuple[str, str | None, tuple[str, ...]]]:
        return [(each.tag, each.get("class"), tuple(each.attrib)) for each in ET.fromstring(drawing).iter()]

    for rendering in SVGS:
        assert structure(rendering(text)) == structure(rendering("word"))


@LAW
@given(foreign)
def test_the_whole_name_is_in_an_svg(text: str) -> None:
    """However long it is, and though what cannot be seen is spelled out."""
    for rendering, ref in zip(SVGS, (str(ServiceRef("production", text)), address(text)), strict=False):
        shown = name(ref)
        titles = [each.text or "" for each in ET.fromstring(rendering(text)).iter("{http://www.w3.org/2000/svg}title")]
        assert any(title.startswith(shown) for title in titles)


@LAW
@given(foreign)
def test_a_drawing_is_no_command_to_a_runner(text: str) -> None:
    """A job may print it into its log."""
    for rendering in (*MERMAIDS, *SVGS, *TEXTS):
        assert commands(rendering(text)) == []


@LAW
@given(foreign)
def test_a_tree_in_a_terminal_shows_names_and_does_nothing_else(text: str) -> None:
    """As many lines as with a plain word, no control characters, and no colour but ours."""
    for rendering in TEXTS:
        shown = rendering(text)
        assert shown.count("\n") == rendering("word").count("\n")
        assert shown.replace("\n", "").isprintable()
    coloured = render_picture(drawn(text), "text", color=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == render_picture(drawn(text), "text")


@LAW
@given(foreign)
def test_the_page_around_a_flowchart_keeps_its_structure(text: str) -> None:
    """The fence ends where we end it."""
    assert Page(render_picture(drawn(text), "markdown")).tags == Page(render_picture(drawn("word"), "markdown")).tags


@LAW
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from(Mark)), min_size=1, max_size=20))
def test_every_arrow_and_every_service_is_in_a_picture_once(edges: list[tuple[int, int, Mark]]) -> None:
    """Whatever graph it is, with circles, services of several sources, and steps onto themselves."""
    arrows = [Arrow(ServiceRef("p", str(a)), ServiceRef("p", str(b)), number, mark) for number, (a, b, mark) in
              enumerate(edges)]  # fmt: skip
    made = picture.picture(arrows)
    shown = [arrow.days for tree in made.trees for arrow in tree.arrows]
    assert sorted(shown) == [*range(len(edges))]
    places = [place.ref for tree in made.trees for place in tree.places if not place.ghost]
    assert sorted(places) == sorted({ref for arrow in arrows for ref in (arrow.source, arrow.destination)})
    assert picture.picture(arrows[::-1]).trees == made.trees or len({edge[:2] for edge in edges}) < len(edges)
    for form in ("text", "mermaid", "svg", "markdown"):
        assert render_picture(made, form)
