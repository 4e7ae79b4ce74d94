"""A plan's page as text: its size, what it leaves out when there is much, and what follows from the plan."""

import base64
import gzip
import hashlib
import re

import pytest

from pipesync import picture
from pipesync.plan import Delete, Finding, Forget, Plan, Replace
from pipesync.render import render_plan
from tests.large_plans import large

MIB = 1024 * 1024


def page(plan: Plan, plan_file: str | None = None) -> str:
    return render_plan(plan, "html", plan_file=plan_file)


@pytest.fixture(scope="module")
def many() -> tuple[Plan, str]:
    """Ten thousand changes, and their page."""
    plan = large(10_000)
    return plan, page(plan)


def briefly(text: str) -> int:
    """How many changes the page says that it tells briefly."""
    return sum(map(int, re.findall(r"([0-9]+) changes? at the end of this list", text)))


def told_in_full(text: str) -> int:
    """Changes with a list of their fields; the other list of this kind is the footer's."""
    return text.count("<dl>") - 1


def test_ten_thousand_changes_fit_with_all_their_details(many: tuple[Plan, str]) -> None:
    """At most 8 MiB, every change told in full, and the raw plan is whole."""
    plan, text = many
    assert len(text.encode()) <= 8 * MIB
    assert (text.count('<li id="change-'), told_in_full(text), briefly(text)) == (10_000, 10_000, 0)
    packed = re.search(r'id="packed">([A-Za-z0-9+/=]+)</script>', text)
    assert packed is not None
    assert gzip.decompress(base64.b64decode(packed[1])).decode() == plan.to_json()


def test_there_are_as_many_pictures_as_there_is_room_for(many: tuple[Plan, str]) -> None:
    """Some are drawn, and the page says how many are not, and what draws them all."""
    plan, text = many
    drawn = text.count('<svg xmlns="http://www.w3.org/2000/svg" class="pipeline"')
    assert 100 < drawn < 500
    left_out = len(picture.of_plan(plan).trees) - drawn
    assert f"And {left_out} more, for which there is no room here" in text


def test_what_has_no_room_is_told_briefly_from_the_end() -> None:
    """Ten thousand replaces are too much to tell in full: at most 8 MiB, each listed, and how many are told briefly."""
    text = page(large(10_000, kinds=(Replace,)))
    assert len(text.encode()) <= 8 * MIB
    assert text.count('<li id="change-') == 10_000
    assert briefly(text) == 10_000 - told_in_full(text) > 0
    last = text[text.index('<li id="change-10000"') :].partition("</ul>")[0]
    assert "staging-9/copy-orders-04999" in last
    assert "<li>" not in last


def test_the_dangerous_changes_have_room_first() -> None:
    """Where there is much, what is created or updated is told briefly before a delete or replace is."""
    text = page(large(12_000))
    dangerous, _, harmless = text.partition("<h3>Other changes")
    assert briefly(dangerous) == 0 < briefly(harmless)


def test_a_page_is_the_same_for_the_same_plan() -> None:
    """Byte for byte, packed plan and all."""
    assert page(large(1000)) == page(large(1000))


def test_the_policy_names_the_very_style_and_script_of_the_page() -> None:
    """Everything else is forbidden; no element has a style or a handler of its own."""
    text = page(large(20))
    directives = dict(
        each.split(" ", 1)
        for each in re.findall(r'Policy" content="([^"]+)"', text)[0].replace("&#39;", "'").split("; ")
    )
    (style,), (script,) = (re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("style", "script"))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'{sha256(style)}'",
        "script-src": f"'{sha256(script)}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    assert re.search(r'<[^>]*\s(?:style|on[a-z]+)="', text) is None


def sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


FINDING = Finding(code="x", message="no")


@pytest.mark.parametrize(
    ("plan", "plan_file", "command"),
    [
        (large(1), "plan.json", "pipesync apply plan.json --expect {digest}"),
        (large(1), None, "pipesync apply --expect {digest}"),
        (large(1), "my plan;.json", "pipesync apply &#39;my plan;.json&#39; --expect {digest}"),
        (large(5, kinds=(Delete,)), "p", "pipesync apply p --expect {digest} --allow-destroy 5"),
        (large(0), "plan.json", None),
        (large(1).model_copy(update={"errors": (FINDING,)}), "plan.json", None),
        (large(1).model_copy(update={"refusals": (FINDING,)}), "plan.json", None),
    ],
)
def test_the_next_command_can_be_typed_as_it_stands(plan: Plan, plan_file: str | None, command: str | None) -> None:
    """With the digest that was reviewed and the brake's number; none for a plan that cannot be applied."""
    found = re.findall(r'<pre class="command"><code>(.*?)</code></pre>', page(plan, plan_file))
    assert found == ([] if command is None else [command.format(digest=plan.digest)])


def test_a_plan_that_engages_the_brake_is_not_called_free_to_go() -> None:
    """Apply wants to hear a number first, so a yes alone does not carry it out."""
    free, braked = large(1), large(5, kinds=(Delete,))
    assert braked.brake.engaged
    assert ["Nothing forbids this plan" in page(plan) for plan in (free, braked)] == [True, False]


def test_a_step_that_is_forgotten_stays_as_it_is() -> None:
    """The state forgets it: no field of the live step is struck out."""
    forgotten, deleted = (page(large(1, kinds=(kind,))).partition('<li id="change-1"')[2] for kind in (Forget, Delete))
    assert "<dt>source<dd>dev-0/pg-orders-00000" in forgotten
    assert "<dt>source<dd><del>dev-0/pg-orders-00000</del>" in deleted


def test_long_lists_say_how_much_they_leave_out() -> None:
    """Steps that are not ours and days that move are background: 200 of each, and how many more there are."""
    text = page(large(3000))
    assert text.count("<td>from <code>") == 200
    assert "And 100 more; the raw plan has them all." in text
    assert "And 400 more; the raw plan has them all." in text


def test_a_plan_that_tells_no_risk_has_a_page() -> None:
    """An older pipesync wrote no risk: then there is none on the page, and no filter for it."""
    text = page(large(5).model_copy(update={"context": {}}))
    assert text.count('<li id="change-') == 5
    assert ' name="risk"' not in text
    assert 'class="risk' not in text
