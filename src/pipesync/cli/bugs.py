"""What is printed of a bug: Python's traceback, without what this run and its surroundings keep secret."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipesync.web.secret import Secret

_NAME: Final = re.compile(r"TOKEN|SECRET|PASS|KEY|CREDENTIAL|SAS|AUTH|COOKIE", re.IGNORECASE)
"""Variables that may hold a secret, by their name; here it does no harm to hide one too many."""

_LOGIN: Final = re.compile(r"://[^/?#\s:]*:([^\s]+)@|[?&](?:password|sig|token)=([^&\s]+)", re.IGNORECASE)
"""A password in an address, such as that of a proxy or a database."""

_LEAST: Final = 6
"""Characters of a value that is hidden: `true` and `1` are in every traceback."""


def hide_secrets() -> None:
    """From now on an exception that nobody expected is told without secrets, whichever thread it ends."""
    sys.excepthook = _tell
    threading.excepthook = _tell_of_a_thread


def _tell_of_a_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is not SystemExit:  # it ends a thread in silence
        _tell(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    import traceback

    from pipesync.web.secret import Secret

    secrets = [*_known(), *(Secret(text, "[hidden]") for text in sorted(_surrounding(), key=len, reverse=True))]
    for line in "".join(traceback.format_exception(kind, error, trace)).splitlines():
        shown = line
        for secret in secrets:
            shown = secret.scrub(shown)
        if sys.stderr is not None:  # else it is closed
            sys.stderr.write(f"{shown}\n")


def _known() -> "Iterator[Secret]":
    """The secrets that this run has read, from wherever it was."""
    import gc

    from pipesync.web.secret import Secret

    return (found for found in gc.get_objects() if isinstance(found, Secret))


def _surrounding() -> set[str]:
    """The secrets of the environment and the command line, also those that this run had no use for."""
    from urllib.parse import unquote

    texts = {value for name, value in os.environ.items() if _NAME.search(name)}
    for address in (*os.environ.values(), *sys.argv):
        texts |= {text for found in _LOGIN.findall(address) for text in (*found, *map(unquote, found))}
    readable = {text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for text in texts}
    return {text for text in readable if len(text) >= _LEAST}
