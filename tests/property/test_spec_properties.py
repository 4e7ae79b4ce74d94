"""Laws of the spec: nothing crashes it, what is written comes back, and the schema has the last word on shape."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.errors import SpecError
from pipesync.model import Limits, ServiceRef, Spec, UpgradeStep
from pipesync.rules import violations
from pipesync.spec.findings import Findings
from pipesync.spec.load import load
from pipesync.spec.shape import judge
from pipesync.spec.write import write
from pipesync.spec.yaml12 import read

PUBLISHED = Path(__file__).parents[2] / "schemas" / "pipeline-spec.v1.schema.json"
KEYS = [
    "version", "organization", "limits", "defaults", "pipelines", "steps", "projects", "stages", "service", "services",
    "project", "source", "destination", "auto_validation_delay_days", "protect", "manage", "owner", "description",
    "max_chain_steps", "max_auto_validation_delay_days", "p", "stagse", "*",
]  # fmt: skip
NAMED = st.sampled_from(["a", "a/b", "a/c", "a/d", 1, 7])
TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
"""Without characters that JSON, other than YAML, writes as a surrogate pair."""
SCALARS = st.none() | st.booleans() | st.integers(-1, 40) | TEXTS | NAMED


def documents(scalars: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Data that may look a little like a spec, and often very much so."""
    anything = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
        max_leaves=25,
    )
    stages = st.lists(anything | st.sampled_from([{"services": ["a/e", "a/f"]}, {"projects": ["b"]}]), max_size=4)
    pipeline = st.fixed_dictionaries({"stages": stages}, optional={"services": anything, "protect": anything})
    step = st.fixed_dictionaries({"source": NAMED, "destination": NAMED}, optional={"manage": anything})
    spec = st.fixed_dictionaries(
        {"version": st.just(1)},
        optional={
            "pipelines": st.dictionaries(TEXTS, pipeline, max_size=3),
            "steps": st.lists(step, max_size=4),
            "defaults": anything,
            "limits": anything,
            "organization": anything,
        },
    )
    return anything | spec


def loads_or_says_where(content: bytes) -> Spec | None:
    """The spec, or None after looking at the problems, which each have a place and words that can be printed."""
    try:
        return load(["-"], stdin=BytesIO(content))
    except SpecError as error:
        problems = error.problems
    lines = re.split("\r\n|\r|\n", content.decode("utf-8", "replace").removeprefix("\ufeff"))
    assert problems
    for problem in problems:
        assert problem.message.isprintable()
        assert 1 <= problem.origin.line <= len(lines)
        assert 1 <= problem.origin.column <= len(lines[problem.origin.line - 1]) + 1
    return None


@given(st.binary(max_size=60))
def test_any_bytes_are_a_spec_or_problems_with_places(content: bytes) -> None:
    """Whatever the bytes are, there is a spec or there are problems, and never another exception."""
    loads_or_says_where(content)


@given(st.text(st.sampled_from("ab1:-?[]{},&*!|>'\"%@`#~<. \n\r\t\\\x00\ufeff☺é"), max_size=60))
def test_any_text_is_a_spec_or_problems_with_places(text: str) -> None:
    """The same for what looks more like YAML."""
    loads_or_says_where(text.encode())


@given(documents(SCALARS | st.floats()))
@settings(max_examples=200)
def test_any_document_is_a_spec_or_problems_with_places(data: Any) -> None:
    """The same for what looks like a spec; JSON is YAML."""
    spec = loads_or_says_where(json.dumps(data).replace("NaN", ".nan").replace("Infinity", ".inf").encode())
    if spec is not None:
        assert list(violations((desired.step for desired in spec.steps), spec.limits)) == []
        assert len({desired.step.destination for desired in spec.steps}) == len(spec.steps)


@given(documents(SCALARS))
@settings(max_examples=200)
def test_pipesync_and_an_editor_agree_on_the_shape(data: Any) -> None:
    """There is a problem of shape before any stage is looked at, exactly where the published schema refuses."""
    published = jsonschema_rs.validator_for(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    findings = Findings()
    document = read("-", json.dumps(data).encode(), findings)
    assert document is not None
    expected = published.is_valid(data)  # before `judge`, which takes out of a document what is wrong
    judge(document, findings)
    assert (len(findings) == 0) == expected


NAMES = st.text("abzAZ019_-", min_size=1, max_size=6)
SERVICES = st.builds(ServiceRef, NAMES, NAMES | st.sampled_from(["no", "null", "014", "1e3", "0x1f", "-", "true"]))


FIVE = st.builds(ServiceRef, st.just("p"), st.sampled_from("abcde"))


@st.composite
def forests(draw: st.DrawFn) -> list[UpgradeStep]:
    """Steps without cycles, one for each destination."""
    services = draw(st.lists(SERVICES, unique=True, min_size=1, max_size=8))
    return [
        UpgradeStep(services[draw(st.integers(0, index - 1))], services[index], draw(st.integers(1, 60)))
        for index in range(1, len(services))
        if draw(st.booleans())
    ]


@given(
    forests(),
    st.sampled_from([None, "org1a23f456789", "1e3", "null", "0x1f", "no"]),
    st.sampled_from([None, Limits(4, 9)]),
)
def test_what_is_written_loads_to_the_same_steps(
    steps: list[UpgradeStep], organization: str | None, limits: Limits | None
) -> None:
    """load(write(steps)) has the same steps, in the order of their destinations, and the same organization."""
    spec = load(["-"], stdin=BytesIO(write(steps, organization=organization, limits=limits).encode()))
    assert [desired.step for desired in spec.steps] == sorted(steps, key=lambda step: step.destination)
    assert spec.organization == organization


@given(
    st.lists(st.builds(UpgradeStep, FIVE, FIVE, st.integers(0, 31)), max_size=7),
    st.integers(1, 3),
    st.data(),
)
def test_every_subset_of_what_is_allowed_is_allowed(steps: list[UpgradeStep], most: int, data: st.DataObject) -> None:
    """So a rule that the readable part of a spec breaks is broken by the whole, and deleting is always legal."""
    subset = [step for step in steps if data.draw(st.booleans())]
    if list(violations(subset, Limits(most))):
        assert list(violations(steps, Limits(most)))
