"""Laws of the renderings for machines: each reads as its parser's format, with the very text in its own place."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from hypothesis import example, given
from hypothesis import strategies as st

from pipesync.errors import Problem, SpecError
from pipesync.model import Origin
from pipesync.render import render_drift, render_outcome, render_plan, render_spec
from pipesync.render.escape import name, visible
from tests.foreign_values import address, changes, drift, outcome, plan, problems
from tests.property.test_render_hostile import LAW, foreign
from tests.runners import Command, commands
from tests.sarif import faults, the_run


def junits(text: str) -> tuple[str, ...]:
    return (
        render_plan(plan(text), "junit"), render_drift(drift(text), "junit"), render_outcome(outcome(text), "junit"),
        render_spec(problems(text), "junit"),
    )  # fmt: skip


def githubs(text: str) -> tuple[str, ...]:
    return (
        render_plan(plan(text), "github"), render_drift(drift(text), "github"), render_outcome(outcome(text), "github"),
        render_spec(problems(text), "github"),
    )  # fmt: skip


def shape(element: ET.Element) -> Any:
    return element.tag, tuple(element.attrib), tuple(map(shape, element))


@LAW
@given(foreign)
def test_foreign_text_cannot_change_the_structure_of_the_xml(text: str) -> None:
    """An XML parser finds the same elements with the same attributes as with a plain word."""
    for mine, plain in zip(junits(text), junits("word"), strict=True):
        assert shape(ET.fromstring(mine)) == shape(ET.fromstring(plain))


@LAW
@given(foreign)
def test_foreign_text_is_whole_in_the_xml(text: str) -> None:
    """A failure's message is what a reader of the text rendering sees."""
    messages = [failure.get("message") for failure in ET.fromstring(render_plan(plan(text), "junit")).iter("failure")]
    assert messages == [visible(text), visible(text)]


@LAW
@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=8))
def test_no_character_at_all_breaks_the_xml(text: str) -> None:
    """XML 1.0 has no place for control characters, halves of characters and U+FFFE: they are spelled out."""
    xml = render_spec(SpecError([Problem(Origin("a.yaml", 1, 2), "shape", text)]), "junit")
    assert re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", xml) is None
    assert len(list(ET.fromstring(xml).iter("failure"))) == 1


@LAW
@given(foreign)
@example(",title=x::y%0A%25")
def test_an_annotation_has_our_own_parameters_alone(text: str) -> None:
    """The runner reads the place and the heading that were meant, and the message as a reader would see it."""
    for mine, plain in zip(githubs(text), githubs("word"), strict=True):
        found, expected = commands(mine), commands(plain)
        assert [_headings(command) for command in found] == [_headings(command) for command in expected]
    first = commands(render_plan(plan(text), "github"))[0]
    assert dict(first.properties)["file"] == visible(f"spec/{text}")
    assert first.data.startswith(f"{visible(text)}\n{visible(text)}\n")


def _headings(command: Command) -> list[str]:
    """The keys that are no part of a place: a spec on standard input, `-`, has no place."""
    keys = [key for key, _ in command.properties]
    assert keys[:-1] in ([], ["file", "line", "col"])
    return keys[-1:]


@LAW
@given(foreign)
def test_sarif_is_what_its_readers_take(text: str) -> None:
    """As the schema wants it, with as many results as with a plain word, each at the very file that it is about."""
    for rendered, plain in (
        (render_plan(plan(text), "sarif"), render_plan(plan("word"), "sarif")),
        (render_spec(problems(text), "sarif"), render_spec(problems("word"), "sarif")),
    ):
        run, same = json.loads(rendered)["runs"][0], json.loads(plain)["runs"][0]
        assert faults(json.loads(rendered)) == []
        assert len(run["results"]) == len(same["results"])
    files = {unquote(uri, errors="surrogatepass") for uri in _uris(json.loads(render_plan(plan(text), "sarif")))}
    assert f"spec/{text}" in files


def _uris(log: Any) -> Iterator[str]:
    for result in the_run(log)["results"]:
        yield result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


@LAW
@given(foreign)
def test_sarif_messages_hold_no_link_and_no_placeholder(text: str) -> None:
    """Brackets and braces are written so that a viewer shows them."""
    for result in the_run(json.loads(render_plan(plan(text), "sarif")))["results"]:
        message = re.sub(r"\\\\|\\\[|\\\]|\{\{|\}\}", "", result["message"]["text"])
        assert re.search(r"[\[\]{}\\]", message) is None


@LAW
@given(foreign)
def test_the_gitlab_report_is_three_numbers(text: str) -> None:
    """Nothing foreign stands in it at all."""
    assert json.loads(render_plan(plan(text), "gitlab")) == {"create": 2, "update": 2, "delete": 2}


@LAW
@given(foreign)
def test_every_destroyed_step_is_named(text: str) -> None:
    """SARIF, JUnit and the annotations tell of each delete and each replace by its address."""
    addresses = {name(change.address) for change in changes(text) if change.action in {"delete", "replace"}}
    assert addresses == {name(address(text))}
    told = [command.data.partition("\n")[0] for command in commands(render_plan(plan(text), "github"))]
    assert {f"{each} will be destroyed" for each in addresses} <= {*told}
    assert {f"{each} must be replaced" for each in addresses} <= {*told}
