"""Files that a command writes are never those that it reads: a slip in a path loses nothing."""

import pytest

from tests.cli.shell import PROD, THREE_ENVIRONMENTS, Shell


@pytest.fixture
def applied(pipesync: Shell) -> Shell:
    pipesync.apply(THREE_ENVIRONMENTS)
    pipesync.apply(THREE_ENVIRONMENTS.replace("prod-project/pg-prod", "{service: prod-project/pg-prod, protect: true}"))
    pipesync.ok("plan", "--out", "plan.json")
    (pipesync.folder / "link.json").symlink_to("pipesync.state.json")
    return pipesync


@pytest.mark.parametrize(
    "command",
    [
        "plan --out pipesync.state.json",
        "plan --out pipesync.state.json.backup",
        "plan --out link.json",
        "plan --out pipesync.yaml",
        "plan --report json=pipesync.yaml",
        "plan --report json=./pipesync.state.json.lock",
        "plan --report json=a.out --report markdown=a.out",
        "plan --out a.out --report json=a.out",
        "apply --yes --report json=pipesync.yaml",
        "apply plan.json --report json=plan.json",
        "apply --yes --report json=pipesync.state.json",
        "show plan.json --report text=plan.json",
        "show --report text=pipesync.state.json",
        "drift --report text=pipesync.state.json",
        "validate --report text=pipesync.yaml",
        "status --report text=pipesync.yaml",
        "forecast --report text=pipesync.yaml",
    ],
)
def test_an_output_that_is_an_input_is_refused(applied: Shell, command: str) -> None:
    """Code 64, before anything is read from Aiven or written."""
    before = applied.files()
    result = applied(*command.split())
    assert result.code == 64
    assert "cannot be written: it is " in result.err
    assert applied.files() == before


def test_a_report_over_a_broken_spec_is_refused(pipesync: Shell) -> None:
    """The file with the problem is still there to be corrected."""
    pipesync.write("version: 2\n")
    assert pipesync("validate", "--report", "text=pipesync.yaml").code == 64
    assert pipesync.read("pipesync.yaml") == "version: 2\n"


def test_a_device_may_be_named_often(applied: Shell) -> None:
    """Nothing is lost there."""
    applied.ok("plan", "--report", "json=/dev/null", "--report", "markdown=/dev/null")


def test_rm_without_a_state_leaves_no_lock(pipesync: Shell) -> None:
    """There is nothing to lock."""
    assert pipesync("state", "rm", PROD).code == 1
    assert [*pipesync.folder.iterdir()] == []


@pytest.mark.parametrize(
    "command", ["plan --report json=out.json", "dump --organization org1a23f456789 --out out.json"]
)
def test_a_link_in_the_place_of_a_report_chooses_nothing(applied: Shell, command: str) -> None:
    """Whoever may put a link into a repository cannot have a file of the machine overwritten: the link is replaced."""
    secret = applied.write("of the machine", "../elsewhere")
    (applied.folder / "out.json").symlink_to(secret)
    applied.ok(*command.split())
    assert secret.read_text("utf-8") == "of the machine"
    assert not (applied.folder / "out.json").is_symlink()


@pytest.mark.parametrize("command", ["plan --out", "plan --report json="])
def test_a_link_of_the_system_is_followed(applied: Shell, command: str) -> None:
    """A descriptor that is a file, as /dev/stdout may be, is a link of /proc: what it leads to is written."""
    target = applied.write("older", "target.json")
    with target.open("rb") as file:
        name = f"/proc/self/fd/{file.fileno()}"
        applied.ok(*(command + ("" if command.endswith("=") else " ") + name).split())
    assert target.read_text("utf-8").startswith("{")
