"""The sandbox's page, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from pipesync.sandbox import Server, create_app, serve
from tests.browser.accessibility import serious


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(create_app(), 0) as running:
        yield running


def test_nothing_serious_stands_between_the_page_and_its_readers(browser: Browser, server: Server) -> None:
    """axe-core has no serious finding, in light and in dark."""
    assert serious(browser, server.url) == []
    assert serious(browser, server.url, color_scheme="dark") == []
