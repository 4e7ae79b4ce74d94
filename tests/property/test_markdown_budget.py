"""Laws: a plan's page never has more characters than its comment takes, and what is cut off is whole and told."""

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options as Markdown
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync import risk
from pipesync.impact import Depths, told
from pipesync.model import ServiceRef
from pipesync.plan import Brake, Change, Create, Delete, Finding, Plan, Reason, Replace, Summary, Update
from pipesync.render import render_outcome, render_plan
from pipesync.render.escape import visible
from pipesync.render.markdown.posting import LEAST, Posting, mentioned, size
from pipesync.state import StepValues
from tests.foreign_values import outcome, plan
from tests.property.test_render_hostile import ATTACKS, foreign

LAW = settings(deadline=None, max_examples=60)

names = st.lists(st.sampled_from((*ATTACKS, "a", "東京", "\U0001f600")), min_size=1, max_size=4).map("".join) | st.just(
    "pg"
)
limits = st.integers(LEAST, 3_000) | st.integers(LEAST, 40_000)
numbers = st.integers(0, 3) | st.integers(0, 60)


class Elements(HTMLParser):
    """The text of a page, and whether each of its elements is closed where it was opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(cmarkgfm.github_flavored_markdown_to_html(page, Markdown.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  its signature
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def step(source: str, service: str, days: int = 7) -> StepValues:
    return StepValues(
        source=ServiceRef("dev", source), destination=ServiceRef("prod", service), auto_validation_delay_days=days
    )


def change(kind: str, number: int, name: str) -> Change:
    """The number makes each address one that is not part of another."""
    service = f"{name}-{number:04}."
    before, after = step(name, service), step("pg", service)
    address = str(before.destination)
    made: Change
    if kind == "delete":
        made = Delete(address=address, reason=Reason.REMOVED_FROM_SPEC, before=before, owner=name)
    elif kind == "replace":
        made = Replace(address=address, reason=Reason.SPEC_CHANGED, before=before, after=after, pipeline=name)
    elif kind == "update":
        made = Update(address=address, reason=Reason.CHANGED_OUTSIDE, before=before, after=step(name, service, 3))
    else:
        made = Create(address=address, reason=Reason.NEW_IN_SPEC, after=after)
    return made.model_copy(update={"impact": told(made, Depths.of((), (), ()))})


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Few changes or many, whatever they are called, with few findings or many."""
    name, findings = draw(names), draw(numbers)
    kinds = [kind for kind in ("create", "delete", "replace", "update") for _ in range(draw(numbers))]
    changes = tuple(change(kind, number, name) for number, kind in enumerate(kinds))
    brake = Brake(destroys=sum(kind in {"delete", "replace"} for kind in kinds), recorded=len(kinds))
    finding = Finding(code="x", message=" ".join([name] * draw(st.integers(1, 200))), next=name)
    return plan(name).model_copy(
        update={
            "changes": changes,
            "errors": (finding,) * findings if draw(st.booleans()) else (),
            "refusals": (finding,) * findings if draw(st.booleans()) else (),
            "warnings": (finding,) * findings,
            "brake": brake,
            "summary": Summary.of(changes, 0),
            "context": {"risk": risk.written(risk.judge(changes, {}, braked=brake.engaged))},
        }
    )


@LAW
@given(plans(), limits, st.sampled_from((None, "plan.json", "a" * 300)))
def test_a_page_has_no_more_characters_than_its_comment_takes(made: Plan, limit: int, plan_file: str | None) -> None:
    """However GitHub counts them: 😀 may be one or two."""
    page = render_plan(made, "markdown", plan_file=plan_file, posting=Posting(limit, "x" * 64))
    assert max(len(page), len(page.encode("utf-16-le")) // 2) <= limit
    assert page.startswith(f"<!-- pipesync:plan {'x' * 64} -->\n")
    assert made.digest in page
    assert ("**This plan is refused, with " in page) == bool(made.errors or made.refusals)


@LAW
@given(plans(), limits)
def test_nothing_is_cut_inside(made: Plan, limit: int) -> None:
    """Each element of the page is closed, each fence too, and each row of the table has all of its cells."""
    page = render_plan(made, "markdown", posting=Posting(limit))
    assert Elements(page).open == []
    assert [line for line in page.splitlines() if line.startswith("```")].count("```") * 2 == page.count("\n```")
    assert all(line.count(" | ") == 4 and line.endswith(" |") for line in page.splitlines() if line.startswith("| **"))


@LAW
@given(plans(), limits)
def test_every_destroy_is_listed_or_counted(made: Plan, limit: int) -> None:
    """Whoever approves knows how many steps go that the page does not name, and that this is dangerous."""
    page = render_plan(made, "markdown", posting=Posting(limit))
    text = "".join(Elements(page).text.split())
    destroys = [change.address for change in made.changes if change.action in {"delete", "replace"}]
    hidden = [address for address in destroys if "".join(visible(address).split()) not in text]
    counted = re.search(
        r"\*\*([0-9]+) of ([0-9]+) steps that are destroyed or replaced are not listed here\.\*\*", page
    )
    if counted is None:
        assert hidden == []
    else:
        assert len(hidden) <= int(counted[1]) <= int(counted[2]) == len(destroys)
        assert "**Risk: high** (not every step that is destroyed or replaced is listed here)" in page


@LAW
@given(plans())
def test_a_page_with_room_lists_every_change_and_each_field(made: Plan) -> None:
    """Nothing is left out where nothing has to be."""
    page = render_plan(made, "markdown", posting=Posting(10_000_000))
    assert page.count("\n```diff\n") == len(made.changes)
    assert "not listed" not in page.lower()


@LAW
@given(foreign, limits)
def test_an_outcome_has_no_more_characters_than_its_comment_takes(text: str, limit: int) -> None:
    """What a run did fits where its plan fitted; of each group there is at least the number."""
    made = outcome(text)
    many = made.model_copy(update={"done": made.done * 40, "failed": made.failed * 10, "notes": made.notes * 50})
    page = render_outcome(many, "markdown", posting=Posting(limit))
    assert size(page) <= limit
    assert Elements(page).open == []
    assert f"Done ({len(many.done)})" in page


@LAW
@given(
    st.lists(foreign | st.sampled_from(("@acme/dba", "@dba-1", "@all", "@acme/", "@a--b", "@acme/dba x")), max_size=4)
)
def test_only_a_user_or_a_team_is_ever_called(owners: list[str]) -> None:
    """Outside of code an `@` begins one of the owners that were asked for; any other owner is named in code."""
    made = plan("word")
    radius = made.blast_radius.model_copy(update={"owners": tuple(owners)})
    page = render_plan(
        made.model_copy(update={"blast_radius": radius}), "markdown", posting=Posting(mention_owners=True)
    )
    html = cmarkgfm.github_flavored_markdown_to_html(page)
    prose = re.sub(r"<pre.*?</pre>|<code>.*?</code>|</p>", "", html, flags=re.DOTALL)
    assert re.findall(r"@[^\s,]*[^\s,.]", prose) == list(mentioned(owners))
    assert all(re.fullmatch(r"@[A-Za-z0-9-]+(/[A-Za-z0-9_-]+)?", owner) for owner in mentioned(owners))
    assert not {"@all", "@everyone"} & set(mentioned(owners))
