"""docs/policy.md, carried out: each rule's example says what it is said to say."""

import shlex

import pytest

from pipesync.policy_file import schema
from tests.cli.documents import DOCS, Command, Put, sections
from tests.cli.shell import Shell

PAGE = sections("policy.md")
EXAMPLES = [title for title, parts in PAGE.items() if title and parts]


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_does_what_the_page_says(pipesync: Shell, title: str) -> None:
    """Its files written and its commands run, every line that is shown is printed, and no failure is kept quiet."""
    code, ran = 0, 0
    for part in (*PAGE[""], *PAGE[title]):
        match part:
            case Put(name, text):
                pipesync.write(text, name)
            case Command("echo $?", shown):
                assert shown == (str(code),)
                code = 0
            case Command(line):
                assert code == 0, f"a command before {line} failed, and the page does not say so"
                program, *arguments = shlex.split(line)
                assert program == "pipesync"
                result = pipesync(*arguments)
                assert part.missing_in(result.out) == [], result.both
                code, ran = result.code, ran + 1
    assert (code, ran > 0) == (0, True)


def test_every_key_is_on_the_page() -> None:
    """The page knows every key of the JSON Schema."""
    text = (DOCS / "policy.md").read_text("utf-8")
    parts = (schema.document(), *schema.document()["$defs"].values())
    assert {key for part in parts for key in part["properties"] if key != "$schema" and f"`{key}" not in text} == set()


def test_every_rule_has_an_example() -> None:
    """Each key of a policy stands in one of them."""
    texts = "".join(part.text for parts in PAGE.values() for part in parts if isinstance(part, Put))
    keys = {"least_delay", "require_gate", "allowed_pairs", "scope", "brake", "services", "except", "level"}
    assert {key for key in keys if f"{key}:" not in texts} == set()
    assert len(EXAMPLES) == 5
