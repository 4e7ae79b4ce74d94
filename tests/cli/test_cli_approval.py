"""The question before an apply, at a real terminal and without one."""

import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell, environment, pairs, spec_of, world_of_pg

Typed = Callable[..., tuple[int, str]]

AT_A_TERMINAL = """
import os, runpy
os.open(os.ttyname(0), os.O_RDWR)  # the first terminal that a session opens is the one whose Ctrl-C it hears
runpy.run_module("pipesync", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def typed(pipesync: Shell, api: Api) -> Typed:
    """Runs a command line at a terminal of its own, types an answer, and gives the code and all that was shown."""

    def run(answer: bytes, *args: str, **env: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-c", AT_A_TERMINAL, *args],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=pipesync.folder,
            env={**environment(api), "TERM": "xterm", **env},
            start_new_session=True,
        ) as process:
            os.close(theirs)
            seen = b""
            asked = False
            while piece := _read(ours, process):
                seen += piece
                if not asked and b"Enter a value: " in seen:
                    asked = True
                    os.write(ours, answer)
            code = process.wait(timeout=30)
        os.close(ours)
        return code, seen.decode().replace("\r\n", "\n")

    return run


def _read(descriptor: int, process: subprocess.Popen[bytes]) -> bytes:
    if not select.select([descriptor], [], [], 30)[0]:
        process.kill()
        pytest.fail("the command neither ended nor said anything for 30 s")
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux tells that the other end is closed
        return b""


def test_yes_is_the_only_word_that_applies(pipesync: Shell, api: Api, typed: Typed) -> None:
    """Anything else is a refusal, code 3, and nothing is sent; then `yes` carries the plan out."""
    pipesync.write(THREE_ENVIRONMENTS)
    code, shown = typed(b"y\n", "apply")
    assert (code, api.writes()) == (3, [])
    assert "Error: the plan was not approved, and nothing was changed" in shown
    code, shown = typed(b"yes\n", "apply")
    assert (code, len(api.steps())) == (0, 2)
    assert shown.index("Plan: 2 to add") < shown.index("Only 'yes' will be accepted") < shown.index("Apply complete!")


def test_the_end_of_input_and_ctrl_c_are_no_approval(pipesync: Shell, api: Api, typed: Typed) -> None:
    """Ctrl-D is a refusal, code 3; Ctrl-C an interrupt, code 130; nothing is sent and no lock is left."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert typed(b"\x04", "apply")[0] == 3
    code, shown = typed(b"\x03", "apply")
    assert (code, "Traceback" in shown, "Interrupted." in shown) == (130, False, True)
    assert (api.writes(), pipesync("apply", "--yes").code) == ([], 0)


def test_a_terminal_gets_colour_and_no_color_takes_it_away(pipesync: Shell, typed: Typed) -> None:
    """The same plan, with and without escape sequences."""
    pipesync.write(THREE_ENVIRONMENTS)
    assert "\x1b[" in typed(b"", "plan")[1]
    assert "\x1b[" not in typed(b"", "plan", NO_COLOR="1")[1]


@pytest.mark.parametrize("world", [world_of_pg(52)], ids=["52"])
def test_a_long_run_at_a_terminal_is_one_line_that_moves(pipesync: Shell, api: Api, typed: Typed) -> None:
    """Instead of two lines a change; what fails stays on a line of its own."""
    pipesync.write(spec_of(*pairs(52)))
    api.fault(method="POST", path="*/steps", status=400, error_code="bad_request")
    code, shown = typed(b"", "apply", "--yes")
    assert code == 1
    assert "Creating..." not in shown
    assert shown.count("Creation failed\n") == 1
    assert "\r\x1b[KApplying: 52 of 52 changes are over\n" in shown
    assert len(api.steps()) == 51


def test_nothing_to_do_is_not_asked_about(pipesync: Shell) -> None:
    """Without changes there is nothing to approve, also without a terminal."""
    pipesync.apply(THREE_ENVIRONMENTS)
    assert pipesync("apply").code == 0


def test_without_a_terminal_the_remedy_is_told(pipesync: Shell, api: Api) -> None:
    """A `yes` that is piped in does not count."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync.fed(b"yes\n", "apply")
    assert (result.code, api.writes()) == (3, [])
    assert "review the plan, then add --auto-approve; or save it with `pipesync plan --out`" in result.err
