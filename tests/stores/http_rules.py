"""The rules of servers of Terraform's HTTP backend protocol: the plain ones, in the manners that servers differ in, and
GitLab's.

The manners are those of servers that are published, such as nimbolus/terraform-backend; GitLab's rules are those of its
`lib/api/terraform/state.rb` and `app/services/terraform/remote_state_handler.rb`.
"""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Kind = Literal["read", "write", "lock", "unlock"]


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
    locks: bool = True
    """Whether the lock keeps anybody out."""
    manners: Literal["json", "again", "id", "silent", "careless"] = "json"
    """What servers differ in: `again` gives its holder the lock once more, `id` and `silent` tell of the holder the id
    alone or nothing, `careless` takes a lock away whoever's it is, and complains if there is none.
    """
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
            return Said(400) if self.manners == "again" else Said(409, self.held)
        self.state = body
        return Said(200)

    def lock(self, record: dict[str, Any]) -> Said:
        again = self.manners == "again" and record["ID"] == self.lock_id
        if self.held is not None and self.locks and not again:
            return self._held(423)
        self.held = record
        return Said(200)

    def unlock(self, _lock_id: str | None, record: dict[str, Any]) -> Said:
        if self.manners == "careless" and self.held is None:
            return Said(500)
        if self.held is not None and record.get("ID") != self.held["ID"] and self.manners != "careless":
            return self._held(400 if self.manners == "again" else 423)
        self.held = None
        return Said(200)

    def _held(self, status: int) -> Said:
        if self.manners in {"id", "silent"}:
            text = (self.lock_id or "") if self.manners == "id" else ""
            return Said(status, raw=text.encode(), media="text/plain")
        return Said(status, self.held)


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


def bomb(size: int) -> Said:
    """`size` zeros, packed."""
    return Said(200, raw=gzip.compress(b"0" * size, 9), headers=(("Content-Encoding", "gzip"),))
