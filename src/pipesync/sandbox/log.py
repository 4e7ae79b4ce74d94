"""The log of a sandbox's life: every deed, and all that came about by itself, in order and with its virtual time."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pipesync.sandbox.moments import iso, moment_of
from pipesync.sandbox.names import Ref

CONSEQUENCES: Final = frozenset({"update_started", "update_finished", "validated_automatically"})
"""Kinds of entries that follow from the others; a replay brings them about again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `detail` holds what its kind has besides, as JSON has it."""

    seq: int
    at: datetime
    kind: str
    service: Ref | None = None
    step_id: str | None = None
    version: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries to read; None asks for no restriction. Times include both ends, `after` is a `seq`."""

    kind: str | None = None
    service: Ref | None = None
    step_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: int = 0


_READ: Final = """
SELECT seq, at, kind, project, service, step_id, version, detail FROM log
WHERE seq > :after
  AND (:kind IS NULL OR kind = :kind)
  AND (:project IS NULL OR (project = :project AND service = :service))
  AND (:step_id IS NULL OR step_id = :step_id)
  AND (:since IS NULL OR at >= :since)
  AND (:until IS NULL OR at <= :until)
ORDER BY seq
"""


def write(
    db: sqlite3.Connection,
    at: datetime,
    kind: str,
    *,
    service: Ref | None = None,
    step_id: str | None = None,
    version: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    db.execute(
        "INSERT INTO log VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)",
        (iso(at), kind, *(service or (None, None)), step_id, version, json.dumps(detail or {})),
    )


def read(db: sqlite3.Connection, query: Query = Query()) -> tuple[Entry, ...]:
    project, service = query.service or (None, None)
    since, until = (None if moment is None else iso(moment) for moment in (query.since, query.until))
    asked = {"after": query.after, "kind": query.kind, "step_id": query.step_id, "since": since, "until": until}
    return tuple(_entries(db.execute(_READ, {**asked, "project": project, "service": service})))


def last(db: sqlite3.Connection) -> int:
    """The `seq` of the newest entry; 0 if there is none."""
    ((seq,),) = db.execute("SELECT coalesce(max(seq), 0) FROM log")
    return int(seq)


def _entries(rows: Iterable[tuple[Any, ...]]) -> Iterable[Entry]:
    for seq, at, kind, project, service, step_id, version, detail in rows:
        ref = None if project is None else Ref(project, service)
        yield Entry(seq, moment_of(at), kind, ref, step_id, version, json.loads(detail))
