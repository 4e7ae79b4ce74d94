"""Where output goes: data to standard output, progress and messages to standard error; when it is coloured."""

import os
import sys
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Literal, TextIO

from pipesync.errors import PipesyncError

Colour = Literal["auto", "always", "never"]


@dataclass(slots=True)
class Terminal:
    """The three streams, and how much a person wants to see. A stream that the caller closed takes nothing."""

    color: Colour = "auto"
    quiet: bool = False
    verbose: bool = False

    def coloured(self) -> bool:
        """Whether data is: --color, then NO_COLOR and FORCE_COLOR (any value but an empty one), then the stream."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or _is_terminal(sys.stdout)

    def data(self, text: str) -> None:
        """What the command was asked for; PipesyncError if it cannot be written."""
        try:
            _put(sys.stdout, text if text.endswith("\n") or not text else text + "\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            _drop(sys.stdout)
            raise PipesyncError(
                f"standard output cannot be written: {error.strerror}", next="make room, or send it elsewhere"
            ) from None

    def speak_utf8(self) -> None:
        """For a document that another program reads: it is UTF-8 and may say so in itself, whatever the locale is."""
        if isinstance(sys.stdout, TextIOWrapper) and not _is_terminal(sys.stdout):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")

    def draws(self) -> bool:
        """Whether the encoding of standard output has lines and arrows for a tree, and nobody asked for plain text.

        `LC_ALL=C` asks for it; Python speaks UTF-8 all the same then (PEP 540).
        """
        if os.environ.get("LC_ALL") in {"C", "POSIX"}:
            return False
        try:
            "├└─→│".encode((sys.stdout and sys.stdout.encoding) or "utf-8")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def clear(self) -> None:
        """An empty screen for what comes next; only on a terminal."""
        if _is_terminal(sys.stdout):
            _put(sys.stdout, "\x1b[H\x1b[2J")

    def say(self, text: str) -> None:
        """Progress and remarks; `--quiet` silences them."""
        if not self.quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """What must be seen."""
        _put_if_read(sys.stderr, text + "\n")

    def detail(self, text: str) -> None:
        """What `--verbose` asks for."""
        if self.verbose:
            self.warn(text)

    def moves(self) -> bool:
        """Whether a line of progress can be overwritten by the next one."""
        return not self.quiet and _is_terminal(sys.stderr)

    def move(self, text: str, end: str = "") -> None:
        """Progress in the place of the last one."""
        _put_if_read(sys.stderr, f"\r\x1b[K{text}{end}")

    def ask(self, question: str) -> str | None:
        """What a person types in answer; None without a terminal to ask at."""
        if not _is_terminal(sys.stdin):
            return None
        _put_if_read(sys.stderr, question)
        return sys.stdin.readline().strip()


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _put(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write(text)
        stream.flush()


def _put_if_read(stream: TextIO | None, text: str) -> None:
    """Messages go on without a reader: a run must not end because nobody watches it."""
    try:
        _put(stream, text)
    except BrokenPipeError:
        _drop(sys.stderr)


def _drop(stream: TextIO) -> None:
    """Nothing more is said there: Python flushes once more at its end, and would exit with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
