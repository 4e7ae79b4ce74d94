"""A real headless Chromium, shared by the tests of pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; CI has one (`tests/browser/install`), elsewhere a machine without one is told so."""
    found = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium on this machine: tests/browser/install says how to get one")
    with sync_playwright() as playwright:
        # Root has no sandbox of Chromium's own; the pages are ours.
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page as most people's browsers show it."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()
