"""The page of a plan of ten thousand changes in a browser: it lays out what is in sight, and all can be reached."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.plan_pages import Account, written
from tests.large_plans import large

SIZE = 10_000

LAID_OUT = """
[...document.querySelectorAll('.changes > li, .picture > svg')]
    .filter(each => each.checkVisibility({ contentVisibilityAuto: true })).length
"""
"""How many changes and pictures the browser has laid out, of all that are there."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("large"), large(SIZE))


@pytest.fixture(scope="module", params=[True, False], ids=["script", "no script"])
def opened(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=request.param) as context:
        page = context.new_page()
        account = Account.of(page)
        page.goto(url)
        assert account == Account(requests=[url])
        yield page


def test_all_changes_are_there_and_few_are_laid_out(opened: Page) -> None:
    """With JavaScript or without; so many elements as a browser takes in at once."""
    assert opened.locator(".changes > li").count() == SIZE
    assert opened.evaluate("document.querySelectorAll('*').length") < 250_000
    opened.screenshot()  # a frame was drawn
    assert opened.evaluate(LAID_OUT) <= 200


def test_any_change_can_be_gone_to(opened: Page) -> None:
    """An address in the page leads to its change, wherever in the list that is."""
    opened.evaluate("location.hash = 'change-7777'")
    expect(opened.locator("#change-7777")).to_be_in_viewport()


def test_the_filter_finds_what_was_never_in_sight(browser: Browser, url: str) -> None:
    """All changes of one pipeline, and nothing else; the place of the others is given up."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(url)
        before = page.evaluate("document.documentElement.scrollHeight")
        page.get_by_label("Pipeline or project").select_option("orders-04999")
        expect(page.get_by_role("search").get_by_role("status")).to_have_text(f"2 of {SIZE} shown")
        expect(page.locator(".changes > li").filter(visible=True)).to_have_count(2)
        assert page.evaluate("document.documentElement.scrollHeight") < before / 10
