"""Laws: whatever names, owners, file names and messages hold, they are shown, and do nothing else."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options as Markdown
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync import render
from pipesync.render import (
    render_drift,
    render_forecast,
    render_outcome,
    render_plan,
    render_spec,
    render_state,
    render_status,
    render_step,
)
from pipesync.render.escape import name, visible
from pipesync.render.text.release import release_text, result_text
from tests.foreign_values import (
    address,
    drift,
    forecast,
    offline_plan,
    outcome,
    plan,
    problems,
    recorded,
    release,
    state,
    status,
)
from tests.runners import ANNOTATIONS, commands

NOON = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)

LAW = settings(deadline=None, max_examples=80)

ATTACKS = (
    "@acme/all", "@everyone", "a@b.example", "#1", "GH-1", "acme/x#2", "deadbeefcafe", "https://evil.example/",
    "www.evil.example", "[x](http://evil.example)", "![x](http://evil.example)", "]](http://evil.example)", "[x]: y",
    "<script>alert(1)</script>", "<b>", "</details>", "</code>", "<!--", "-->", "&lt;", "&#64;team", "|", "\\|", "\\",
    "\\\\|", "`", "``", "```", "~~~", "\n", "\n\n", "\r", "\n| a | b |\n", "\n# x\n", "\n---\n", "\n::error::x",
    "::error::x", "  ::set-output name=a::b", "::", ":", "##[error]x", "##vso[x]y", "#", "##", "\x1b[31m",
    "\x1b]8;;x\x07", "\x9b31m", "\u202e", "\u2066", "\u200b", "\u2028", "\u00a0", "\x00", "\x7f", "*", "**", "_", "~~",
    "##teamcity[x y='z']", "section_start:1:x\r\x1b[0K", "%0A::error::x", "%25", "]]>", "&", '"', "'", "=", ",title=x",
    "{0}", "{", "<<EOF", "EOF",
    "$x$", ":tada:", "- [ ] x", "1. x", "> x", "{{ x }}", "{% raw %}", "%2F", "%", "/", " ", "word",
    "two words", "é", "!1", "acme/x!2", "~label", "%1", "%milestone", "&1", "$1", "^alert#1", "*iteration:1",
    "acme/x@deadbee", "JIRA-1",
)  # fmt: skip

foreign = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=4), min_size=1, max_size=5).map("".join).filter(len)


def renderings(form: str, *, color: bool = False) -> tuple[Callable[[str], str], ...]:
    """Every rendering in one format, as a function of the text that stands in every place for foreign text."""
    return (
        lambda text: render_plan(plan(text), form, color=color, plan_file=text),
        lambda text: render_plan(offline_plan(text), form, color=color),
        lambda text: render_drift(drift(text), form, color=color),
        lambda text: render_outcome(outcome(text), form, color=color),
        lambda text: render_state(state(text), form, color=color),
        lambda text: render_status(status(text), form, color=color),
        lambda text: render_status(status(text, chains=True), form, color=color),
        lambda text: render_forecast(forecast(text), form, color=color),
        lambda text: render_spec(problems(text), form, color=color),
    )


def reports() -> tuple[Callable[[str], str], ...]:
    """Every rendering for machines alone."""
    return (
        *(partial(_plan, form) for form in render.PLAN_FORMATS[3:]),
        *(partial(_drift, form) for form in render.DRIFT_FORMATS[3:]),
        *(partial(_outcome, form) for form in render.OUTCOME_FORMATS[3:]),
        *(partial(_problems, form) for form in render.SPEC_FORMATS[3:]),
    )


def _plan(form: str, text: str) -> str:
    return render_plan(plan(text), form, plan_file=text)


def _drift(form: str, text: str) -> str:
    return render_drift(drift(text), form)


def _outcome(form: str, text: str) -> str:
    return render_outcome(outcome(text), form)


def _problems(form: str, text: str) -> str:
    return render_spec(problems(text), form)


ALL: tuple[Callable[[str], str], ...] = (
    *renderings("text"), *renderings("json"), *renderings("markdown"), *reports(),
    lambda text: render_step(recorded(text)),
    lambda text: release_text(release(text), text, NOON), lambda text: result_text(release(text), already=False),
    lambda text: result_text(release(text), already=True),
)  # fmt: skip


COLOURED = renderings("text", color=True)
MARKDOWN = renderings("markdown")


@cache
def of_a_word(rendering: Callable[[str], str]) -> str:
    """The rendering of a plain word, to compare with."""
    return rendering("word")


class Page(HTMLParser):
    """A page's tags but `code`, and its text inside and outside of `code`."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.prose = ""
        self._code = 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Markdown.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag == "code"
        if tag != "code":
            self.tags.append(f"<{tag} {attrs}>" if attrs else f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"
        if tag != "code":
            self.tags.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"<!--{data}-->")

    def handle_data(self, data: str) -> None:
        self.text += data
        self.prose += "" if self._code else data


def squeezed(text: str) -> str:
    return "".join(text.split())


@LAW
@given(foreign)
def test_foreign_text_cannot_change_the_structure_of_a_page(text: str) -> None:
    """The same tags in the same order as with a plain word: no link, no HTML, no further cell, row or block."""
    for rendering in MARKDOWN:
        assert Page(rendering(text)).tags == Page(of_a_word(rendering)).tags


@LAW
@given(foreign)
def test_foreign_text_is_whole_on_a_page(text: str) -> None:
    """A reader of the page sees the very address that the plan is about."""
    for rendering in MARKDOWN[:7]:
        assert squeezed(visible(address(text))) in squeezed(Page(rendering(text)).text)


@LAW
@given(foreign)
def test_foreign_text_mentions_and_links_nothing_on_a_page(text: str) -> None:
    """Outside of code, where forges look for mentions, references and emoji, there are only words and punctuation."""
    for rendering in MARKDOWN:
        words = re.sub(r"\[!(?:NOTE|CAUTION|WARNING|IMPORTANT)\]", "", Page(rendering(text)).prose)
        acts = r"[@#$_*~`<>^\[\]{}\\/]|www\.|\w\.\w|:\w+:|[!&%]\w|\b[0-9a-f]{7}|[A-Z]-[0-9]"
        assert re.search(acts, words) is None, words


@LAW
@given(foreign)
def test_foreign_text_is_a_label_of_a_drawing_and_nothing_else(text: str) -> None:
    """Letters, digits and character references; the words of the diagram's grammar at a line's start are ours."""
    page = render_forecast(forecast(text), "markdown")
    drawing = page.partition("```mermaid\n")[2].partition("```\n")[0]
    label, date = r"(?:[A-Za-z0-9 _./-]|#[0-9]+;)+", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    for line in drawing.splitlines()[3:]:
        assert re.fullmatch(rf"    (?:section {label}|[0-9] {label} :s[0-9]+, {date}, {date})", line) is not None
    assert drawing.count(" :s") == 2


@LAW
@given(foreign)
def test_foreign_text_is_no_command_to_a_runner(text: str) -> None:
    """A job's log that holds a rendering does what it did without; annotations are as many as with a plain word."""
    for rendering in (*ALL, *COLOURED):
        found, expected = commands(rendering(text)), commands(of_a_word(rendering))
        assert [command.name for command in found] == [command.name for command in expected]
        assert {command.name for command in found} <= ANNOTATIONS


@LAW
@given(foreign)
def test_foreign_text_stays_on_its_line_and_is_visible(text: str) -> None:
    """No control character, no turned direction, no half character; as many lines as with a plain word."""
    for rendering in ALL:
        rendered = rendering(text)
        assert rendered.replace("\n", "").isprintable()
        assert rendered.count("\n") == of_a_word(rendering).count("\n")
        assert rendered.encode("utf-8").endswith(b"\n")


@LAW
@given(foreign)
def test_without_its_codes_coloured_text_is_the_plain_one(text: str) -> None:
    """Colour adds codes, and foreign text brings none."""
    for coloured, plain in zip(COLOURED, renderings("text"), strict=True):
        assert re.sub(r"\x1b\[[0-9;]+m", "", coloured(text)) == plain(text)


@LAW
@given(foreign)
def test_json_holds_foreign_text_as_it_is(text: str) -> None:
    """Machines read the very text, whatever it is."""
    assert json.loads(render_plan(plan(text), "json"))["warnings"][0]["message"] == text


@LAW
@given(st.text(alphabet=st.sampled_from("\\nrtxuU025ceab\n\x1b\u202e\ud800:# "), max_size=12) | foreign)
def test_what_is_spelled_out_can_be_read_back(text: str) -> None:
    """Two different texts never look the same."""
    for spelled in (visible(text), name(text)):
        read = re.sub(
            r"\\(?:n|r|t|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})",
            lambda escape: escape[0].encode("ascii").decode("unicode_escape"),
            spelled,
        )
        assert read == text
