"""Laws of a plan's page: whatever names, owners, file names and messages hold, its elements are the same."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.render import render_plan
from pipesync.render.escape import visible
from tests.foreign_values import address, offline_plan, plan
from tests.property.test_render_hostile import foreign
from tests.runners import commands

LAW = settings(deadline=None, max_examples=60)

MARKUP = (
    "<", ">", "&", '"', "'", "=", "/>", "</", "<!", "]]>", "<![CDATA[", "<?", "</script>", "</style>", "</pre>",
    "</li>", "</title>", "<script>", "<!--<script>", "-->", "--!>", "<svg onload=x>", "<img src=x onerror=x>",
    "<base href=//x>",
    "&#60;script&#62;", "&lt", "&lt;", "&amp;lt;", "\\u003c", "\x00<", "${x}", "`", "{{x}}",
)  # fmt: skip

markup = st.lists(st.sampled_from(MARKUP) | st.text(max_size=3), min_size=1, max_size=6).map("".join).filter(len)


GEOMETRY = {"width", "height", "viewbox", "x", "y", "cx", "cy", "dx", "d"}
"""Attributes of drawings that follow from the lengths of names."""


class Page(HTMLParser):
    """A page's tags with their attributes, comments and declarations, in order, and its text, no drawings' numbers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks: list[object] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, [(name, self._shape(name, value)) for name, value in attrs]))

    @staticmethod
    def _shape(name: str, value: str | None) -> str | None:
        if name not in GEOMETRY:
            return value
        assert value is not None
        assert re.fullmatch(r"[MHVQLZaclhvqz0-9 .-]+", value) is not None
        return None

    def handle_endtag(self, tag: str) -> None:
        self.marks.append(tag)

    def handle_comment(self, data: str) -> None:
        self.marks.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.marks.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.marks.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.marks.append(f"<?{data}>")

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(text: str) -> tuple[str, ...]:
    """Of a plan against what is live, and of an offline one."""
    return tuple(render_plan(each(text), "html", plan_file=text) for each in (plan, offline_plan))


@LAW
@given(markup | foreign)
def test_foreign_text_cannot_change_the_elements_of_a_page(text: str) -> None:
    """The same elements with the same attributes in the same order as with a plain word."""
    for ours, plain in zip(pages(text), pages("word"), strict=True):
        assert Page(ours).marks == Page(plain).marks


@LAW
@given(markup | foreign)
def test_foreign_text_is_whole_on_a_page(text: str) -> None:
    """A reader sees the very names that the plan is about, with what cannot be seen spelled out."""
    for each in pages(text):
        seen = Page(each).text
        assert seen.count(visible(address(text))) >= 12
        assert visible(text) in seen


@LAW
@given(markup | foreign)
def test_a_page_can_stand_in_a_log(text: str) -> None:
    """No control character, as many lines as with a plain word, and no line that a CI runner takes for a command."""
    for ours, plain in zip(pages(text), pages("word"), strict=True):
        assert ours.replace("\n", "").isprintable()
        assert ours.count("\n") == plain.count("\n")
        assert [command.name for command in commands(ours)] == []
