"""docs/ci-formats.md, carried out: its examples print what they are said to print, and its tables are complete."""

import re
import shlex

import pytest

from pipesync import render
from pipesync.render.machines.reports import drift_outputs, plan_outputs
from pipesync.render.machines.spec_reports import spec_outputs
from tests.cli.documents import DOCS, Command, Put, sections
from tests.cli.shell import Shell
from tests.foreign_values import drift, plan, problems

TEXT = (DOCS / "ci-formats.md").read_text("utf-8")


def test_the_examples_print_what_the_page_says(pipesync: Shell) -> None:
    """In the page's order, each command in the folder that the ones before it left."""
    for part in (part for parts in sections("ci-formats.md").values() for part in parts):
        match part:
            case Put(name, text):
                pipesync.write(text, name)
            case Command():
                command, *arguments = shlex.split(part.line)
                assert command == "pipesync"
                assert part.missing_in(pipesync.ok(*arguments).out) == [], part.line


@pytest.mark.parametrize(
    ("column", "kinds"),
    [(3, render.PLAN_FORMATS), (4, render.SPEC_FORMATS), (5, render.OUTCOME_FORMATS), (6, render.DRIFT_FORMATS)],
)
def test_the_table_tells_which_command_has_which_format(column: int, kinds: tuple[str, ...]) -> None:
    """A format that is added to a command is added here."""
    rows = [re.split(r" *\| *", row)[1:-1] for row in re.findall(r"^\| `\w+` \|.*$", TEXT, re.MULTILINE)]
    named = {row[0].strip("`"): row[column] for row in rows if len(row) == 7}
    assert {name for name, has in named.items() if has == "yes"} == {*kinds} & {"gitlab", "sarif", "junit", "github"}


def test_every_output_is_told(pipesync: Shell) -> None:
    """And no other."""
    table = re.findall(r"^\| `(plan|validate|drift)`.*? \| (.*) \|$", TEXT, re.MULTILINE)
    words = {"true", "false", "low", "medium", "high", "unknown", "--allow-destroy"}
    told = {command: {*re.findall(r"`([a-z-]+)`", text)} - words for command, text in table}
    assert told == {
        "plan": {*plan_outputs(plan("x"))},
        "validate": {*spec_outputs(problems("x"))},
        "drift": {*drift_outputs(drift("x"))},
    }
