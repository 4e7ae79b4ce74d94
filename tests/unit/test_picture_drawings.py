"""Drawings of pictures: how much is drawn, and what a reader gets told of the rest."""

import re
from xml.etree import ElementTree as ET

import pytest

from pipesync import picture
from pipesync.arrow import Arrow, Mark
from pipesync.model import ServiceRef
from pipesync.picture import Picture
from pipesync.plan import Plan
from pipesync.render import render_picture, render_plan
from pipesync.render.colour import Paint
from pipesync.render.diagrams.flowchart import MOST_ARROWS, flowchart
from pipesync.render.diagrams.mermaid import MOST_CHARACTERS
from pipesync.render.diagrams.svg import fragment
from pipesync.render.text.picture import MOST_LINES, plan_pictures
from tests.unit.nouns import decide, live, recording, spec, wanted

SVG = "{http://www.w3.org/2000/svg}"


def fan(width: int, mark: Mark = Mark.KEPT, name: str = "dev/pg", pipeline: str | None = "orders") -> list[Arrow]:
    source = ServiceRef.parse(name)
    return [
        Arrow(source, ServiceRef(f"p{number}", source.service), 7, mark, pipeline=pipeline) for number in range(width)
    ]


def texts(drawing: str) -> list[str]:
    """The texts that an SVG shows, in its order."""
    return ["".join(each.itertext()) for each in ET.fromstring(drawing).iter(f"{SVG}text")]


def trees_of(plan: Plan) -> list[str]:
    """The lines of a plan's text that are its trees, without their title."""
    section = plan_pictures(plan, Paint(), ascii_only=False)
    assert section is not None
    assert f"\n\n{section}\n\n" in render_plan(plan, "text")
    title, _, *lines = section.splitlines()
    assert title == "How the pipelines change:"
    return lines


@pytest.mark.parametrize("mark", [Mark.KEPT, Mark.ADDED])
@pytest.mark.parametrize("width", [1, 20, MOST_ARROWS, 41, 500])
def test_a_flowchart_stays_within_its_limits(width: int, mark: Mark) -> None:
    """Forty arrows, 2,000 characters; what is left out is counted, in the drawing as well."""
    drawing = flowchart(picture.picture(fan(width, mark)))
    drawn = drawing.text.count("==>") + drawing.text.count("-->")
    assert drawn > 0
    assert drawn + drawing.left_out == width
    assert drawn <= MOST_ARROWS
    assert len(drawing.text) <= MOST_CHARACTERS
    assert (f'more["{drawing.left_out} more left out"]' in drawing.text) == (drawing.left_out > 0)


def test_a_flowchart_leaves_out_what_stays_before_what_changes() -> None:
    """Sixty steps that stay are no reason not to see the one that goes."""
    drawing = flowchart(
        picture.picture([*fan(60), Arrow(ServiceRef("p7", "pg"), ServiceRef("x", "y"), 3, Mark.REMOVED)])
    )
    assert drawing.left_out == 59
    assert '-.->|"#8722; 3 days#44; removed"|' in drawing.text


def test_a_flowchart_of_one_tree_is_that_tree_alone() -> None:
    """A page may have a drawing for each pipeline."""
    made = picture.picture([*fan(2), *fan(3, name="dev/kafka", pipeline="events")])
    events, orders = (flowchart(made, [tree]) for tree in made.trees)
    assert (events.text.count("-->"), orders.text.count("-->")) == (3, 2)
    assert "subgraph" not in events.text
    assert flowchart(made).text.count("subgraph") == 2


def test_many_pipelines_fill_one_flowchart_and_are_counted() -> None:
    """As many as fit, then a number."""
    arrows = [each for number in range(100) for each in fan(2, name=f"dev/{number:02}", pipeline=f"pipe-{number:02}")]
    drawing = flowchart(picture.picture(arrows))
    assert drawing.text.count("-->") + drawing.left_out == 200
    assert len(drawing.text) <= MOST_CHARACTERS


def test_a_picture_of_nothing_says_so() -> None:
    """Not an empty file, which looks like a failure."""
    nothing = Picture(())
    assert '["Nothing to draw"]' in render_picture(nothing, "mermaid")
    assert texts(render_picture(nothing, "svg")) == ["Nothing to draw."]
    assert render_picture(nothing, "text") == "0 upgrade steps.\n"
    assert "## 0 upgrade steps" in render_picture(nothing, "markdown")


def test_the_trees_of_a_plan_fill_a_screen_at_most() -> None:
    """Whole trees, then how many more there are, and how much changes in them."""
    want = spec(*(wanted(f"dev/{number:02}", f"prod/{number:02}", pipeline=f"p{number:02}") for number in range(30)))
    lines = trees_of(decide(want, []))
    assert len([line for line in lines if line and not line.startswith("...")]) == 39
    assert lines[-1] == "... and 17 more trees with 17 changes (--format svg shows all)"


def test_a_large_tree_after_others_is_counted_rather_than_cut() -> None:
    """A tree is shown with all its changes, unless it is the first."""
    want = [wanted("dev/a", f"a{number}/pg", pipeline="a") for number in range(10)]
    want += [wanted("dev/b", f"b{number}/pg", pipeline="b") for number in range(50)]
    lines = trees_of(decide(spec(*want), []))
    assert len(lines) == 14
    assert lines[-1] == "... and 1 more tree with 50 changes (--format svg shows all)"


def test_a_wide_tree_shows_its_changes_alone_where_the_rest_does_not_fit() -> None:
    """What stays is counted."""
    are = [live("dev/pg", f"p/{number:03}") for number in range(100)]
    want = spec(*(wanted("dev/pg", at.step.address) for at in are[1:]))
    lines = trees_of(decide(want, are, recording(*are)))
    assert lines == [
        "# pipeline orders, owner @acme/dba",
        "dev/pg",
        "└─→ p/000  - 7 days, removed",
        "... and 99 more that stay as they are",
    ]
    many = trees_of(decide(spec(), are, recording(*are)))
    assert len(many) == MOST_LINES + 1
    assert many[-1] == "... and 62 more, 62 of them changing"


def test_a_terminal_without_lines_gets_ascii() -> None:
    """Nothing but plain characters, and the same words."""
    plan = decide(spec(wanted("dev/pg", "stage/pg"), wanted("stage/pg", "prod/pg")), [])
    plain = render_plan(plan, "text", ascii_only=True)
    assert plain.isascii()
    assert "\ndev/pg\n+-> stage/pg  + 7 days, added\n    +-> prod/pg  + 7 days, added\n" in plain
    assert plain.endswith("Plan: 2 to add, 0 to change, 0 to destroy.\n")


def test_colour_tells_what_the_signs_tell() -> None:
    """Green for what comes, red for what goes, yellow for a delay."""
    gates = [live("dev/pg", "a/pg"), live("dev/pg", "b/pg")]
    want = spec(wanted("dev/pg", "b/pg", 9), wanted("dev/pg", "c/pg"))
    coloured = render_plan(decide(want, gates, recording(*gates)), "text", color=True)
    assert "\x1b[31m- 7 days, removed\x1b[0m" in coloured
    assert "\x1b[33m~ 7 -> 9 days\x1b[0m" in coloured
    assert "\x1b[32m+ 7 days, added\x1b[0m" in coloured


def test_an_svg_tells_changes_in_words_and_shapes() -> None:
    """Without any colour: a sign, words, a dashed line, and for screen readers a sentence for each service."""
    gate = live("dev/pg", "prod/pg")
    plan = decide(spec(wanted("stage/pg", "prod/pg", 9)), [gate], recording(gate))
    drawing = render_plan(plan, "svg")
    assert texts(drawing) == [
        "orders@acme/dba",
        "pg", "dev", "7 days", "removed", "−", "pg", "prod",
        "pg", "stage", "7 → 9 days", "moved", "+", "pg", "prod",
    ]  # fmt: skip
    titles = [each.text for each in ET.fromstring(drawing).iter(f"{SVG}title")]
    assert titles == [
        "Upgrade pipelines: 1 pipeline, 2 upgrade steps",
        "orders",
        "dev/pg",
        "prod/pg: - 7 days, moves to stage/pg",
        "stage/pg",
        "prod/pg: + 7 → 9 days, moved from dev/pg",
    ]
    assert re.search(r"\.remove \.line\{stroke-dasharray", drawing)


def test_a_long_name_is_cut_and_stands_whole_in_the_title() -> None:
    """A box is never wider than thirty letters; the beginning and the end of a name tell more than one of them."""
    long = "pg-" + "orders-" * 8 + "europe"
    drawing = render_picture(picture.picture([Arrow(ServiceRef("dev", "pg"), ServiceRef("p" * 63, long), 7)]), "svg")
    assert "pg-orders-order…-orders-europe" in texts(drawing)
    assert f"{'p' * 63}/{long}: 7 days" in drawing


@pytest.mark.parametrize("name", ["數據庫" * 5, "數據庫" * 6, "數據庫" * 20])
def test_wide_characters_take_the_room_of_two(name: str) -> None:
    """A name in Chinese is cut where it would leave its box."""
    made = picture.picture([Arrow(ServiceRef("dev", "pg"), ServiceRef("prod", name), 7)])
    [shown] = [text for text in texts(render_picture(made, "svg")) if text.startswith(name[:7])]
    assert shown == (name if len(name) <= 15 else f"{name[:7]}…{name[-7:]}")


def test_an_svg_loads_and_runs_nothing() -> None:
    """It is safe to open, and to embed under a strict policy: no script, no reference, no inline style."""
    made = picture.picture(fan(3))
    for drawing in (render_picture(made, "svg"), fragment(made.trees[0])):
        root = ET.fromstring(drawing)
        tags = {each.tag.removeprefix(SVG) for each in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "g", "path", "rect", "circle", "text", "tspan"}
        names = {name for each in root.iter() for name in each.attrib}
        assert not names & {"style", "href", "id"}
        assert not any(name.startswith("on") for name in names)
        assert "url(" not in drawing
        assert "@import" not in drawing


def test_a_fragment_brings_no_style() -> None:
    """A page has the style once, for all of them."""
    made = picture.picture(fan(2))
    assert "<style" not in fragment(made.trees[0])
    assert fragment(made.trees[0]).startswith("<svg ")


def test_a_short_tree_of_a_fragment_tells_what_is_left_out() -> None:
    """A page may draw the essential part of a wide tree."""
    tree = picture.shortened(picture.picture(fan(50)).trees[0], 5)
    assert texts(fragment(tree))[-1] == "… and 46 more that stay as they are"


def test_markdown_has_a_drawing_for_each_tree() -> None:
    """Pipelines and owners stand above it as text."""
    made = picture.picture([*fan(2), *fan(3, name="dev/kafka", pipeline="events")])
    page = render_picture(made, "markdown")
    assert page.startswith(
        "<!-- pipesync:picture -->\n\n## 2 pipelines, 5 upgrade steps\n\nPipeline `events`\n\n```mermaid\n"
    )
    assert page.count("```mermaid") == 2
    many = [each for number in range(25) for each in fan(1, name=f"dev/{number:02}", pipeline=f"p{number:02}")]
    assert "5 further trees left out of this page" in render_picture(picture.picture(many), "markdown")
