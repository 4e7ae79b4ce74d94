"""SVG pictures in a real browser: what is written fits where it stands, in light and dark, alone and in a page."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipesync import picture
from pipesync.arrow import Arrow, Mark
from pipesync.model import ServiceRef
from pipesync.render import render_picture
from pipesync.render.diagrams.svg import fragment
from pipesync.render.diagrams.svg_style import STYLE
from tests.browser.accessibility import serious

GOLDENS = Path(__file__).parents[1] / "unit/goldens/plan"

BOXES = """() => [...document.querySelectorAll('rect')].flatMap(rect => {
  const box = rect.getBBox()
  return [...rect.parentNode.querySelectorAll('.name, .where')].filter(text => {
    const own = text.getBBox()
    return own.x < box.x || own.x + own.width > box.x + box.width || own.y < box.y
      || own.y + own.height > box.y + box.height
  }).map(text => text.textContent)
})"""
"""The names that stand out of their boxes."""

WORDS = """() => [...document.querySelectorAll('.line')].flatMap(line => {
  const box = line.getBBox()
  return [...line.parentNode.querySelectorAll('.days, .note')].filter(text => {
    const own = text.getBBox()
    return own.x < box.x || own.x + own.width > box.x + box.width + 8
  }).map(text => text.textContent)
})"""
"""The words that are longer than the arrow that they tell of; its tip is 8 pixels long."""

OUTSIDE = """() => {
  const root = document.querySelector('svg'), size = root.viewBox.baseVal
  return [...root.querySelectorAll('text')].filter(text => {
    const own = text.getBBox(), at = text.getCTM().e
    return own.x + at + own.width > size.width
  }).map(text => text.textContent)
}"""
"""The texts that are cut off at the right."""


def wide() -> str:
    """The longest names and words that there are."""
    long = ServiceRef("project-" + "w" * 55, "service-" + "W" * 56)
    arrows = [
        Arrow(ServiceRef("m" * 63, "M" * 64), long, 30, Mark.IMPORTED, 14, protect=True, protect_before=False,
              pipeline="payments and orders, Europe first " * 3, owner="@acme/" + "database-owners-" * 5),
        Arrow(long, ServiceRef("p", "s"), 1, Mark.MOVED, 30, protect_before=True, other=long),
        Arrow(long, ServiceRef("q", "s"), 1, Mark.UNMANAGED, protect=True),
    ]  # fmt: skip
    return render_picture(picture.picture(arrows, [long, ServiceRef("m" * 63, "M" * 64)]), "svg")


def drawings() -> dict[str, str]:
    found = {path.stem: path.read_text("utf-8") for path in sorted(GOLDENS.glob("*.svg"))}
    return found | {"wide": wide()}


@pytest.mark.parametrize("drawing", drawings().values(), ids=drawings())
def test_what_is_written_fits(page: Page, tmp_path: Path, drawing: str) -> None:
    """No name leaves its box, no word its arrow, and nothing is cut off."""
    path = tmp_path / "drawing.svg"
    path.write_text(drawing, "utf-8")
    page.goto(path.as_uri())
    assert page.evaluate("document.querySelectorAll('parsererror').length") == 0
    assert [page.evaluate(question) for question in (BOXES, WORDS, OUTSIDE)] == [[], [], []]


def test_an_svg_file_is_dark_where_the_browser_is(browser: Browser, tmp_path: Path) -> None:
    """Its paper and its ink change places."""
    path = tmp_path / "drawing.svg"
    path.write_text((GOLDENS / "pictured.svg").read_text("utf-8"), "utf-8")
    seen: dict[str, list[str]] = {}
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(path.as_uri())
            fill = "name => getComputedStyle(document.querySelector(name)).fill"
            seen[scheme] = [page.evaluate(fill, name) for name in (".paper", ".name")]
    assert seen == {
        "light": ["rgb(255, 255, 255)", "rgb(31, 35, 40)"],
        "dark": ["rgb(13, 17, 23)", "rgb(230, 237, 243)"],
    }


def test_fragments_in_a_page_need_no_more_than_the_style(browser: Browser, tmp_path: Path) -> None:
    """Under a policy that allows one style sheet and nothing else, several of them, readable for everybody."""
    arrows = [
        Arrow(ServiceRef("dev", "pg"), ServiceRef("prod", "pg"), 7, mark, 3, pipeline=f"pipe-{mark}") for mark in Mark
    ]
    trees = [picture.picture([arrow]).trees[0] for arrow in arrows]
    style = tmp_path / "style.css"
    style.write_text(STYLE, "utf-8")
    path = tmp_path / "page.html"
    body = "".join(f"<h2>{tree.pipelines[0]}</h2>{fragment(tree)}" for tree in trees)
    path.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pictures</title>'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src file:">'
        f'<link rel="stylesheet" href="style.css"></head><body><main><h1>Pictures</h1>{body}</main></body></html>',
        "utf-8",
    )
    complaints: list[str] = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        expect(page.locator("svg")).to_have_count(len(trees))
        expect(page.get_by_role("img", name="pipeline pipe-added")).to_be_visible()
        assert page.evaluate(BOXES) == []
    assert complaints == []
    assert serious(browser, path.as_uri()) == []
