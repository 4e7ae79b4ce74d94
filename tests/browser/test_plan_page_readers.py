"""A plan's page for all its readers: by axe-core, in dark, on a narrow screen, on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import serious
from tests.browser.plan_pages import golden, shown, written
from tests.large_plans import large

MIXED = "mixed"


def test_the_pictures_are_dark_where_the_page_is(browser: Browser, tmp_path: Path) -> None:
    """A box has the page's scheme, and on paper the light one."""
    url, colour = written(tmp_path, golden(MIXED)), "getComputedStyle(document.querySelector('.pipeline rect')).fill"
    found = {}
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(url)
            found[scheme] = page.evaluate(colour)
            page.emulate_media(media="print", color_scheme=scheme)
            assert page.evaluate(colour) == found["light"]
    assert found["light"] != found["dark"]


def test_on_paper_everything_is_there_and_nothing_to_click(page: Page, tmp_path: Path) -> None:
    """What the filter hides is printed, controls and the raw plan are not; dark colours are left on the screen."""
    page.goto(written(tmp_path, golden(MIXED)))
    page.get_by_label("Action").select_option("import")
    assert shown(page) == 2
    page.emulate_media(media="print", color_scheme="dark")
    assert shown(page) == 8
    for hidden in (
        page.get_by_role("search"),
        page.get_by_role("navigation"),
        page.locator("#raw"),
        page.locator("#none"),
    ):
        expect(hidden).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_long_lists_of_names_are_printed_whole(page: Page, tmp_path: Path) -> None:
    """What is folded on the screen is unfolded on paper."""
    page.goto(written(tmp_path, large(60)))
    last = page.get_by_role("listitem").filter(has_text=re.compile(r"^\s*orders-00029\s*$"))
    expect(last).to_be_hidden()
    page.emulate_media(media="print")
    expect(last).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [MIXED, "refused", "kept"])
def test_nothing_serious_stands_between_the_page_and_its_readers(
    browser: Browser, tmp_path: Path, name: str, scheme: str
) -> None:
    """axe-core has no serious finding."""
    assert serious(browser, written(tmp_path, golden(name)), color_scheme=scheme) == []


def test_a_wide_picture_can_be_scrolled_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    """On a narrow screen it takes the focus and moves; where everything fits, the focus does not stop at it."""
    url = written(tmp_path, golden(MIXED))
    for width, stops in ((1280, 0), (400, 4)):
        with browser.new_context(viewport={"width": width, "height": 800}) as context:
            page = context.new_page()
            page.goto(url)
            page.get_by_role("heading", name="Pictures").scroll_into_view_if_needed()
            expect(page.locator(".picture[tabindex]")).to_have_count(stops)
    assert serious(browser, url, viewport={"width": 400, "height": 800}) == []


@pytest.mark.parametrize("name", [MIXED, "refused", "hostile"])
def test_the_page_fits_a_narrow_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    """Nothing has to be scrolled sideways at 360 pixels."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(written(tmp_path, golden(name)))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", ["mixed", "kept", "hostile"])
def test_a_table_can_be_read_on_a_narrow_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    """No word of a heading is broken, and a service's name does not run down the page letter by letter."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(written(tmp_path, golden(name)))
        words = """heads => heads.flatMap(head => [...head.textContent.matchAll(/\\S+/g)].map(word => {
            const range = document.createRange();
            range.setStart(head.firstChild, word.index);
            range.setEnd(head.firstChild, word.index + word[0].length);
            return [word[0], range.getClientRects().length];
        }))"""
        heads = page.locator("thead th").evaluate_all(words)
        assert heads
        assert [word for word, lines in heads if lines != 1] == []
        widths = page.locator('th[scope="row"]').evaluate_all("cells => cells.map(cell => cell.clientWidth)")
        assert min(widths) >= 100
