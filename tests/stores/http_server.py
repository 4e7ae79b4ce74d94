"""Servers of Terraform's HTTP backend protocol on loopback, one of its plain rules and one of GitLab's, with scripted
faults.

GitLab's rules are those of `lib/api/terraform/state.rb` and `app/services/terraform/remote_state_handler.rb`.
"""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

Kind = Literal["read", "write", "lock", "unlock"]
Trouble = Literal["reset", "503", "hang"]
Moment = Literal["before", "after"]


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    data: Any = None
    media: str = "application/json"
    raw: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.data is None else json.dumps(self.data).encode()


@dataclass
class Plain:
    """The protocol as Terraform describes it: a state and a lock, under one address."""

    path: ClassVar = "/states/upgrades"
    strict: bool = True
    """Whether a write is refused that does not name the lock's id; the protocol leaves that to the server."""
    state: bytes | None = None
    held: dict[str, Any] | None = None

    def kind(self, method: str, path: str) -> Kind | None:
        kinds: dict[str, Kind] = {"GET": "read", "POST": "write", "LOCK": "lock", "UNLOCK": "unlock"}
        return kinds.get(method) if path == self.path else None

    @property
    def lock_id(self) -> str | None:
        return self.held["ID"] if self.held else None

    def read(self) -> Said:
        return Said(404) if self.state is None else Said(200, raw=self.state)

    def write(self, lock_id: str | None, body: bytes) -> Said:
        if self.strict and lock_id != self.lock_id:
            return Said(409, self.held)
        self.state = body
        return Said(200)

    def lock(self, record: dict[str, Any]) -> Said:
        if self.held is not None:
            return Said(423, self.held)
        self.held = record
        return Said(200)

    def unlock(self, _lock_id: str | None, record: dict[str, Any]) -> Said:
        if self.held is not None and record.get("ID") != self.held["ID"]:
            return Said(423, self.held)
        self.held = None
        return Said(200)


@dataclass
class GitLab:
    """States as GitLab manages them: each serial once, the highest shown, a lock that names its person alone."""

    path: ClassVar = "/api/v4/projects/17/terraform/state/upgrades"
    versions: dict[int, bytes] = field(default_factory=dict)
    lock_id: str | None = None
    exists: bool = False

    def kind(self, method: str, path: str) -> Kind | None:
        kinds: dict[tuple[str, str], Kind] = {
            ("GET", ""): "read",
            ("POST", ""): "write",
            ("POST", "/lock"): "lock",
            ("DELETE", "/lock"): "unlock",
        }
        if method == "GET" and path.startswith(f"{self.path}/versions/"):
            return "read"
        return kinds.get((method, path.removeprefix(self.path))) if path.startswith(self.path) else None

    def version(self, serial: int) -> Said:
        text = self.versions.get(serial)
        return Said(404, {"message": "404 Not found"}) if text is None else Said(200, raw=text)

    @property
    def state(self) -> bytes | None:
        return self.versions[max(self.versions)] if self.versions else None

    @state.setter
    def state(self, text: bytes) -> None:
        self.versions[max(self.versions, default=0) + 1] = text

    def read(self) -> Said:
        if not self.exists and not self.versions:
            return Said(404, {"message": "404 Not found"})
        return Said(204) if self.state is None else Said(200, raw=self.state)

    def write(self, lock_id: str | None, body: bytes) -> Said:
        self.exists = True
        serial = json.loads(body).get("serial")
        if not isinstance(serial, int):
            return Said(422, {"message": "422 Unprocessable Entity - No serial in payload"})
        if lock_id != self.lock_id:
            return Said(500, {"message": "500 Internal Server Error"})  # StateLockedError, which nobody rescues
        if serial in self.versions:
            return Said(422, {"message": "PG::UniqueViolation: ERROR: duplicate key value"})
        self.versions[serial] = body
        return Said(200)

    def lock(self, record: dict[str, Any]) -> Said:
        self.exists = True
        needed = ("ID", "Operation", "Info", "Who", "Version", "Created", "Path")
        if not all(isinstance(record.get(key), str) for key in needed):
            return Said(400, {"error": "ID is missing"})
        status = 200 if self.lock_id is None else 409
        self.lock_id = self.lock_id or record["ID"]
        asked = {key: record[key] for key in ("Operation", "Info", "Version", "Path")}
        return Said(status, {**asked, "ID": self.lock_id, "Who": "ada", "Created": "2026-11-01T10:00:00.000Z"})

    def unlock(self, lock_id: str | None, record: dict[str, Any]) -> Said:
        named = lock_id or record.get("ID")
        if named is not None and named != self.lock_id:
            return Said(409)
        self.lock_id = None
        return Said(200)


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
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
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


def bomb(size: int) -> Said:
    """`size` zeros, packed."""
    return Said(200, raw=gzip.compress(b"0" * size, 9), headers=(("Content-Encoding", "gzip"),))
