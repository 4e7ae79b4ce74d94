"""Answers as they come over the wire, whole, slow or broken."""

import json
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from pipesync.sandbox.wire import ReplyLostError
from tests.faults.gate import connection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HTML: Final = "text/html; charset=utf-8"
JSON: Final = "application/json"
PAGE: Final = b"<!doctype html><html><body><h1>Sign in to continue</h1></body></html>"


@dataclass(frozen=True)
class Reply:
    """An answer. A body of bytes is told with its length, one in pieces comes as it is made."""

    status: int
    body: bytes | Iterable[bytes] = b""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status_line(self) -> str:
        known = {one.value: one.phrase for one in HTTPStatus}
        return f"{self.status} {known.get(self.status, 'Unknown')}"

    def header_lines(self) -> list[tuple[str, str]]:
        lines = {"Content-Type": self.media} if self.media else {}
        if isinstance(self.body, bytes) and self.status != HTTPStatus.NO_CONTENT:
            lines["Content-Length"] = str(len(self.body))
        return [*{**lines, **self.headers}.items()]


@dataclass(frozen=True)
class Exchange:
    """A request as it came in, and the sandbox's honest answer to it; an empty one if it was not asked."""

    environ: "WSGIEnvironment"
    status: int = 200
    body: bytes = b""

    def breaks_off(self, body: bytes) -> Iterator[bytes]:
        """The connection ends after `body`, though more was to come."""
        yield body
        raise ReplyLostError

    def hang_up(self, *, rudely: bool) -> Reply:
        """The connection ends without an answer; `rudely` with a reset (RST), as when a balancer drops it."""
        if rudely and (open_one := connection(self.environ)):
            open_one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ReplyLostError

    def babble(self, data: bytes) -> Reply:
        """Sends what is not HTTP."""
        if open_one := connection(self.environ):
            open_one.send(data)
        raise ReplyLostError


def refusal(
    status: int, message: str = "No", code: str | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """An error in the form of Aiven's."""
    errors = [{"message": message, "status": status, **({"error_code": code} if code else {})}]
    return Reply(status, told({"errors": errors, "message": message}), headers=headers or {})


def told(value: Any) -> bytes:
    return json.dumps(value).encode()
