"""A command line in this very process: for many short runs that nobody kills."""

import io
import os
import traceback
from contextlib import AbstractContextManager, chdir, nullcontext, redirect_stderr, redirect_stdout
from typing import Final
from unittest.mock import patch

from pipesync.cli.main import run
from pipesync.cli.terminal import Terminal
from tests.faults.forks import Ended
from tests.faults.hung import in_time
from tests.faults.stage import Stage

MOST_SECONDS: Final = 60
"""A command that takes this long hangs; as long as a run in a process of its own gets (doomed.MOST_SECONDS)."""


def inside(on: Stage, *arguments: str, by: AbstractContextManager[object] | None = None) -> Ended:
    """As `Stage.run`, without a process; what a bug raises is told as Python would. `by` makes it another user's."""
    out, err = io.StringIO(), io.StringIO()
    environment = patch.dict(os.environ, on.admit(None), clear=True)
    with chdir(on.there), environment, redirect_stdout(out), redirect_stderr(err), by or nullcontext():
        try:
            with in_time(MOST_SECONDS):
                code = run(arguments, Terminal())
        except Exception:  # noqa: BLE001  whatever it is, a user would see it
            code = 1
            err.write(traceback.format_exc())
    on.gate.wait_until_quiet()
    return Ended(code, out.getvalue(), err.getvalue())
