"""The sandbox's page in a real browser: what people see, the forms, and that names are text."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from pipesync.sandbox import Server, create_app, serve, world_of
from tests.browser.accessibility import serious
from tests.sandbox.running import noon

MONDAYS = {"dow": "monday", "time": "03:00:00"}

HOSTILE = '<img src=x onerror="document.title=1">'

WORLD: dict[str, Any] = {
    "organization": "org1a23f456789",
    "services": [
        {"project": "dev", "name": "pg", "type": "pg", "version": "16.4", "maintenance": MONDAYS},
        {"project": "prod", "name": "pg", "type": "pg", "version": "16.4", "maintenance": MONDAYS},
        {"project": "prod", "name": HOSTILE, "type": HOSTILE},
    ],
    "steps": [{"source": "dev/pg", "destination": "prod/pg", "auto_validation_delay_days": 3}],
}


@pytest.fixture
def server() -> Iterator[Server]:
    """It begins on Monday 2026-05-04 at 12:30 UTC, after that day's windows."""
    with serve(create_app(world_of(WORLD), clock=noon), 0) as running:
        yield running


def press(page: Page, button: str, **fields: str) -> None:
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def advance(page: Page, length: str) -> None:
    press(page, "Advance", By=length)


def stands(page: Page, service: str, *words: str) -> None:
    """The line of `service` in the trees says all of `words`."""
    line = page.locator(".tree li", has=page.locator(".name", has_text=service))
    for word in words:
        expect(line).to_contain_text(word)


def test_an_update_can_be_led_to_production_without_javascript(plain_page: Page, server: Server) -> None:
    """Released, taken by the source in its window, validated by hand, taken by the destination a week later."""
    page = plain_page
    page.goto(server.url)
    expect(page.locator(".clock")).to_contain_text("Mon 2026-05-04 12:30 UTC")
    press(page, "Release", Version="16.5", Description="fixes")
    stands(page, "dev/pg", "16.4", "waits for its window", "takes 16.5 in its window, at Mon 2026-05-11 03:00")
    stands(page, "prod/pg", "16.4", "held back", "16.5 is held back until its source runs it and is validated")

    advance(page, "7d")
    stands(page, "dev/pg", "16.5", "up to date")
    stands(page, "prod/pg", "16.4", "held back", "automatic: 16.5 at Thu 2026-05-14")

    press(page, "Validate", Comment="tested <b>well</b>")
    stands(page, "prod/pg", "waits for its window", "lets 16.5 through", "tested <b>well</b>")

    advance(page, "1w")
    stands(page, "prod/pg", "16.5", "up to date")
    expect(page.locator("tbody").last).to_contain_text("dev/pg: 16.5 is validated by sandbox@example.org")


def test_a_form_that_is_refused_says_why(plain_page: Page, server: Server) -> None:
    """The page is there again, with the reason, and nothing has changed."""
    plain_page.goto(server.url)
    advance(plain_page, "soon")
    expect(plain_page.get_by_role("alert")).to_contain_text("'soon' is no length of time: write 3d, 12h, 30m or 1d12h")
    press(plain_page, "Release", Version="16.5")
    press(plain_page, "Release", Version="16.5")
    expect(plain_page.get_by_role("alert")).to_contain_text("Version 16.5 of pg was released before")


def test_names_are_text(page: Page, server: Server) -> None:
    """A name that is markup is shown as it is, wherever it stands, and runs nothing."""
    page.goto(server.url)
    expect(page.locator("body")).to_contain_text(f"prod/{HOSTILE}")
    assert page.locator("img").count() == 0
    assert page.title() == "pipesync sandbox"


def test_a_page_of_somebody_else_cannot_press_the_buttons(page: Page, server: Server) -> None:
    """A form sent from another site is refused, and the clock stays where it is."""
    with serve(_elsewhere(server.url), 0) as other:
        page.goto(other.url.replace("127.0.0.1", "localhost"))
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_contain_text("sent from another site, and nothing was done")
    clock = httpx.get(f"{server.url}/_sandbox/clock", trust_env=False).json()
    assert clock["now"].startswith("2026-05-04T12:30")


def _elsewhere(url: str) -> Any:
    """A page of another site with a form for the sandbox at `url`."""
    form = f'<form method="post" action="{url}/"><input name="length" value="9d"><button name="do" value="advance">'

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(form)))])
        return [form.encode()]

    return app


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_between_the_page_and_its_readers(browser: Browser, server: Server, scheme: str) -> None:
    """axe-core has no serious finding, with a step that waits and a notice of a refusal."""
    httpx.post(server.url, data={"do": "release", "type": "pg", "version": "16.5"}, trust_env=False)
    assert serious(browser, server.url, color_scheme=scheme) == []


def test_the_page_fits_a_narrow_screen(browser: Browser, server: Server) -> None:
    """Nothing has to be scrolled sideways at 360 pixels."""
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        page.goto(server.url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
