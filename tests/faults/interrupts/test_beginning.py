"""A signal while the program is only just being loaded."""

import subprocess
import sys
from signal import SIGINT, SIGTERM, Signals

import pytest

LOADED = """
import os, runpy, sys
def see(event, arguments):
    if event == "import" and arguments[0] == {module!r}:
        os.kill(os.getpid(), {number})
sys.addaudithook(see)
sys.argv = ["pipesync", "--help"]
runpy.run_module("pipesync", run_name="__main__")
"""


@pytest.mark.parametrize("number", [SIGINT, SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("module", ["click", "pipesync.errors"])
def test_a_signal_while_it_is_loaded_ends_it_without_a_word(number: Signals, module: str) -> None:
    """Its code is that of every interrupted run, and there is no traceback."""
    program = LOADED.format(module=module, number=int(number))
    # Without coverage, which writes its data at `os._exit`, and is being loaded itself here.
    run = subprocess.run(
        [sys.executable, "-c", program], env={}, capture_output=True, text=True, timeout=30, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (128 + number, "", "")
