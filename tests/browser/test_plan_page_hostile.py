"""A plan's page under names that are markup: they are text, and what gets in all the same is not run."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.plan_pages import Account, written
from tests.foreign_values import plan

MARKS = (
    "<script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "</style><script>document.title='run'</script>",
    "</script><script>document.title='run'</script><!--",
    "<!--<script>",
    "</pre></code><iframe src=https://evil.example/></iframe>",
    "\"onmouseover=document.title='run' x=\"",
    "<base href=https://evil.example/><meta http-equiv=refresh content=0;url=https://evil.example/>",
)


@pytest.mark.parametrize("text", MARKS)
def test_names_are_text(page: Page, tmp_path: Path, text: str) -> None:
    """They are shown as they are and run nothing; the filter takes them as text, too."""
    account = Account.of(page)
    url = written(tmp_path, plan(text), plan_file=text)
    page.goto(url)
    expect(page.get_by_role("contentinfo")).to_contain_text(text)
    page.get_by_label("Pipeline or project").select_option(text)
    page.get_by_label("Text").fill(text)
    page.mouse.move(300, 300)
    assert page.locator("img, iframe, base, script:not([type]) + *").count() == 0
    assert page.title().endswith("pipesync")
    assert account == Account(requests=[url])


def test_what_gets_into_a_page_all_the_same_is_not_run(page: Page, tmp_path: Path) -> None:
    """Whatever came in past every escape: no script, no handler, no style, no image, no form, no request."""
    intruder = (
        "<script>document.title='run'</script><img src='https://evil.example/x' onerror=\"document.title='run'\">"
        "<style>h1{display:none}</style><p style='color:red' id=styled>x</p><iframe src='data:text/html,x'></iframe>"
        "<base href='https://evil.example/'><form action='https://evil.example/'><button>go</button></form>"
    )
    path = tmp_path / "plan.html"
    url = written(tmp_path, plan("word"))
    path.write_text(path.read_text("utf-8").replace("<main>", f"<main>{intruder}", 1), "utf-8")
    account = Account.of(page)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.title() != "run"
    assert page.url == url
    assert page.evaluate("getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    assert page.evaluate("document.baseURI") == url
    assert (account.requests, account.refused) == ([url], ["https://evil.example/x"])
    assert any("Content Security Policy" in said for said in account.console)
    assert page.get_by_role("search").is_visible()  # the page's own script is run
    refused = page.evaluate(
        "() => new Promise(done => {"
        "  document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));"
        "  document.querySelector('form[action]').requestSubmit(); })"
    )
    assert refused == "form-action"


def test_the_page_is_sealed_before_anything_else_is_read(browser: Browser, tmp_path: Path) -> None:
    """The policy stands before the first style and script; an inline script of another text is refused."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(written(tmp_path, plan("word")))
        heads = page.evaluate("[...document.head.children].map(e => e.httpEquiv || e.tagName.toLowerCase())")
        assert heads.index("Content-Security-Policy") < heads.index("style")
        page.evaluate(
            "() => { try { const script = document.createElement('script');"
            "script.textContent = 'document.title = \"run\"'; document.body.append(script) } catch { } }"
        )
        assert page.title() != "run"
