"""The flags of Markdown: how long a page may be, which comment it is, when it is empty, and whom it calls."""

import json
import re
import shlex

import pytest

from tests.cli.shell import ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, pairs, spec_of, world_of_pg

OWNED = THREE_ENVIRONMENTS.replace("  postgres:\n", '  postgres:\n    owner: "@acme/dba"\n')


FORTY = pytest.mark.parametrize("world", [world_of_pg(40)], ids=["40"])


@FORTY
def test_a_report_is_no_longer_than_its_comment_takes(pipesync: Shell) -> None:
    """The first rows, how many more changes there are, and the file that holds all of them."""
    pipesync.write(spec_of(*pairs(40)))
    pipesync.ok("plan", "--report", "markdown=plan.md", "--report", "json=all.json", "--comment-limit", "3000")
    page = pipesync.read("plan.md")
    assert 2000 < len(page) <= 3000
    listed, more = page.count("| **create** |"), re.search(r"Not listed here: ([0-9]+) to create\.", page)
    assert more is not None
    assert listed + int(more[1]) == 40
    assert "Shortened to fit here; all of it is in `all.json`." in page
    assert len(json.loads(pipesync.read("all.json"))["changes"]) == 40


def test_a_saved_plan_is_shown_for_another_surface(pipesync: Shell) -> None:
    """Its page names the file as it was given, and the command that applies it."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--out", "saved plan.json")
    whole = pipesync.ok("show", "saved plan.json", "--format", "markdown").out
    assert "\npipesync apply 'saved plan.json' --expect sha256:" in whole
    short = pipesync.ok("show", "saved plan.json", "--format", "markdown", "--comment-limit", "1000").out
    assert len(short) <= 1000 < len(whole)


def test_the_command_of_the_page_applies_the_plan_and_no_other(pipesync: Shell, api: Api) -> None:
    """What a reviewer copies carries the digest of what was reviewed."""
    pipesync.write(THREE_ENVIRONMENTS)
    page = pipesync.ok("plan", "--out", "plan.json", "--format", "markdown").out
    command = next(line for line in page.splitlines() if line.startswith("pipesync apply "))
    pipesync.ok(*shlex.split(command)[1:])
    assert len(api.steps()) == 2


@pytest.mark.parametrize(
    ("flags", "first"),
    [((), "<!-- pipesync:plan -->"), (("--comment-id", "eu/orders-1"), "<!-- pipesync:plan eu/orders-1 -->")],
)
def test_the_first_line_finds_the_comment_again(pipesync: Shell, flags: tuple[str, ...], first: str) -> None:
    """It is the same with and without changes, and each plan of a repository may have its own."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert pipesync.ok("plan", "--format", "markdown", *flags).out.splitlines()[0] == first
    pipesync.ok("apply", "--yes", "--report", "markdown=o.md", *flags)
    assert pipesync.read("o.md").splitlines()[0] == first.replace(":plan", ":outcome")
    assert pipesync.ok("plan", "--format", "markdown", *flags).out.splitlines()[0] == first


def test_a_plan_that_says_nothing_is_an_empty_text_if_that_is_wanted(pipesync: Shell, api: Api) -> None:
    """The file is there and empty, so that CI can test it (`test -s`); with drift it is not."""
    quiet = ("plan", "--quiet-if-empty", "--format", "markdown", "--report", "markdown=plan.md")
    pipesync.write(THREE_ENVIRONMENTS)
    assert pipesync.ok(*quiet).out == pipesync.read("plan.md") != ""
    pipesync.ok("apply", "--yes")
    assert pipesync.ok("plan", "--format", "markdown").out.splitlines()[2].startswith("## No changes.")
    assert pipesync.ok(*quiet).out == pipesync.read("plan.md") == ""
    api.patch(PROD, 9)
    assert "Plan: 0 to add, 1 to change" in pipesync.ok(*quiet).out


def test_owners_are_called_only_if_that_is_wanted(pipesync: Shell) -> None:
    """Without the flag an owner stands in code, where no forge looks for a name to notify."""
    pipesync.write(OWNED)
    assert "Owner: `@acme/dba`." in pipesync.ok("plan", "--format", "markdown").out
    page = pipesync.ok("plan", "--format", "markdown", "--mention-owners").out
    assert page.count(" @acme/dba") == 1
    assert "Owner: @acme/dba." in page


@pytest.mark.parametrize("owner", ["@all", "@acme/dba and @acme/all", "dba@acme.example", "@acme/*", "<b>@acme"])
def test_what_is_no_user_and_no_team_is_never_called(pipesync: Shell, owner: str) -> None:
    """Everybody, several, an address, a pattern: it stands in code."""
    pipesync.write(OWNED.replace("@acme/dba", owner))
    page = pipesync.ok("plan", "--format", "markdown", "--mention-owners").out
    assert "@" not in re.sub(r"`[^`]*`", "", page)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--comment-limit", "999"), "999 is not in the range x>=1000"),
        (("--comment-limit", "many"), "'many' is not a valid integer"),
        (("--comment-id", "x --> y"), "'x --> y' is not made of"),
        (("--comment-id", "a--b"), "'a--b' is not made of"),
        (("--comment-id", ""), "'' is not made of"),
        (("--comment-id", "x" * 65), "is not made of"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "show", "apply"])
def test_a_flag_that_cannot_be_meant_is_a_usage_error(
    pipesync: Shell, command: str, flags: tuple[str, ...], words: str
) -> None:
    """Code 64, with what would be right."""
    result = pipesync(command, *flags)
    assert (result.code, words in result.err) == (64, True)


@FORTY
def test_what_a_run_did_fits_as_well(pipesync: Shell) -> None:
    """The outcome's page has the count of all that was done, and no more characters than that."""
    pipesync.write(spec_of(*pairs(40)))
    pipesync.ok("apply", "--yes", "--report", "markdown=o.md", "--comment-limit", "1000")
    page = pipesync.read("o.md")
    assert len(page) <= 1000
    assert "<summary>Done (40)</summary>" in page
    assert "`--report json=PATH` lists all." in page


def test_what_a_refused_plan_needs_comes_next(pipesync: Shell, api: Api) -> None:
    """No command for a plan that apply would refuse."""
    api.insert("dev-project/kafka-dev", PROD)
    pipesync.write(THREE_ENVIRONMENTS)
    page = pipesync("plan", "--format", "markdown").out
    assert "**Next:** mend what this plan is refused for, and plan again." in page
    assert "pipesync apply" not in page
    assert (ORGANIZATION in page, STAGING in page) == (True, True)
