"""Streams, colour, loudness and exit codes: what holds for every command."""

import json
import os
import subprocess
import sys
import threading
from itertools import combinations

import pytest

from pipesync.cli.exits import Exit, worst
from pipesync.cli.main import COMMANDS
from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell, at_any_time, environment

WORST_FIRST = (130, 1, 3, 5, 4, 2, 0)


@pytest.mark.parametrize(("worse", "better"), [*combinations(WORST_FIRST, 2)])
def test_the_worst_code_wins(worse: int, better: int) -> None:
    """Interrupted, 1, 3, 5, 4, 2, 0: in whatever order they come up."""
    assert worst(Exit(worse), Exit(better)) == worst(Exit(better), Exit(worse)) == worse


def test_an_error_wins_over_a_refusal_and_a_refusal_over_changes(pipesync: Shell, api: Api) -> None:
    """The same plan with one trouble after the other mended: 1, then 3, then 2."""
    api.insert("dev-project/kafka-dev", "prod-project/pg-prod")
    broken = THREE_ENVIRONMENTS.replace("pg-staging", "pg-stagging")
    pipesync.write(broken)
    assert pipesync("plan", "--detailed-exitcode").code == 1
    pipesync.write(THREE_ENVIRONMENTS)
    assert pipesync("plan", "--detailed-exitcode").code == 3
    assert pipesync("plan", "--detailed-exitcode", "--take-over", "prod-project/pg-prod").code == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("plan", "--nope"), "--nope"),
        (("plann",), "No such command 'plann'. Did you mean 'plan'?"),
        (("frobnicate",), "No such command 'frobnicate'."),
        (("plan", "extra"), "unexpected extra argument"),
        (("plan", "--format", "xml"), "'xml' is not one of"),
        (
            ("plan", "--report", "xml=x"),
            "'xml=x' is not FORMAT=PATH with a format of text, json, markdown, gitlab, sarif, junit, github",
        ),
        (("plan", "--report", "json="), "'json=' is not FORMAT=PATH"),
        (("plan", "--report", "json"), "'json' is not FORMAT=PATH"),
        (("plan", "--parallelism", "0"), "0 is not in the range 1<=x<=100"),
        (("plan", "--parallelism", "many"), "'many' is not a valid integer"),
        (("apply", "--lock-timeout", "-1"), "-1.0 is not in the range"),
        (("apply", "--allow-destroy", "-1"), "-1 is not in the range x>=0"),
        (("apply", "a", "b"), "unexpected extra argument"),
        (("state", "rm"), "Missing argument 'ADDRESS'"),
        (("state", "nope"), "No such command 'nope'"),
        (("schema", "nope"), "'nope' is not one of"),
        (("schema",), "Missing argument"),
        (("completion", "tcsh"), "'tcsh' is not one of"),
        (("sandbox", "serve", "--port", "70000"), "70000 is not in the range"),
        (("--color", "sometimes", "plan"), "'sometimes' is not one of"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_64(pipesync: Shell, api: Api, args: tuple[str, ...], words: str) -> None:
    """With what is wrong, and where help is; nothing is done."""
    result = pipesync(*args)
    assert (result.code, result.out) == (64, "")
    assert words in result.err
    assert result.err.startswith("Usage: pipesync")
    assert "--help` lists what there is." in result.err
    assert (api.requests(), pipesync.files()) == ([], {})


@pytest.mark.parametrize("group", [(), ("state",), ("sandbox",)], ids=["pipesync", "state", "sandbox"])
def test_a_group_without_a_command_shows_its_help(pipesync: Shell, group: tuple[str, ...]) -> None:
    """Once, on standard error, as wrong usage."""
    result = pipesync(*group)
    assert (result.code, result.out) == (64, "")
    assert result.err == pipesync(*group, "--help").out


def test_an_environment_variable_with_a_wrong_value_is_wrong_usage(pipesync: Shell) -> None:
    """It is named like the flag that it stands for."""
    result = pipesync("apply", PIPESYNC_ALLOW_DESTROY="some")
    assert (result.code, "PIPESYNC_ALLOW_DESTROY" in result.err) == (64, True)


@pytest.mark.parametrize("command", ["plan --format", "plan -f", "state list --state", "--color", "apply --report"])
def test_a_flag_without_its_value_is_wrong_usage(pipesync: Shell, command: str) -> None:
    """Code 64, and where to look."""
    result = pipesync(*command.split())
    assert result.code == 64
    assert "requires an argument" in result.err
    assert "--help` lists what there is" in result.err


def test_errors_go_to_standard_error_alone(pipesync: Shell) -> None:
    """`Error: what`, then where, then what to do next."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.write("", "pipesync.state.json")
    result = pipesync("plan")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "Error: the state is empty\n  pipesync.state.json\n"
        "  Restore it from a copy: pipesync state push --state pipesync.state.json FILE\n"
    )


@pytest.mark.parametrize(
    ("flags", "env", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (("--color", "auto"), {"FORCE_COLOR": "1"}, True),
    ],
)
def test_colour_is_where_it_was_asked_for(
    pipesync: Shell, flags: tuple[str, ...], env: dict[str, str], coloured: bool
) -> None:
    """--color before the variables, NO_COLOR before FORCE_COLOR; before or after the command's name."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert ("\x1b[" in pipesync("plan", *flags, **env).out) is coloured
    assert ("\x1b[" in pipesync(*flags, "plan", **env).out) is coloured


def test_colour_stays_out_of_data_and_files(pipesync: Shell) -> None:
    """JSON, Markdown and every report are the same with and without."""
    pipesync.write(THREE_ENVIRONMENTS)
    for form in ("json", "markdown"):
        coloured, plain = pipesync("plan", "--format", form, "--color", "always"), pipesync("plan", "--format", form)
        assert at_any_time(coloured.out) == at_any_time(plain.out)
    pipesync.ok("plan", "--color", "always", "--report", "text=plan.txt")
    assert pipesync.read("plan.txt") == pipesync("plan").out


def test_verbose_tells_of_token_and_requests(pipesync: Shell, api: Api) -> None:
    """On standard error, and only if asked."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync.ok("plan", "-v")
    sent = len(api.requests())
    assert result.err == f"using the token from the variable PIPESYNC_TOKEN at {api.url}\n{sent} requests sent\n"
    assert pipesync.ok("plan").err == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_begins_with_its_line_in_the_list(pipesync: Shell, name: str) -> None:
    """The list of commands and a command's own help say the same; -h is --help."""
    text = pipesync.ok(name, "--help").out
    assert f"\n  {COMMANDS[name][1]}\n" in text
    assert pipesync.ok(name, "-h").out == text


@pytest.mark.parametrize("columns", ["80", "100"])
def test_help_fits_the_terminal(pipesync: Shell, columns: str) -> None:
    """No line of any help is wider than the terminal."""
    for args in [(), *((name,) for name in COMMANDS), ("state", "push"), ("sandbox", "serve")]:
        lines = pipesync.ok(*args, "--help", COLUMNS=columns).out.splitlines()
        assert max(map(len, lines)) <= int(columns)


def test_the_version_is_shown_by_every_command(pipesync: Shell) -> None:
    """--version wins over everything else on the line."""
    assert pipesync.ok("--version").out == pipesync.ok("plan", "--version").out
    assert pipesync.ok("--version").out.startswith("pipesync ")


def test_a_report_may_go_into_a_pipe(pipesync: Shell) -> None:
    """As with `--report json=>(command)`: what is no file is written to, not replaced."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipe = pipesync.folder / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text("utf-8")))
    reader.start()
    pipesync.ok("plan", "--report", f"json={pipe}")
    reader.join(timeout=30)
    assert json.loads(read[0])["format"] == "pipesync.plan"
    assert pipe.is_fifo()


def process(pipesync: Shell, api: Api, command: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A line for a shell, in which `pipesync` is this one."""
    line = command.replace("pipesync", f"{sys.executable} -m pipesync", 1)
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=pipesync.folder,
        env=environment(api, **env),
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_closed_streams_are_no_crash(pipesync: Shell, api: Api) -> None:
    """Without standard input nobody can be asked; without the others nothing can be told, and the code stays."""
    pipesync.write(THREE_ENVIRONMENTS)
    no_input = process(pipesync, api, "pipesync apply <&-")
    assert (no_input.returncode, b"there is no terminal to ask at" in no_input.stderr) == (3, True)
    no_spec = process(pipesync, api, "pipesync validate -f - <&-")
    assert (no_spec.returncode, b"there is no standard input to read" in no_spec.stdout) == (1, True)
    assert process(pipesync, api, "pipesync apply --yes >&- 2>&-").returncode == 0
    assert len(api.steps()) == 2


def test_a_reader_that_has_gone_is_no_crash(pipesync: Shell, api: Api) -> None:
    """Progress that nobody reads ends no apply; data that nobody reads ends a plan quietly."""
    pipesync.write(THREE_ENVIRONMENTS)
    plan = process(pipesync, api, "pipesync plan | true")
    assert plan.stderr == b""
    apply = process(pipesync, api, "pipesync apply --yes 2> >(exec true) >out.txt")
    assert (apply.returncode, apply.stderr) == (0, b"")
    assert "Apply complete!" in pipesync.read("out.txt")


def test_names_that_a_stream_cannot_spell_are_escaped(pipesync: Shell, api: Api) -> None:
    """Not a crash after the API was read."""
    pipesync.write(THREE_ENVIRONMENTS.replace("postgres:", "größe→:"))
    result = process(pipesync, api, "pipesync plan --detailed-exitcode", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (result.returncode, rb"gr\xf6\xdfe\u2192" in result.stdout) == (2, True)


def test_the_console_script_and_the_module_are_one(pipesync: Shell, api: Api) -> None:
    """`python -m pipesync` ends with the code that `run` gives."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = process(pipesync, api, "pipesync plan --format json --detailed-exitcode")
    assert result.returncode == 2
    assert json.loads(result.stdout)["digest"] == json.loads(pipesync("plan", "--format", "json").out)["digest"]
