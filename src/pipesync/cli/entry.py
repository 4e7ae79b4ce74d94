"""The first and the last moments of the process, in which a signal finds nothing to put in order: it ends at once.

Imports nothing of ours at the top: what takes time to import is imported while signals are met like that.
"""

import os
import signal
from typing import Final, NoReturn

_NUMBERS: Final = (signal.SIGINT, signal.SIGTERM)


def main() -> NoReturn:
    """What `pipesync` and `python -m pipesync` call."""
    leave_at_once()
    from pipesync.cli.main import main

    main()


def leave_at_once() -> None:
    """From now on a signal ends the process, without a word: 128 and its number is its code, as a shell would say."""
    for number in _NUMBERS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # a shell's background job ignores Ctrl-C
            signal.signal(number, lambda number, _frame: os._exit(128 + number))
