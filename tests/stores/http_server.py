"""Servers of states on loopback, with scripted faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from tests.stores.http_rules import GitLab, Kind, Plain, Said

Trouble = Literal["reset", "503", "hang"]
Moment = Literal["before", "after"]


@dataclass
class Fault:
    """What happens to the requests of one kind: `how`, before or after their effect, `skip` later, so many `times`."""

    on: Kind
    how: Trouble
    when: Moment
    times: int = 1
    skip: int = 0


class Server:
    """A server of `rules`; it logs the kinds of what it was asked, and answers with `instead` where that is set."""

    def __init__(self, rules: Plain | GitLab, login: tuple[str, str] | None = None) -> None:
        self.rules = rules
        self.login = login
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.faults: list[Fault] = []
        self.instead: dict[str, Said] = {}
        self.then: dict[str, Any] = {}
        """What happens before a request of a kind is looked at, once."""
        self.mutex = threading.RLock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"server_of": self}))
        self.http.daemon_threads = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    @property
    def url(self) -> str:
        return self.origin + self.rules.path

    def fault(self, kind: Kind) -> Fault | None:
        """The one that meets a request of `kind`."""
        for fault in self.faults:
            if fault.on == kind and fault.times > 0:
                if fault.skip > 0:
                    fault.skip -= 1
                else:
                    fault.times -= 1
                    return fault
        return None

    def answer(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Said:
        parts = urlsplit(target)
        lock_id = parse_qs(parts.query).get("ID", [None])[0]
        kind = self.rules.kind(method, parts.path)
        self.headers.append(headers)
        if self.login is not None and headers.get(self.login[0].lower()) != self.login[1]:
            return Said(401, {"message": f"401 Unauthorized {headers}"})  # it tells everybody what it was sent
        if kind is None:
            return Said(404, {"message": "404 Project Not Found"})
        self.asked.append(kind)
        if (happens := self.then.pop(kind, None)) is not None:
            happens()
        if kind in self.instead:
            return self.instead[kind]
        if isinstance(self.rules, GitLab) and kind == "read" and (before := parts.path.partition("/versions/")[2]):
            return self.rules.version(int(before))
        with self.mutex:
            return self._by_the_rules(kind, lock_id, body)

    def _by_the_rules(self, kind: Kind, lock_id: str | None, body: bytes) -> Said:
        match kind:
            case "read":
                return self.rules.read()
            case "write":
                return self.rules.write(lock_id, body)
            case "lock":
                return self.rules.lock(json.loads(body))
            case "unlock":
                return self.rules.unlock(lock_id, json.loads(body) if body else {})


@contextmanager
def serving(rules: Plain | GitLab, login: tuple[str, str] | None = None) -> Iterator[Server]:
    """A server of `rules`, which wants the header `login` if there is one, while the block runs."""
    server = Server(rules, login)
    with open_to_all(server.http):
        yield server


@contextmanager
def open_to_all(server: BaseServer) -> Iterator[None]:
    """Requests to `server` are answered while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request a connection, so that nothing is left open."""

    server_of: Server
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        server = self.server_of
        with server.mutex:
            kind = server.rules.kind(self.command, urlsplit(self.path).path)
            fault = server.fault(kind) if kind else None
        if fault is not None and fault.when == "before":
            self._fail(fault.how)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = server.answer(self.command, self.path, body, headers)
        if fault is not None:
            self._fail(fault.how)
        else:
            self._say(said)

    do_GET = do_POST = do_PUT = do_DELETE = do_LOCK = do_UNLOCK = _handle  # noqa: N815  the library's names

    def _fail(self, how: Trouble) -> None:
        match how:
            case "reset":
                pass  # the connection ends without an answer
            case "503":
                self._say(Said(503, raw=b"<html>busy</html>", media="text/html"))
            case "hang":
                with suppress(OSError):
                    self.connection.settimeout(20)
                    self.connection.recv(1)  # until the other side hangs up

    def _say(self, said: Said) -> None:
        named = dict(said.headers)
        with suppress(OSError):
            self.send_response(said.status)
            for name, value in named.items():
                self.send_header(name, value)
            if said.status != 204 and "Content-Length" not in named:
                self.send_header("Content-Length", str(len(said.body)))
            self.send_header("Content-Type", said.media)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(said.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's signature
        """Nothing is printed."""
