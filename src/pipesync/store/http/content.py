"""What a server keeps at the address of a state, as bytes: how it is asked for, and what can be told from it unread."""

import hashlib
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pipesync.errors import StateError
from pipesync.store.durable import replace_file
from pipesync.store.http.exchange import Exchange
from pipesync.web.connections import Reply, Request


class Content:
    """The content of the address that `exchange` speaks with."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._address = exchange.address

    def request(self, data: bytes, lock_id: str) -> Request:
        """What puts `data` there, under the lock `lock_id`."""
        return Request(self._address.write_method, self._address.under_lock(lock_id), content=data)

    def version_before(self) -> bytes | None:
        """What was there before the last write; None if the server is not GitLab, or does not have it."""
        if not self._address.gitlab or (now := self.read()) is None:
            return None
        outcome = self._exchange.ask(Request("GET", self._address.version(serial_in(now) - 1)))
        return outcome.body if isinstance(outcome, Reply) and outcome.status == HTTPStatus.OK else None

    def read(self) -> bytes | None:
        """What is there now; None if nothing was written yet, which a server says by 404 or 204."""
        outcome = self._exchange.ask(Request("GET", self._address.state))
        if isinstance(outcome, Reply):
            if outcome.status == HTTPStatus.NO_CONTENT or (
                outcome.status == HTTPStatus.NOT_FOUND and not self._hides_project(outcome)
            ):
                return None
            if outcome.status == HTTPStatus.OK:
                return self._no_page(outcome)
        raise self._exchange.refusal("the state cannot be read", outcome)

    def _hides_project(self, reply: Reply) -> bool:
        """GitLab says "404 Project Not Found" of a project that is not there or not to be seen, and "404 Not found"
        of a state: the first must not be taken for a new state. It never says so by a page: that is a proxy's.
        """
        return self._address.gitlab and (b"project" in reply.body.lower() or "html" in reply.media)

    def _no_page(self, reply: Reply) -> bytes:
        if "html" in reply.media:
            raise StateError(
                f"what came back is a web page ({len(reply.body)} bytes of HTML), not a state",
                where=self._address.shown,
                next="Correct --state; a proxy or a login page may stand in between.",
            )
        if self._exchange.login.is_in(reply.body):
            raise StateError(
                "what came back repeats the credentials; nothing of it is used, because it would be shown or kept",
                where=self._address.shown,
                next="Correct --state; something that tells what it was sent may stand in between.",
            )
        return reply.body


def write_id(text: bytes) -> str | None:
    """The `write_id` in what may be a state of ours."""
    written = _of(text, "write_id")
    return written if isinstance(written, str) else None


def serial_in(text: bytes) -> int:
    """The serial in what may be no state of ours; -1 if there is none."""
    serial = _of(text, "serial")
    return serial if isinstance(serial, int) else -1


def keep_aside(text: bytes) -> None:
    """Put `text` into a file of the working directory that is named by it; StateError if that fails."""
    path = Path(f"replaced-{hashlib.sha256(text).hexdigest()[:8]}.pipesync.json")
    try:
        replace_file(path, text, tag="new")
    except OSError as error:
        raise StateError(
            f"what is there cannot be kept aside: {error.strerror or error}",
            where=str(path),
            next="Nothing was overwritten. Run the command in a folder that can be written to.",
        ) from None


def _of(text: bytes, key: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found.get(key) if isinstance(found, dict) else None
