"""What axe-core says about a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser


def serious(browser: Browser, url: str, **context: object) -> list[str]:
    """What axe-core finds serious or critical about the page at `url`; it is let past the page's own policy."""
    with browser.new_context(bypass_csp=True, **context) as opened:  # type: ignore[arg-type]  # Playwright's many
        page = opened.new_page()
        page.goto(url)
        found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['target']}: {node['failureSummary']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
