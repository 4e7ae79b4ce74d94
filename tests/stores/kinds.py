"""The kinds of store that the conformance suite goes through, and how a test gets a fresh place of one."""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import obstore
import psycopg
from obstore.store import AzureStore, S3Store

from pipesync.store.location import open_store
from pipesync.store.objects import open_place as open_object
from pipesync.store.place import Place
from pipesync.store.postgres import open_place as open_row
from pipesync.store.protocol import Store
from tests.stores import engines
from tests.stores.engines import Engine

LOCAL, S3, AZURE, POSTGRES, PGBOUNCER = "local", "s3", "azure", "postgres", "pgbouncer"

EVERY_ENGINE: Final = os.environ.get("PIPESYNC_TEST_STORES") == "all"
"""`make test-stores` sets it: an engine that is missing is then a failure."""

LEFT_OUT: Final = () if EVERY_ENGINE else (AZURE, POSTGRES, PGBOUNCER)

SHARED: Final = tuple(kind for kind in (S3, AZURE, POSTGRES, PGBOUNCER) if kind not in LEFT_OUT)
"""The kinds whose lock is a key of the state's object, and is renewed."""

ALL: Final = (LOCAL, *SHARED)


@dataclass(frozen=True)
class Ground:
    """A place that nothing was written to yet; its credentials are in the environment of this process."""

    kind: str
    location: str
    engine: Engine | None = None

    def open(self) -> Store:
        """A store there, as a process of its own would open it."""
        return open_store(self.location, os.environ)

    def raw(self, suffix: str = "") -> bytes | None:
        """What is there, read past our own code."""
        location = self.location + suffix
        if self.kind == LOCAL:
            path = Path(location)
            return path.read_bytes() if path.exists() else None
        if self.kind in {S3, AZURE}:
            store, key = self._objects()
            try:
                return bytes(obstore.get(store, key + suffix).bytes())
            except FileNotFoundError:
                return None
        with psycopg.connect(self._server, autocommit=True) as connection:
            row = connection.execute(
                "SELECT data FROM pipesync_state WHERE name = %s", (self._row + suffix,)
            ).fetchone()
            return None if row is None else row[0].encode()

    def put_raw(self, data: bytes) -> None:
        """Make `data` the content, as a hand or another tool would, past our own code."""
        if self.kind == LOCAL:
            Path(self.location).write_bytes(data)
        elif self.kind in {S3, AZURE}:
            store, key = self._objects()
            obstore.put(store, key, data)
        else:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute(
                    "UPDATE pipesync_state SET data = %s, version = gen_random_uuid() WHERE name = %s",
                    (data.decode(), self._row),
                )

    def backdate(self, interval: str) -> None:
        """Let a row have been changed earlier by so much."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                "UPDATE pipesync_state SET changed_at = changed_at - %s::interval WHERE name = %s",
                (interval, self._row),
            )

    def _objects(self) -> tuple[S3Store | AzureStore, str]:
        _, _, rest = self.location.partition("://")
        bucket, _, key = rest.partition("/")
        kind = S3Store if self.kind == S3 else AzureStore
        return kind(bucket, client_options={"allow_http": True}), key

    @property
    def _server(self) -> str:
        return self.location.partition("#")[0]

    @property
    def _row(self) -> str:
        return self.location.partition("#")[2]


@dataclass
class Engines:
    """The engines that were asked for so far; each is started once."""

    stack: ExitStack
    running: dict[str, Engine] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)

    def of(self, kind: str) -> Engine:
        """The engine of `kind`; Missing if this machine has none."""
        if kind in self.failed:
            raise self.failed[kind]
        if kind not in self.running:
            try:
                self.running[kind] = self.stack.enter_context(self._start(kind))
            except Exception as error:
                self.failed[kind] = error
                raise
        return self.running[kind]

    @contextmanager
    def _start(self, kind: str) -> Iterator[Engine]:
        # A folder that another user can be let into: pytest's are closed to all but its own.
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        match kind:
            case "s3":
                start = engines.seaweedfs(folder)
            case "azure":
                start = engines.azurite(folder)
            case "postgres":
                start = engines.postgresql(folder)
            case _:
                start = engines.pgbouncer(folder, self.of(POSTGRES))
        with start as engine:
            yield engine


EngineOf = Callable[[str], Engine]
"""Gives the engine of a kind."""


def location_of(kind: str, environment: Mapping[str, str], folder: Path) -> str:
    """A location of `kind` that nobody has used yet."""
    name = uuid.uuid4().hex
    match kind:
        case "local":
            return str(folder / f"{name}.json")
        case "s3":
            return f"s3://states/team/{name}.json"
        case "azure":
            return f"az://states/team/{name}.json"
        case _:
            return f"{environment['STATES']}#{name}"


def place_of(location: str) -> Place:
    """The Place of a shared store at `location`."""
    return open_row(location) if location.startswith("postgresql:") else open_object(location, os.environ)
