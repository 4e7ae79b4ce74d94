"""What Ctrl-C and SIGTERM do to a command: they unwind it, so that locks and files are let go.

An exception that comes out of nowhere can get lost: Python prints and drops it where an object is finalized, and
libraries written in other languages turn it into an error of theirs. So the first signal is kept in mind.

A signal that comes in the instant before the main thread begins to wait does not end that wait: the system has told
Python of it, and Python tells the handler once the wait is over. So a thread sees to it that such a wait is cut short.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Final, NoReturn

from pipesync.cli.exits import Exit

CODES: Final = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}

_AGAIN_SECONDS: Final = 0.01
"""After which a signal that got lost comes again: whatever swallowed it is over then."""

_NUDGES: Final = (0.05, 0.2, 0.5)
"""Seconds before the main thread is nudged, each after the one before: one of them falls into its wait."""

_came: list[signal.Signals] = []


def listen() -> None:
    """From now on each of the signals raises KeyboardInterrupt or SystemExit in the main thread."""
    _see_that_waits_end()
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


def _see_that_waits_end() -> None:
    """Python writes each signal's number into a pipe as it comes (`signal.set_wakeup_fd`): a thread reads it there."""
    read, written = os.pipe()
    os.set_blocking(written, False)
    signal.set_wakeup_fd(written, warn_on_full_buffer=False)
    signal.signal(signal.SIGURG, lambda _number, _frame: None)  # nobody sends it, and to Python alone it does nothing
    threading.Thread(target=_nudge, args=(read, threading.get_ident()), name="signals", daemon=True).start()


def _nudge(pipe: int, waiting: int, pauses: Sequence[float] = _NUDGES) -> None:
    """Cut short the waits of the thread `waiting` when a signal came; Python takes up what is to go on (PEP 475)."""
    while came := os.read(pipe, 64):
        for pause in () if CODES.keys().isdisjoint(came) else pauses:
            time.sleep(pause)
            signal.pthread_kill(waiting, signal.SIGURG)


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """A signal's exception that is dropped is no message for a person; the signal is sent again."""
    if not (_came and isinstance(lost.exc_value, KeyboardInterrupt | SystemExit)):
        sys.__unraisablehook__(lost)
        return
    again = threading.Timer(_AGAIN_SECONDS, os.kill, (os.getpid(), _came[0]))
    again.daemon = True
    again.start()
