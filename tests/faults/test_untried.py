"""`make faults` where nothing can be tried."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_promise_that_is_not_put_to_the_test_is_not_kept() -> None:
    """Without strace the trials of files are left out: that is told, and the code is 1."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults", "files"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "left out: there is no strace" in run.stdout
