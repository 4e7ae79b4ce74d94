"""What a proxy says of a connection that it does not make: its status, in words of the standard's."""

import re
from contextlib import suppress
from http import HTTPStatus
from typing import Final

_STATUS: Final = re.compile(r"\b[1-5][0-9]{2}\b")


def proxy_status(words: str) -> str:
    """`: 407 Proxy Authentication Required` of what a library says of a proxy's refusal; empty if it has no status.

    The proxy's own words are left out: it knows a password, that of its address in the environment, and any way to
    write it down.
    """
    with suppress(ValueError):
        if found := _STATUS.search(words):
            status = HTTPStatus(int(found[0]))
            return f": {status.value} {status.phrase}"
    return ""
