"""`pipesync sandbox play`: stories that end well, stories that do not, and files that are no stories."""

import re
import shutil
from typing import Final

import pytest

from tests.cli.shell import Shell
from tests.cli.test_examples import EXAMPLES, STORIES, commands

WAITS: Final = (EXAMPLES / STORIES / "nobody-validates.yaml").read_text("utf-8")


def test_the_stories_of_the_examples_are_told_as_their_readme_shows(pipesync: Shell) -> None:
    """Every line with its date; and every story of the folder is in the README."""
    shutil.copytree(EXAMPLES / STORIES, pipesync.folder, dirs_exist_ok=True)
    shown = list(commands(EXAMPLES / STORIES / "README.md"))

    for command in shown:
        assert pipesync.ok(*command.words[1:]).out.splitlines() == list(command.shown)
    assert {command.words[3] for command in shown} == {path.name for path in (EXAMPLES / STORIES).glob("*.yaml")}


def days(told: str) -> dict[str, str]:
    """The day on which each service of a story runs 16.5."""
    found = re.findall(r"(?m)^\w+ ([\d-]+) [\d:]+  (\S+) runs 16\.5$", told)
    return {service: day for day, service in found}


@pytest.mark.parametrize(
    ("story", "staging", "production"),
    [("nobody-validates", "2026-05-14", "2026-05-24"), ("somebody-validates", "2026-05-07", "2026-05-10")],
)
def test_the_closing_example_of_the_documentation_to_the_day(
    pipesync: Shell, story: str, staging: str, production: str
) -> None:
    """3 days, then 7 days, each followed by the next window; and the windows alone where people validate."""
    told = pipesync.ok("sandbox", "play", str(EXAMPLES / STORIES / f"{story}.yaml")).out

    assert days(told) == {
        "dev-project/pg-dev": "2026-05-05",
        "staging-project/pg-staging": staging,
        "prod-project/pg-prod": production,
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'expect: {prod-project/pg-prod: "16.5"}',
            'expect: {prod-project/pg-prod: "16.6"}',
            "expected prod-project/pg-prod to run 16.6, found 16.5",
        ),
        (
            'let_through: {staging-project/pg-staging: "16.5"}',
            'let_through: {staging-project/pg-staging: "16.4"}',
            "expected the step to staging-project/pg-staging to let 16.4 through, found 16.5",
        ),
        (
            "{on: 2026-05-21, kind: validated_automatically",
            "{on: 2026-05-20, kind: validated_automatically",
            "expected validated_automatically staging-project/pg-staging 16.5 on 2026-05-20, found it on 2026-05-21",
        ),
        (
            "  - at: 2026-05-25\n",
            "  - at: 2026-05-25\n    states: {prod-project/pg-prod: POWEROFF}\n",
            "expected prod-project/pg-prod to be POWEROFF, found RUNNING",
        ),
        (
            "  - at: 2026-05-25\n",
            "  - release: {type: pg, version: '16.5'}\n  - at: 2026-05-25\n",
            "release is refused: Version 16.5 of pg was released before (409)",
        ),
        (
            "  - at: 2026-05-25\n",
            "  - release: {type: pg, version: '16.6'}\n    refused: 409\n  - at: 2026-05-25\n",
            "expected release to be refused with 409, but it was done",
        ),
        (
            "  - at: 2026-05-25\n",
            "  - at: 2026-05-01\n",
            "The clock stands at 2026-05-14T12:00:00.000000Z: 2026-05-01T00:00:00.000000Z is earlier or too far ahead",
        ),
        (
            "  - at: 2026-05-25\n",
            "  - delete_step: dev-project/pg-dev\n  - at: 2026-05-25\n",
            "delete_step is refused: No step leads to dev-project/pg-dev (upgrade_step_not_found)",
        ),
    ],
)
def test_an_expectation_that_is_not_met_ends_a_story(pipesync: Shell, old: str, new: str, words: str) -> None:
    """With 1, what was expected and found, and the line of it; what happened until then is told."""
    text = WAITS.replace(old, new)
    assert text != WAITS
    pipesync.write(text, "story.yaml")

    result = pipesync("sandbox", "play", "story.yaml")

    assert (result.code, result.err.splitlines()[0]) == (1, f"Error: {words}")
    assert "dev-project/pg-dev runs 16.5" in result.out
    changed = [
        number
        for number, (one, other) in enumerate(zip(text.splitlines(), [*WAITS.splitlines(), ""] * 2, strict=False), 1)
        if one != other
    ]
    place = re.fullmatch(r"  story\.yaml:(\d+)( \(at .*\))?", result.err.splitlines()[1])
    assert place is not None
    assert int(place[1]) in changed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "Error: story.yaml cannot be read: No such file or directory"),
        ("events: [", "Error: story.yaml:2:1: "),
        ("- events", "Error: story.yaml is not a story: it is a map with at least `events`"),
        ("events: []", "  story.yaml:1: events: there are none"),
        ("events:\n  - {}\n", "  story.yaml:2: events[0]: is empty"),
        ("events:\n  - recycle: pg-dev\n", "  story.yaml:2: events[0].recycle: 'pg-dev' is not PROJECT/SERVICE"),
        ("events:\n  - after: soon\n", "  story.yaml:2: events[0].after: 'soon' is no length of time: write 3d"),
        ("events:\n  - after: 99999d\n", "  story.yaml:2: events[0].after: '99999d' is longer than 3650 days"),
        ("events:\n  - at: noon\n", "  story.yaml:2: events[0].at: 'noon' is no date or time: write 2026-05-04"),
        ("events:\n  - {at: 2026-05-04, after: 1d}\n", "  story.yaml:2: events[0]: has both `at` and `after`"),
        ("events:\n  - {recycle: a/b, override: a/b}\n", "  story.yaml:2: events[0]: does several things (override, "),
        ("events:\n  - refused: 409\n    after: 1d\n", "  story.yaml:2: events[0]: has `refused`, but nothing that"),
        ("events:\n  - expect: {b: 1}\n", "  story.yaml:2: events[0].expect.b: 'b' is not PROJECT/SERVICE"),
        ("events:\n  - after: 1d\n    jump: 1\n", "  story.yaml:3: events[0].jump: Extra inputs are not permitted"),
        ("world: w.yaml\nevents:\n  - after: 1d\n", "Error: w.yaml cannot be read: No such file or directory"),
        ("world: {}\nevents:\n  - after: 1d\n", "Error: its world is not a world:"),
        ("events:\n  - after: &a 1d\n  - after: *a\n", "Error: story.yaml:3: aliases are not allowed in a story"),
        ("? [a]\n: b\n", "Error: story.yaml:1:3: a key is a list or a map; only text can be one"),
        ("start: 9999-12-31\nevents:\n  - after: 9d\n", "lies outside of the years 1970 to 2200"),
    ],
)
def test_a_file_that_is_no_story_is_an_error(pipesync: Shell, text: str | None, words: str) -> None:
    """With the line where there is one; nothing is played."""
    if text is not None:
        pipesync.write(text, "story.yaml")

    result = pipesync("sandbox", "play", "story.yaml")

    assert (result.code, result.out) == (1, "")
    assert words in result.err
    assert "docs/sandbox.md describes stories" in result.err


def test_what_a_story_says_cannot_steer_a_terminal(pipesync: Shell) -> None:
    """Control characters of a comment are spelt out."""
    story = "events:\n  - create_step: {source: dev-project/pg-dev, destination: prod-project/pg-prod}\n"
    pipesync.write(f'{story}  - validate: {{service: dev-project/pg-dev, comment: "\\e[31mred"}}\n', "story.yaml")

    assert r"\x1b[31mred" in pipesync.ok("sandbox", "play", "story.yaml").out
