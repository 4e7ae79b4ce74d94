"""What Ctrl-C and SIGTERM do to a command: they unwind it, so that locks and files are let go.

An exception that comes out of nowhere can get lost: Python prints and drops it where an object is finalized, and
libraries written in other languages turn it into an error of theirs. So the first signal is kept in mind.
"""

import os
import signal
import sys
import threading
from typing import Final, NoReturn

from pipesync.cli.exits import Exit

CODES: Final = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}

_AGAIN_SECONDS: Final = 0.01
"""After which a signal that got lost comes again: whatever swallowed it is over then."""

_came: list[signal.Signals] = []


def listen() -> None:
    """From now on each of the signals raises KeyboardInterrupt or SystemExit in the main thread."""
    for number in CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:  # a shell's background job ignores Ctrl-C
            signal.signal(number, _unwind)
    sys.unraisablehook = _unraisable


def code() -> Exit | None:
    """The exit code that the first signal asks for, if there was one."""
    return CODES[_came[0]] if _came else None


def check() -> None:
    """Unwind if a signal came and got lost: before what cannot be undone."""
    if _came:
        _raise(_came[0])


def _unwind(number: int, _frame: object) -> NoReturn:
    _came.append(signal.Signals(number))
    _raise(_came[-1])


def _raise(number: signal.Signals) -> NoReturn:
    if number is signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(CODES[number])


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """A signal's exception that is dropped is no message for a person; the signal is sent again."""
    if not (_came and isinstance(lost.exc_value, KeyboardInterrupt | SystemExit)):
        sys.__unraisablehook__(lost)
        return
    again = threading.Timer(_AGAIN_SECONDS, os.kill, (os.getpid(), _came[0]))
    again.daemon = True
    again.start()
