"""What is wrong with the shape of a spec: one mistake, one problem, in words and at its place."""

from io import BytesIO

import pytest

from pipesync.errors import SpecError
from pipesync.spec.findings import MOST_LISTED, MOST_SUGGESTIONS
from pipesync.spec.load import load


def problems_of(text: str) -> list[str]:
    """`line:column: words` of each problem of a text, all of them about its shape."""
    with pytest.raises(SpecError) as caught:
        load(["-"], stdin=BytesIO(text.encode()))
    assert {problem.kind for problem in caught.value.problems} == {"shape"}
    return [str(problem).removeprefix("-:") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "organization: " + "a" * 37,
            f'15: organization must be an organization\'s id: 1 to 36 letters and digits, not "{"a" * 37}"',
        ),
        (
            f"pipelines: {{p: {{owner: {'a' * 1001}, stages: [a/b, a/c]}}}}",
            f'24: owner must be text of at most 1,000 characters, not "{"a" * 60}…" (1,001 characters)',
        ),
        (
            f"steps: [{{source: a/b, destination: {'a' * 64}/c}}]",
            (
                "36: a service must be PROJECT/SERVICE (names of at most 63 and 64 letters, digits, _ or -), "
                f'not "{"a" * 60}…" (66 characters)'
            ),
        ),
        (
            f"steps: [{{source: a/b, destination: a/{'b' * 65}}}]",
            (
                "36: a service must be PROJECT/SERVICE (names of at most 63 and 64 letters, digits, _ or -), "
                f'not "a/{"b" * 58}…" (67 characters)'
            ),
        ),
        (
            f"steps: [{{source: a/b, destination: a/c, auto_validation_delay_days: {'9' * 10_000}}}]",
            (
                "69: auto_validation_delay_days must be a whole number of days from 1 to 30, "
                f"not {'9' * 60}… (10,000 characters)"
            ),
        ),
        (
            f"defaults: {{projects: {{{', '.join(f'p{n}: {{}}' for n in range(101))}}}}}",
            (
                "22: projects must be a mapping of project names or patterns (letters, digits, _ or -, and * ? [ ] !), "
                "at most 100, not 101"
            ),
        ),
    ],
)
def test_what_is_too_long_is_shown_cut(text: str, problem: str) -> None:
    """A long value is a problem that says how long it is, on one short line."""
    assert problems_of(f"version: 1\n{text}\n") == [f"2:{problem}"]


@pytest.mark.parametrize(
    "text",
    [
        "organization: " + "a" * 36,
        f"pipelines: {{p: {{owner: {'a' * 1000}, stages: [a/b, a/c]}}}}",
        f"pipelines: {{{'p' * 1000}: {{stages: [a/b, a/c]}}}}",
        f"steps: [{{source: {'a' * 63}/{'b' * 64}, destination: _-/-_}}]",
        f"defaults: {{projects: {{{', '.join(f'p{n}: {{}}' for n in range(100))}}}}}",
        "pipelines: {}",
        "pipelines: {}\nsteps: []",
        "limits: {}\ndefaults: {projects: {}}",
        "$schema: ./pipeline-spec.v1.schema.json",
    ],
)
def test_what_is_just_allowed_has_no_problem(text: str) -> None:
    """The largest of everything, and the emptiest of files, load."""
    assert load(["-"], stdin=BytesIO(f"version: 1\n{text}\n".encode())).files == ("-",)


def test_no_message_holds_a_raw_control_character() -> None:
    """Keys, names and values are shown escaped and cut, whatever is in them."""
    evil = "\x1b[31m\u202e\n::error::`[x](y)" + "z" * 50
    quoted = "".join(f"\\U{ord(char):08X}" for char in evil)
    text = f'version: 1\norganization: "{quoted}"\npipelines: {{"{quoted}": 7}}\nsteps: [{{"{quoted}": 1}}]\n'
    problems = problems_of(text)
    assert len(problems) == 4
    assert all(problem.isprintable() and len(problem) < 300 for problem in problems)


@pytest.mark.parametrize("item", ["1", "{}"])
@pytest.mark.parametrize(
    "before_and_after",
    [
        "steps: [ | ]",
        "pipelines: {p: {stages: [ | ]}}",
        "pipelines: {p: {stages: [a/b, {services: [ | ]}]}}",
        "pipelines: {p: {services: [ | ], stages: [a, b/c]}}",
        "pipelines: {p: {services: [x], stages: [a, {projects: [ | ]}]}}",
    ],
)
def test_tens_of_thousands_of_mistakes_are_a_thousand_problems(before_and_after: str, item: str) -> None:
    """However many mistakes there are, a thousand are listed, and the rest is counted."""
    text = "version: 1\n" + before_and_after.replace("|", ",".join([item] * 30_000))
    problems = problems_of(text)
    assert len(problems) == MOST_LISTED + 1
    assert len({problem.split(": ")[0] for problem in problems[:MOST_LISTED]}) == MOST_LISTED


@pytest.mark.parametrize(
    ("before", "item", "after"),
    [
        ("steps: [", "{source: a/b, destination: c/%d},", "7]"),
        ("pipelines: {p: {stages: [a/b, {services: [", "c/%d,", "7]}]}}"),
        ("pipelines: {p: {services: [x], stages: [a, {projects: [", "c%d,", "7]}]}}"),
    ],
)
def test_one_mistake_in_a_huge_list_is_found(before: str, item: str, after: str) -> None:
    """A single mistake behind forty thousand sound items has its own place, and is the only problem."""
    line = before + "".join(item % n for n in range(40_000))
    problems = problems_of(f"version: 1\n{line}{after}")
    assert [problem.split(": ")[0] for problem in problems] == [f"2:{len(line) + 1}"]


def test_a_flood_of_misspelt_keys_gets_a_hundred_suggestions() -> None:
    """Comparing words is slow, so that only the first unknown keys of a run are compared with the known ones."""
    problems = problems_of("version: 1\n" + "".join(f"steps{n}: 1\n" for n in range(2_000)))
    assert len(problems) == MOST_LISTED + 1
    assert sum("did you mean 'steps'?" in problem for problem in problems) == MOST_SUGGESTIONS
