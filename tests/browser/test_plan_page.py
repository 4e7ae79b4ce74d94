"""A plan's page in a real browser: what a reviewer reads and does, with and without JavaScript, and on paper."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipesync.plan import Change, Plan
from tests.browser.plan_pages import Account, golden, shown, written
from tests.large_plans import large

MIXED = "mixed"
SECTIONS = [
    "How far it reaches", "Dangers", "Changes", "Pictures", "Changed outside pipesync since the last apply",
    "Days until an update gets from the first stage to a service, at the earliest and at the latest",
    "Left alone, as the spec says (manage: false) (2)", "Not managed by pipesync, left as they are (23)", "This plan",
]  # fmt: skip


def row(page: Page, change: Change) -> Locator:
    return page.locator(".changes > li", has=page.locator(f'h4 code:text-is("{change.address}")'))


def test_the_page_says_everything_in_order_and_loads_nothing(page: Page, tmp_path: Path) -> None:
    """The verdict first, then the sections; no request but the file itself, and nothing on the console."""
    account = Account.of(page)
    url = written(tmp_path, golden(MIXED))
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Plan: 2 to import, 2 to add, 3 to change, 2 to destroy, 1 to forget."
    )
    expect(page).to_have_title("Plan: 2 to import, 2 to add, 3 to change, 2 to destroy, 1 to forget. – pipesync")
    expect(page.get_by_role("banner")).to_contain_text("High risk: a gate is deleted")
    expect(page.get_by_role("banner")).to_contain_text("apply needs --allow-destroy 4")
    assert page.get_by_role("heading", level=2).all_text_contents() == SECTIONS
    assert account == Account(requests=[url])


@pytest.mark.parametrize("with_script", [True, False])
def test_each_change_tells_all_that_the_plan_knows_of_it(
    page: Page, plain_page: Page, tmp_path: Path, *, with_script: bool
) -> None:
    """What happens, why, where it comes from, what it means, each field before and after; with JavaScript or not."""
    at, plan = page if with_script else plain_page, golden(MIXED)
    at.goto(written(tmp_path, plan))
    assert shown(at) == len(plan.changes)
    for change in plan.changes:
        here = row(at, change)
        for effect in change.impact:
            expect(here).to_contain_text(effect.message, ignore_case=True)
        for side in filter(None, (change.before, change.after)):
            expect(here).to_contain_text(str(side.source))
            expect(here).to_contain_text(str(side.auto_validation_delay_days))
        if change.origin is not None:
            expect(here).to_contain_text(str(change.origin))
    replaced = row(at, plan.changes[2])
    expect(replaced).to_contain_text("high risk replace_near_window")
    expect(replaced).to_contain_text("dev-project/pg-dev → staging-project/pg-staging forces replacement")
    expect(replaced).to_contain_text("7 → 14 set by the stage (pipesync.yaml:18)")


def test_each_tree_that_changes_is_drawn(page: Page, tmp_path: Path) -> None:
    """As a picture with a name, what loses a gate first; a mark tells what happens, besides the colour."""
    page.goto(written(tmp_path, golden(MIXED)))
    pictures = page.get_by_role("region", name="Pictures").get_by_role("img")
    names = pictures.evaluate_all("all => all.map(each => each.querySelector('title').textContent)")
    assert names == ["pipeline old", "pipeline orders, owner @acme/orders-dba", "pipeline apps", "pipeline audit"]
    expect(pictures.nth(0)).to_contain_text("7 daysremoved−pg-oldap-prod")
    expect(pictures.nth(1)).to_contain_text("14 daysmoved, no longer protected+pg-prodeu-prod")


def test_without_javascript_there_is_nothing_that_would_not_work(plain_page: Page, tmp_path: Path) -> None:
    """No filter and no buttons; the raw plan can be read all the same."""
    plain_page.goto(written(tmp_path, golden(MIXED)))
    expect(plain_page.get_by_role("search")).to_be_hidden()
    plain_page.get_by_text("The raw plan, as JSON").click()
    assert plain_page.get_by_role("button").filter(visible=True).count() == 0
    assert Plan.model_validate_json(plain_page.locator("#raw pre").inner_text()) == golden(MIXED)


def test_the_filter_works_by_keyboard(page: Page, tmp_path: Path) -> None:
    """Text, action, risk, and pipeline or project; what is left is told, and Escape shows everything again."""
    page.goto(written(tmp_path, golden(MIXED)))
    told = page.get_by_role("search").get_by_role("status")
    expect(told).to_have_text("8 shown")
    page.get_by_label("Text").focus()
    page.keyboard.type("EU-PROD replaced")
    expect(told).to_have_text("1 of 8 shown")
    expect(page.get_by_role("heading", name="Other changes (6)")).to_be_hidden()
    page.keyboard.press("Enter")  # sends nothing
    expect(told).to_have_text("1 of 8 shown")
    page.keyboard.press("Escape")
    expect(told).to_have_text("8 shown")
    page.keyboard.press("Tab")
    page.keyboard.type("imp")
    expect(told).to_have_text("2 of 8 shown")
    page.keyboard.press("Tab")
    page.keyboard.type("me")
    expect(told).to_have_text("1 of 8 shown")
    page.keyboard.press("Tab")
    page.keyboard.type("audit")
    expect(told).to_have_text("0 of 8 shown")
    expect(page.get_by_text("No change is like that.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(told).to_have_text("8 shown")
    assert shown(page) == 8


def test_the_filter_knows_pipelines_and_projects_apart(page: Page, tmp_path: Path) -> None:
    """Both are offered by name, each once."""
    page.goto(written(tmp_path, golden(MIXED)))
    places = page.get_by_label("Pipeline or project")
    offered = places.locator("optgroup").evaluate_all(
        "all => all.map(g => [g.label, [...g.children].map(o => o.label)])"
    )
    assert offered == [
        ["Pipelines", ["apps", "audit", "old", "orders"]],
        ["Projects", ["ap-prod", "eu-prod", "staging-project", "us-prod"]],
    ]
    places.select_option("us-prod")
    assert shown(page) == 3
    places.select_option("orders")
    assert shown(page) == 4


def test_a_danger_leads_to_its_change_even_if_that_is_filtered_away(page: Page, tmp_path: Path) -> None:
    """A link among the dangers shows the change that it is about."""
    plan = golden(MIXED)
    page.goto(written(tmp_path, plan))
    page.get_by_label("Action").select_option("import")
    lost = row(page, plan.changes[0])
    expect(lost).to_be_hidden()
    page.get_by_role("link", name="ap-prod/pg-old loses its gate").click()
    expect(lost).to_be_in_viewport()


def test_the_raw_plan_can_be_saved_and_copied(browser: Browser, tmp_path: Path) -> None:
    """Both give the whole plan, also one so long that it is packed; nothing is asked of a network for it."""
    for number, plan in enumerate((golden(MIXED), large(1000))):
        with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
            page = context.new_page()
            page.goto(written(tmp_path, plan))
            page.get_by_text("The raw plan, as JSON").click()
            with page.expect_download() as download:
                page.get_by_role("button", name="Save as a file").click()
            saved = tmp_path / f"{number}.json"
            download.value.save_as(saved)
            page.get_by_role("button", name="Copy").click()
            expect(page.locator("#handles output")).to_have_text("Copied.")
            copied = page.evaluate("navigator.clipboard.readText()")
        assert json.loads(copied) == json.loads(saved.read_text("utf-8")) == json.loads(plan.to_json())


@pytest.mark.parametrize(
    "name", ["create_all", "kept", "no_changes", "offline", "partial", "refused", "refused_without_changes"]
)
def test_every_kind_of_plan_has_a_page(page: Page, tmp_path: Path, name: str) -> None:
    """With and without changes, refused or not: Terraform's sentence, the digest, and no trouble."""
    account, plan = Account.of(page), golden(name)
    url = written(tmp_path, plan)
    page.goto(url)
    expect(page.get_by_role("contentinfo")).to_contain_text(plan.digest)
    assert page.get_by_text("This plan is refused, with").count() == bool(plan.refusals or plan.errors)
    assert page.locator(".command").count() == bool(
        plan.changes and plan.base is None and not plan.refusals and not plan.errors
    )
    assert shown(page) == len(plan.changes)
    assert account == Account(requests=[url])


def test_an_offline_plan_says_that_nothing_live_was_read(page: Page, tmp_path: Path) -> None:
    """It names what it compares with, and neither a state, an API nor a command to apply it."""
    plan = golden("offline")
    page.goto(written(tmp_path, plan))
    assert plan.base is not None
    expect(page.get_by_role("banner")).to_contain_text(
        "Compared with origin/main (aaaaaaaaaaaa), not with what is live"
    )
    expect(page.get_by_role("banner")).not_to_contain_text("can be applied.")
    facts = page.locator("footer > dl")
    expect(facts).to_contain_text(plan.base.commit)
    expect(facts).not_to_contain_text(plan.api_url)
    expect(page.locator(".command")).to_have_count(0)
