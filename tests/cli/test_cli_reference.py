"""docs/cli.md is what the commands say of themselves."""

import re
from pathlib import Path

import click

from pipesync.cli.exits import Exit
from pipesync.cli.main import COMMANDS
from pipesync.cli.main import pipesync as pipesync_group
from tests.cli.cli_reference import INTRODUCTION, cli_reference
from tests.cli.shell import Shell

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_reference_is_current() -> None:
    """`make generate` writes it."""
    assert (DOCS / "cli.md").read_text("utf-8") == cli_reference()


def test_each_block_is_what_help_prints(pipesync: Shell) -> None:
    """On a terminal of 100 columns, for every command and subcommand."""
    blocks = re.findall(r"^## pipesync(.*)\n\n```text\n((?s:.*?)\n)```\n", cli_reference(), re.MULTILINE)
    assert {path.split()[0] for path, _ in blocks if path} == set(COMMANDS)
    for path, text in blocks:
        assert pipesync.ok(*path.split(), "--help", COLUMNS="100").out == text


def test_the_introduction_names_every_exit_code() -> None:
    """No more and no fewer than there are."""
    table = INTRODUCTION.partition("## Exit codes")[2].partition("\n\nIf several")[0]
    named = {int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE) for code in row.split(", ")}
    assert named == set(Exit)


def test_the_introduction_names_every_variable_that_help_names() -> None:
    """And those that no flag stands for."""
    named = set(re.findall(r"`([A-Z_]+)`", INTRODUCTION))
    in_help = {
        name
        for variables in re.findall(r"\[env\s+var:\s+([A-Z_,\s]+)", cli_reference())
        for name in re.findall(r"[A-Z_]{3,}", variables)
    }
    assert in_help <= named
    assert {"PIPESYNC_TOKEN", "NO_COLOR", "HTTPS_PROXY", "AIVEN_CONFIG_DIR"} <= named


def test_every_command_says_what_each_flag_does() -> None:
    """No flag stands in a help text without words."""
    for name in COMMANDS:
        command = pipesync_group.get_command(click.Context(pipesync_group), name)
        assert command is not None
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert [option.name for option in options if not (option.help or "").endswith(".")] == []
