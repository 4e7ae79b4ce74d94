"""Servers that tell everybody what they were sent: each answer is a trouble with a secret in it, or is passed on."""

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Final
from urllib.parse import quote, urlsplit

from pipesync.sandbox.lookups import SECRET
from tests.ci.forge import GITHUB_TOKEN, GITLAB_TOKEN
from tests.faults.secrets.canaries import GITHUB, GITLAB, SERVICE


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        return self.method not in {"GET", "HEAD", "CONNECT"}


def _answer(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    head = "\r\n".join([*lines, "Connection: close", "", ""])
    return head.encode("utf-8", "replace") + body


def _line(echo: str) -> str:
    """What can stand in a header."""
    return "".join(char if char.isprintable() and char.isascii() else "?" for char in echo)


def _refusal(status: str) -> Callable[[str], bytes]:
    def reply(echo: str) -> bytes:
        body = {"message": f"no {echo} here", "errors": [{"message": echo, "error_code": f"no_{echo}"}], echo: echo}
        return _answer(status, json.dumps(body).encode(), "Content-Type: application/json", f"X-Echo: {_line(echo)}")

    return reply


def _names(echo: str) -> bytes:
    """Good answers to whatever was asked, with a secret in each name."""
    place = {
        f"{end}_{what}_name": f"{what}-{echo}" for end in ("source", "destination") for what in ("project", "service")
    }
    step = {**place, "step_id": echo, "auto_validation_delay_days": 7, "last_validation": {"comment": echo}}
    service = {"service_name": f"x-{echo}", "service_type": echo, "state": echo}
    body = {
        "steps": [step],
        "services": [service],
        "organizations": [{"organization_id": echo, "organization_name": echo}],
    }
    return _answer("200 OK", json.dumps(body).encode(), "Content-Type: application/json")


def _keys(echo: str) -> bytes:
    body = {echo: [{"destination_service_name": echo, echo: 1}]}
    return _answer("200 OK", json.dumps(body).encode(), "Content-Type: application/json")


def _packed(echo: str) -> bytes:
    body = gzip.compress(json.dumps({"message": echo}).encode())
    return _answer("403 Forbidden", body, "Content-Type: application/json", "Content-Encoding: gzip")


def _page(status: str) -> Callable[[str], bytes]:
    return lambda echo: _answer(status, f"<html><title>{echo}</title>{echo}".encode(), "Content-Type: text/html")


def _moved(form: str) -> Callable[[str], bytes]:
    return lambda echo: _answer(
        "302 Found", echo.encode(), f"Location: {form.format(_line(echo), quote(echo, safe=''))}"
    )


TROUBLES: Final[Mapping[str, Callable[[str], bytes]]] = {
    "400": _refusal("400 Bad Request"),
    "401": _refusal("401 Unauthorized"),
    "403": _refusal("403 Forbidden"),
    "404": _refusal("404 Not Found"),
    "409": _refusal("409 Conflict"),
    "423": _refusal("423 Locked"),
    "429": _refusal("429 Too Many Requests"),
    "500": _refusal("500 Internal Server Error"),
    "503": _refusal("503 Service Unavailable"),
    "a long message": lambda echo: _refusal("403 Forbidden")("x" * 985 + echo),
    "a string": lambda echo: _answer("403 Forbidden", json.dumps(echo).encode(), "Content-Type: application/json"),
    "plain words": lambda echo: _answer("403 Forbidden", echo.encode("utf-8"), "Content-Type: text/plain"),
    "a page": _page("200 OK"),
    "a page of a proxy": _page("502 Bad Gateway"),
    "garbage": lambda echo: _answer("200 OK", b"\xff\xfe" + echo.encode(), "Content-Type: application/json"),
    "half of it": lambda echo: _answer("200 OK", b'{"steps": [{"step_id": "' + echo.encode(), length=100_000),
    "packed": _packed,
    "badly packed": lambda echo: _answer("200 OK", echo.encode(), "Content-Encoding: gzip"),
    "packed in its own way": lambda echo: _answer("200 OK", b"x", f"Content-Encoding: {_line(echo)}"),
    "of its own kind": lambda echo: _answer("200 OK", b"x", f"Content-Type: {_line(echo)}"),
    "moved to a host": _moved("https://{1}.example.com/"),
    "moved to a path": _moved("https://example.com/{0}"),
    "moved to a query": _moved("https://example.com/?token={1}#{1}"),
    "moved to a login": _moved("https://ada:{1}@example.com/"),
    "moved to nowhere": _moved("ht!tp://{0}"),
    "a reason": lambda echo: _answer(f"403 {_line(echo)}", b""),
    "a status of its own": lambda echo: f"HTTP/1.1 {_line(echo)} x\r\n\r\n".encode(),
    "no HTTP": lambda echo: f"{_line(echo)}\r\n\r\n".encode(),
    "a bad header": lambda echo: f"HTTP/1.1 200 OK\r\n{_line(echo)}\r\n\r\n".encode(),
    "a bad chunk": lambda echo: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{_line(echo)}\r\n".encode(),
    "cookies": lambda echo: _answer("403 Forbidden", b"", f"Set-Cookie: session={_line(echo)}", f"ETag: {_line(echo)}"),
    "a wait": lambda echo: _answer("403 Forbidden", b"", f"Retry-After: {_line(echo)}", f"Link: <{_line(echo)}>"),
    "reset": lambda _echo: b"",
}
"""Whatever the way is that the secret is written in."""

DATA: Final[Mapping[str, Callable[[str], bytes]]] = {"names": _names, "keys": _keys}
"""As if all were well; the secret is data, in a way that can be a name."""

EVERY: Final = {**TROUBLES, **DATA}


@dataclass
class Echo:
    """A server on loopback. `trouble` (a name of EVERY; None: what is `behind` answers) meets each request, or, if it
    is for `writes` alone, each that writes, once so many were `spared`; `words` is what it tells.
    """

    listener: socket.socket
    behind: str | None = None
    trouble: str | None = None
    words: str = ""
    writes: bool = False
    spared: int = 0
    met: int = 0
    before: Callable[[], None] | None = None
    """What happens before a request is answered."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def port(self) -> int:
        found: int = self.listener.getsockname()[1]
        return found

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def meet(self, trouble: str | None, words: str = "", *, writes: bool = False, spared: int = 0) -> None:
        self.trouble, self.words, self.writes, self.spared, self.met = trouble, words, writes, spared, 0

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError, ValueError):
            connection.settimeout(20)
            asked = _asked(connection)
            if self.before is not None:
                self.before()
            if self.trouble is not None and self._meets(asked):
                connection.sendall(EVERY[self.trouble](self.words))
            elif self.behind is not None:
                connection.sendall(_passed_on(self.behind, asked))

    def _meets(self, asked: Asked) -> bool:
        if self.writes and not asked.writes:
            return False
        with self.lock:
            self.spared -= 1
            self.met += self.spared < 0
            return self.spared < 0


@contextmanager
def echo(behind: str | None = None) -> Iterator[Echo]:
    """A server in front of the address `behind`, while the block runs."""
    made = Echo(socket.create_server(("127.0.0.1", 0), backlog=64), behind)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.listener.close()


def _asked(connection: socket.socket) -> Asked:
    with connection.makefile("rb") as lines:
        method, target, _ = lines.readline().decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while line := lines.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Asked(method, target, headers, lines.read(int(headers.get("content-length", 0))))


def _known(value: str) -> str:
    """The forge behind knows tokens of its own."""
    return value.replace(GITHUB, GITHUB_TOKEN).replace(GITLAB, GITLAB_TOKEN)


def _passed_on(behind: str, asked: Asked) -> bytes:
    """The answer of what is behind, with our service's password in it, and what was sent in headers and cookies."""
    there = HTTPConnection(urlsplit(behind).netloc, timeout=20)
    kept = {name: _known(value) for name, value in asked.headers.items() if name not in {"host", "connection"}}
    there.request(asked.method, asked.target, asked.body or None, {**kept, "accept-encoding": "identity"})
    answer = there.getresponse()
    body = answer.read().replace(SECRET.encode(), SERVICE.encode())
    sent = asked.headers.get("authorization", "")
    media = answer.headers.get("content-type", "application/json")
    there.close()
    return _answer(
        f"{answer.status} {sent}", body, f"Content-Type: {media}", f"Set-Cookie: a={sent}", f"X-Sent: {sent}"
    )
