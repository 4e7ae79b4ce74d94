"""HTML on the command line: of a plan that was just made, and of a saved one."""

from tests.cli.shell import THREE_ENVIRONMENTS, Shell


def test_a_plan_is_written_as_a_page(pipesync: Shell) -> None:
    """Beside the text, from the same read; the page names the plan's file and the next command."""
    pipesync.write(THREE_ENVIRONMENTS)
    text = pipesync.ok("plan", "--out", "plan.json", "--report", "html=plan.html").out
    page = pipesync.read("plan.html")
    assert text.splitlines()[-1] == "Plan: 2 to add, 0 to change, 0 to destroy."
    assert page.startswith("<!DOCTYPE html>\n")
    assert "<h1>Plan: 2 to add, 0 to change, 0 to destroy.</h1>" in page
    assert "<code>pipesync apply plan.json --expect sha256:" in page


def test_a_saved_plan_is_shown_as_the_same_page(pipesync: Shell) -> None:
    """`show` needs no API, and gives on standard output what `plan` wrote into the file."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan", "--out", "plan.json", "--report", "html=plan.html")
    assert pipesync.ok("show", "plan.json", "--format", "html").out == pipesync.read("plan.html")


def test_a_refused_plan_has_a_page_that_says_so(pipesync: Shell) -> None:
    """The report is written, with what is wrong, and no command that would carry it out."""
    pipesync.write(THREE_ENVIRONMENTS.replace("pg-staging", "pg-stagging"))
    assert pipesync("plan", "--report", "html=plan.html").code == 1
    page = pipesync.read("plan.html")
    assert "<strong>This plan is refused, with " in page
    assert "pipesync apply" not in page


def test_the_state_has_no_page(pipesync: Shell) -> None:
    """HTML is for plans; whoever forgets to name one is told so."""
    pipesync.apply(THREE_ENVIRONMENTS)
    for flags in (("--format", "html"), ("--report", "html=state.html")):
        result = pipesync("show", *flags)
        assert result.code == 64
        assert "the state has no format 'html'" in result.err
        assert "name a plan to show it so" in result.err
    assert "state.html" not in pipesync.files()
