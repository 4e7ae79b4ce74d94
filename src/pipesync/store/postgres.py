"""A state in a row of a PostgreSQL table, by psycopg: each statement is a transaction of its own, so that it may go
through a pooler that hands connections out by the transaction.
"""

import os
import re
import socket
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg

from pipesync.errors import StateError
from pipesync.store.durable import MAX_BYTES
from pipesync.store.parting import WORDS, Abandoned, Parting
from pipesync.store.place import Found, Moved, Part, Unclear
from pipesync.store.postgres_trouble import PASSING, words

Value = TypeVar("Value")

DEFAULT_NAME: Final = "pipesync"
"""The row's name where the location gives none."""

CONNECT_SECONDS: Final = 10
"""libpq's smallest useful value is 2; a server on another continent needs 1 s with TLS."""

CALL_SECONDS: Final = 20.0
"""After this the connection is cut; a state of 10,000 steps has 3 MB."""

READ_AGAIN: Final = (0.2, 1.0)
"""Seconds before each further attempt of a read whose connection was lost."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS pipesync_state (
  name text PRIMARY KEY,
  version uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  data text NOT NULL
)"""

_GET: Final = """
SELECT CASE WHEN octet_length(data) <= %s THEN data END, version, extract(epoch FROM changed_at)::float8
FROM pipesync_state WHERE name = %s"""

_NOW: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"

_CREATE: Final = """
INSERT INTO pipesync_state (data, version, name) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING"""

_UPDATE: Final = """
UPDATE pipesync_state SET data = %s, version = %s, changed_at = clock_timestamp() WHERE name = %s AND version = %s"""

_PUT: Final = """
INSERT INTO pipesync_state (data, version, name) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET data = excluded.data, version = excluded.version, changed_at = clock_timestamp()"""

_MADE_BY_ANOTHER: Final = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateObject,
    psycopg.errors.DuplicateTable,
)
"""What making a table says, IF NOT EXISTS or not, when another session makes it in the same instant."""

_NO_TABLE: Final = "42P01"
_FINAL: Final = ("25", "28", "3D", "42")
"""Classes of SQLSTATE that say for certain that nothing was written, and that trying again is of no use."""


class PostgresPlace:
    """A Place. `conninfo` is what libpq understands; `where` the same without a password."""

    def __init__(self, conninfo: str, name: str, where: str, parting: Parting) -> None:
        self.where = where
        self._parting = parting
        self._conninfo = conninfo
        self._name = name

    def get(self, part: Part = Part.STATE) -> Found | None:
        reason = ""
        for pause in (*READ_AGAIN, None):
            try:
                row = self._ask(lambda connection: connection.execute(_GET, (MAX_BYTES, self._name + part)).fetchone())
            except Abandoned:
                reason = WORDS
                break
            except psycopg.Error as error:
                if error.sqlstate == _NO_TABLE:
                    return None
                reason = words(error)
                if pause is None or reason not in PASSING:
                    break
                self._parting.pause(pause)
            else:
                return None if row is None else self._found(row)
        raise self._refused("the state cannot be read", reason)

    def put(self, data: bytes, *, replacing: str | None) -> str:
        version = str(uuid.uuid4())
        values = (data.decode(), version, self._name)
        try:
            changed = self._ask(lambda connection: self._changed(connection, values, replacing))
        except Abandoned:
            reason = WORDS
        except psycopg.Error as error:
            if error.sqlstate == _NO_TABLE:
                raise Moved from None
            reason = words(error)
            if not (error.sqlstate or "").startswith(_FINAL):
                raise Unclear(reason) from None
        else:
            if not changed:
                raise Moved
            return version
        raise self._refused("the state cannot be written", reason)

    def _changed(self, connection: psycopg.Connection[Any], values: Sequence[str], replacing: str | None) -> int:
        if replacing is None:
            return self._create(connection, values)
        return connection.execute(_UPDATE, (*values, replacing)).rowcount

    def _create(self, connection: psycopg.Connection[Any], values: Sequence[str]) -> int:
        """The table is made when it is found missing: who may write to it need not be allowed to make one."""
        try:
            return connection.execute(_CREATE, values).rowcount
        except psycopg.errors.UndefinedTable:
            with suppress(*_MADE_BY_ANOTHER):
                connection.execute(_TABLE)
            return connection.execute(_CREATE, values).rowcount

    def set_aside(self, part: Part, data: bytes) -> None:
        text = data.decode("utf-8", "replace").replace("\0", "\ufffd")
        try:
            self._ask(
                lambda connection: connection.execute(_PUT, (text, str(uuid.uuid4()), self._name + part)).rowcount
            )
        except Abandoned:
            reason = WORDS
        except psycopg.Error as error:
            reason = words(error)
        else:
            return
        raise self._refused(f"{self.where}{part} cannot be written", reason)

    def now(self) -> float:
        try:
            row = self._ask(lambda connection: connection.execute(_NOW).fetchone())
        except Abandoned:
            reason = WORDS
        except psycopg.Error as error:
            reason = words(error)
        else:
            assert row is not None  # a SELECT without FROM has one
            return float(row[0])
        raise self._refused("the server's clock cannot be read", reason)

    def prove(self) -> None:
        """Nothing is to be tried: a database keeps its word."""

    def _found(self, row: Sequence[Any]) -> Found:
        text, version, changed_at = row
        if text is None:
            raise StateError(
                "the row is too big for a state", where=self.where, next="Name the right row with --state …#NAME."
            )
        return Found(text.encode(), str(version), changed_at)

    def _ask(self, call: Callable[[psycopg.Connection[Any]], Value]) -> Value:
        """What `call` gives, on a connection of its own; one that takes too long is cut. Abandoned as Parting says."""

        def connected() -> Value:
            connection = psycopg.connect(
                self._conninfo,
                autocommit=True,
                prepare_threshold=None,
                connect_timeout=CONNECT_SECONDS,
                client_encoding="utf8",  # a database in SQL_ASCII would give bytes, and not text
            )
            with connection, _cut_off(connection):
                return call(connection)

        return self._parting.call(connected)

    def _refused(self, what: str, reason: str) -> StateError:
        return StateError(
            f"{what}: {reason}",
            where=self.where,
            next="Check the location, PGPASSWORD or ~/.pgpass, and that the server can be reached. The user needs "
            "SELECT, INSERT and UPDATE on the table pipesync_state, and CREATE in its schema the first time.",
        )


def open_place(location: str, parting: Parting | None = None) -> PostgresPlace:
    """The place at `location`: a libpq address, then `#NAME`. A password in it is used and never shown."""
    conninfo, _, fragment = location.partition("#")
    name = unquote(fragment) or DEFAULT_NAME
    shown = _shown(conninfo) if _PLAIN.fullmatch(location) else None
    try:
        psycopg.conninfo.conninfo_to_dict(conninfo)
    except (psycopg.Error, ValueError):
        shown = None
    if shown is None or not (name.isascii() and name.isprintable()):
        raise StateError(
            "this is no location in a database",
            where="--state",
            next="It is written postgresql://USER@HOST:PORT/DATABASE#NAME; `#NAME` may be left out. In a password each "
            "of / ? # [ ] @ : % is written as %2F %3F %23 %5B %5D %40 %3A %25; or set PGPASSWORD.",
        )
    return PostgresPlace(conninfo, name, f"{shown}#{fragment or DEFAULT_NAME}", parting or Parting())


_PLAIN: Final = re.compile(r"[a-z]+://([^/?#@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^/?#@\[\]])*([/?#][^@]*)?")
"""The first @ ends the user and the password, and neither holds a sign that ends the host: libpq would take such a
password as it is, but what follows the sign would be shown as part of the location."""


def _hidden() -> frozenset[str]:
    """The parameters that libpq says are passwords (`*`) or not to be shown to everybody (`D`)."""
    known = psycopg.pq.Conninfo.get_defaults()
    return frozenset({"passfile", *(one.keyword.decode() for one in known if one.dispchar)})


def _shown(conninfo: str) -> str:
    """`conninfo` without what must not be shown; it leads to the same place once the password is given."""
    parts = urlsplit(conninfo)
    user, at, host = parts.netloc.rpartition("@")
    hidden = _hidden()
    written = parts.query.replace("+", "%2B")  # to libpq a + is a +, and a space is %20
    pairs = [pair for pair in parse_qsl(written, keep_blank_values=True) if pair[0] not in hidden]
    query = f"?{urlencode(pairs, safe='/', quote_via=quote)}" if pairs else ""
    return f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path}{query}"


@contextmanager
def _cut_off(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """End the connection's socket after CALL_SECONDS: psycopg waits for a server that hangs as long as it hangs."""
    handle = socket.socket(fileno=os.dup(connection.fileno()))

    def cut() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = Timer(CALL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        handle.close()
