"""`pipesync state` and `pipesync show`: looking at the state and mending it, without Aiven."""

import json
from collections.abc import Callable

import pytest

from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of


@pytest.fixture
def applied(pipesync: Shell, api: Api) -> Shell:
    """A folder with a state of two steps, and an API that has not been asked since."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.forget_requests()
    return pipesync


def test_list_and_show_look_at_recorded_steps(applied: Shell, api: Api) -> None:
    """The addresses a line each; one step with what Aiven calls it."""
    assert applied.ok("state", "list").out == f"{PROD}\n{STAGING}\n"
    step_id = api.steps()[PROD]["step_id"]
    api.forget_requests()
    shown = applied.ok("state", "show", PROD).out
    assert [line.split() for line in shown.splitlines()[1:]] == [
        ["source", "=", STAGING],
        ["destination", "=", PROD],
        ["auto_validation_delay_days", "=", "7"],
        ["protect", "=", "false"],
        ["pipeline", "=", "postgres"],
        ["step_id", "=", step_id],
    ]
    assert "\x1b[" in applied.ok("state", "show", PROD, "--color", "always").out
    assert api.requests() == []


def test_rm_forgets_a_step_and_leaves_the_live_one(applied: Shell, api: Api) -> None:
    """The next plan imports it, or names it as unmanaged."""
    result = applied.ok("state", "rm", PROD)
    assert (result.out, result.err) == ("", f"Forgot {PROD}; the live step stays as it is.\n")
    assert applied.ok("state", "rm", STAGING, "-q").err == ""
    assert api.requests() == []
    assert applied.ok("state", "list").out == ""
    assert len(api.steps()) == 2
    assert json.loads(applied.read())["serial"] == 4


@pytest.mark.parametrize("command", ["show", "rm"])
def test_an_address_that_is_not_recorded_is_an_error(applied: Shell, command: str) -> None:
    """With the command that lists what is; the state stays as it is."""
    before = applied.files()
    result = applied("state", command, "a/b")
    assert result.code == 1
    assert result.err.startswith("Error: a/b is not in the state\n  pipesync.state.json\n  `pipesync state list`")
    assert applied.files() == before


def test_pull_and_push_carry_a_state_from_place_to_place(applied: Shell) -> None:
    """What pull prints is the file's text; push makes it the state, one serial on, and keeps what was there."""
    pulled = applied.ok("state", "pull").out
    assert pulled == applied.read()
    applied.write(pulled, "copy.json")
    pushed = applied.ok("state", "push", "copy.json", "--state", "other.json")
    assert pushed.err == "other.json now holds 2 recorded steps.\n"
    assert json.loads(applied.read("other.json"))["serial"] == 3
    applied.ok("state", "push", "other.json")
    assert json.loads(applied.read())["serial"] == 4
    assert applied.read("pipesync.state.json.backup") == pulled


@pytest.mark.parametrize(
    ("serial", "at", "how"),
    [(2, "2026-11-28T09:00:00Z", "older than"), (3, "2026-11-28T09:00:00Z", "another state than")],
    ids=["older", "of another run"],
)
def test_push_refuses_what_is_behind(applied: Shell, serial: int, at: str, how: str) -> None:
    """Code 3: the runs after it may have made steps that it does not know of. --force goes back all the same."""
    copy = json.loads(applied.read())
    copy["serial"], copy["last_apply"]["at"] = serial, at
    applied.write(json.dumps(copy), "errored.pipesync.json")
    applied.ok("state", "rm", PROD)
    before = applied.files()
    result = applied("state", "push", "errored.pipesync.json")
    assert result.code == 3
    assert result.err.startswith(
        f"Error: errored.pipesync.json (serial {serial}) is {how} the one at pipesync.state.json (serial 3)\n"
        "  What a run did that could not write its state, the runs after it have found: `pipesync plan` shows what is "
        "left. To go back all the same: --force\n"
    )
    assert applied.files() == before
    was = applied.read()
    applied.ok("state", "push", "errored.pipesync.json", "--force")
    assert json.loads(applied.read())["serial"] == 4
    assert applied.read("pipesync.state.json.backup") == was
    assert applied.ok("state", "list").out == f"{PROD}\n{STAGING}\n"


@pytest.mark.parametrize(
    ("key", "value"), [("organization", "orgother"), ("organization", None), ("api_url", "https://elsewhere.example")]
)
def test_push_refuses_a_state_of_somebody_else(applied: Shell, key: str, value: str | None) -> None:
    """Code 3: every run after it would be refused."""
    applied.write(json.dumps({**json.loads(applied.read()), key: value}), "foreign.json")
    before = applied.files()
    result = applied("state", "push", "foreign.json")
    assert result.code == 3
    assert "Error: foreign.json is of " in result.err
    assert applied.files() == before


def test_push_refuses_a_state_of_another_lineage(applied: Shell) -> None:
    """Code 3: these are the states of two different sets."""
    foreign = json.dumps({**json.loads(applied.read()), "lineage": "another"})
    applied.write(foreign, "foreign.json")
    before = applied.files()
    result = applied("state", "push", "foreign.json")
    assert (result.code, "foreign.json is of lineage another" in result.err) == (3, True)
    assert applied.files() == before


def test_push_mends_a_damaged_state_and_keeps_it_aside(applied: Shell) -> None:
    """The remedy that errors about a damaged state name."""
    good = applied.read()
    applied.write(good, "copy.json")
    applied.write(good[:50], "pipesync.state.json")
    assert applied("plan").code == 1
    result = applied.ok("state", "push", "copy.json")
    assert "What was there is damaged and was kept aside: the state is torn" in result.err
    assert applied.read("pipesync.state.json.damaged") == good[:50]
    assert applied.ok("plan").out.startswith("No changes.")


def test_a_missing_state_that_has_a_backup_is_told(applied: Shell) -> None:
    """With the command that brings it back, which works."""
    (applied.folder / "pipesync.state.json").unlink()
    result = applied("plan", "-q")
    assert "Warning: There is no state at pipesync.state.json, but there was one." in result.err
    command = result.err.partition("to go back to it: pipesync ")[2].splitlines()[0].split()
    applied.ok(*command)
    assert "There is no state" not in applied("plan").err


@pytest.mark.parametrize(
    "command",
    [("show",), ("state", "list"), ("state", "pull"), ("state", "show", "a/b"), ("state", "rm", "a/b")],
    ids=" ".join,
)
def test_no_state_is_an_error_where_one_is_looked_at(pipesync: Shell, command: tuple[str, ...]) -> None:
    """It says what makes one, and how to name another place."""
    result = pipesync(*command)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("Error: there is no state yet\n  pipesync.state.json\n")


DAMAGE: dict[str, Callable[[str], str]] = {
    "empty": lambda _text: "",
    "torn": lambda text: text[: len(text) // 2],
    "not JSON": lambda _text: "nonsense",
    "a list": lambda _text: "[]",
    "Terraform's": lambda _text: '{"version": 4, "terraform_version": "1.11.4", "lineage": "x", "resources": []}',
    "deeply nested": lambda _text: "[" * 100_000,
    "newer": lambda text: text.replace('"format_version": "1.0"', '"format_version": "2.0"'),
    "unknown key": lambda text: text.replace('"serial"', '"extra": 1,\n  "serial"'),
    "wrong type": lambda text: text.replace('"auto_validation_delay_days": 3', '"auto_validation_delay_days": "3"'),
    "another address": lambda text: text.replace("http://127.0.0.1:", "http://127.0.0.2:"),
    "another organization": lambda text: text.replace('"org1a23f456789"', '"org2"'),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_state_that_is_no_use_stops_what_needs_it(applied: Shell, api: Api, damage: Callable[[str], str]) -> None:
    """Code 1 (3 for one that is another's), the file is named, nothing is written anywhere."""
    applied.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 4"))
    applied.apply(THREE_ENVIRONMENTS)
    applied.write(damage(applied.read()), "pipesync.state.json")
    before = applied.files()
    api.forget_requests()
    foreign = damage in {DAMAGE["another address"], DAMAGE["another organization"]}
    for command in (("plan",), ("apply", "--yes"), ("plan", "--destroy")):
        result = applied(*command)
        assert (result.code, result.out) == (3 if foreign else 1, "")
        assert result.err.startswith("Error: the state ")
        assert "\n  pipesync.state.json\n" in result.err
        if damage is not DAMAGE["newer"]:
            assert "to go back to it: pipesync state push" in result.err
    assert (api.requests(), applied.files()) == ([], before)


def test_the_states_place_comes_from_the_flag_or_the_variable(pipesync: Shell) -> None:
    """--state before PIPESYNC_STATE before the default; a place that cannot be is an error."""
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    pipesync.ok("apply", "--yes", "--state", "one/state.json", PIPESYNC_STATE="two.json")
    pipesync.write(spec_of(f"{DEV} > {STAGING}, protect: true"))
    assert sorted(pipesync.files()) == ["one/state.json", "one/state.json.backup", "pipesync.yaml"]
    assert pipesync.ok("state", "list", PIPESYNC_STATE="one/state.json").out == f"{STAGING}\n"
    result = pipesync("plan", "--state", "ftp://secret@host/x")
    assert (result.code, "cannot keep a state at a ftp:// location" in result.err) == (1, True)
    assert "secret" not in result.err


def test_show_renders_the_state_in_each_format(applied: Shell, api: Api) -> None:
    """Text, JSON and Markdown, from one read and without the API."""
    text = applied.ok("show", "--report", "json=s.json", "--report", "markdown=s.md").out
    assert text.endswith("2 upgrade steps recorded.\n")
    assert json.loads(applied.read("s.json"))["format"] == "pipesync.state"
    assert applied.read("s.md") == applied.ok("show", "--format", "markdown").out
    assert api.requests() == []


def test_push_of_a_file_of_no_use_is_an_error(applied: Shell) -> None:
    """Missing or not a state; what is there stays."""
    before = applied.files()
    missing = applied("state", "push", "no.json")
    assert missing.code == 1
    assert missing.err.startswith("Error: the file cannot be read: No such file or directory\n  no.json\n  name a file")
    other = applied("state", "push", "pipesync.yaml")
    assert other.code == 1
    assert other.err.endswith("  Name a file that `pipesync state pull` wrote, or a backup.\n")
    assert applied.files() == before
