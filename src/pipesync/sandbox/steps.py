"""The upgrade steps in the store, and their validations."""

import json
import sqlite3
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipesync.sandbox.moments import iso, moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.world import StepValidation


@dataclass(frozen=True, slots=True)
class Step:
    """An upgrade step as the platform holds it; `seq` grows with each one and orders the lists.

    `validated_version` is what it lets through, unknown where no version of either end is. A timer counts from
    `timer_from` if that is later than the source's update.
    """

    seq: int
    step_id: str
    organization: str
    source: Ref
    destination: Ref
    auto_validation_delay_days: int
    last_validation: StepValidation | None
    validated_version: str | None = None
    timer_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which steps to list; None asks for no restriction. `readable` are the projects both ends must be in."""

    organization: str | None = None
    source_project: str | None = None
    source_service: str | None = None
    destination_project: str | None = None
    destination_service: str | None = None
    readable: Collection[str] | None = None

    def parameters(self) -> dict[str, str | None]:
        readable = None if self.readable is None else json.dumps(sorted(self.readable))
        return {name: getattr(self, name) for name in self.__slots__} | {"readable": readable}


@dataclass(frozen=True, slots=True)
class Page:
    """Some steps in order, how many the query has in all, and where neighbouring pages begin.

    A page begins after a `seq`: 0 is the first page; None says that there is no such page.
    """

    steps: tuple[Step, ...]
    total: int
    next: int | None = None
    previous: int | None = None
    last: int = 0


_COLUMNS = """
SELECT s.seq, s.step_id, s.organization, s.source_project, s.source_service,
  s.destination_project, s.destination_service, s.auto_validation_delay_days,
  v.comment, v.validated_at, v.validated_by_user, s.validated_version, s.timer_from
FROM steps s LEFT JOIN validations v
  ON v.id = (SELECT max(id) FROM validations WHERE validations.step_id = s.step_id)
"""

_MATCHING = """
WHERE (:organization IS NULL OR organization = :organization)
  AND (:source_project IS NULL OR source_project = :source_project)
  AND (:source_service IS NULL OR source_service = :source_service)
  AND (:destination_project IS NULL OR destination_project = :destination_project)
  AND (:destination_service IS NULL OR destination_service = :destination_service)
  AND (:readable IS NULL OR (source_project IN (SELECT value FROM json_each(:readable))
                             AND destination_project IN (SELECT value FROM json_each(:readable))))
"""

_TO = "s.destination_project = ? AND s.destination_service = ?"
_STEPS = "FROM steps"

_LIST = f"{_COLUMNS} {_MATCHING} AND s.seq > :after ORDER BY s.seq LIMIT :limit"
_COUNT = f"SELECT count(*) {_STEPS} {_MATCHING}"
_BACK = f"SELECT seq {_STEPS} {_MATCHING} AND seq <= :after ORDER BY seq DESC LIMIT 1 OFFSET :limit"
_LAST = f"SELECT seq {_STEPS} {_MATCHING} ORDER BY seq LIMIT 1 OFFSET :offset"


def every(db: sqlite3.Connection, query: Query) -> tuple[Step, ...]:
    rows = db.execute(_LIST, {**query.parameters(), "after": 0, "limit": -1})
    return tuple(_step(*row) for row in rows)


def page(db: sqlite3.Connection, query: Query, after: int, limit: int) -> Page:
    """The `limit` steps that follow `after`, and the way to the pages around them."""
    asked = {**query.parameters(), "after": after, "limit": limit}
    steps = tuple(_step(*row) for row in db.execute(_LIST, {**asked, "limit": limit + 1}))
    ((total,),) = db.execute(_COUNT, asked)
    before_last = (max(total, 1) - 1) // limit * limit
    return Page(
        steps[:limit],
        total,
        next=steps[limit - 1].seq if len(steps) > limit else None,
        previous=_seq(db, _BACK, asked) if after else None,
        last=_seq(db, _LAST, {**asked, "offset": before_last - 1}) if before_last else 0,
    )


def _seq(db: sqlite3.Connection, sql: str, parameters: dict[str, str | int | None]) -> int:
    return next((int(seq) for (seq,) in db.execute(sql, parameters)), 0)


def find(db: sqlite3.Connection, step_id: str) -> Step | None:
    return next((_step(*row) for row in db.execute(f"{_COLUMNS} WHERE s.step_id = ?", (step_id,))), None)


def to_destination(db: sqlite3.Connection, destination: Ref) -> Step | None:
    """The step that leads to `destination`."""
    rows = db.execute(f"{_COLUMNS} WHERE {_TO} ORDER BY s.seq LIMIT 1", destination)
    return next((_step(*row) for row in rows), None)


def into_project(db: sqlite3.Connection, project: str) -> tuple[Step, ...]:
    """The steps that lead to services of `project`, oldest first."""
    return tuple(
        _step(*row) for row in db.execute(f"{_COLUMNS} WHERE s.destination_project = ? ORDER BY s.seq", (project,))
    )


def of_source(db: sqlite3.Connection, source: Ref) -> tuple[Step, ...]:
    rows = db.execute(f"{_COLUMNS} WHERE s.source_project = ? AND s.source_service = ?", source)
    return tuple(_step(*row) for row in rows)


def insert(
    db: sqlite3.Connection,
    organization: str,
    source: Ref,
    destination: Ref,
    delay_days: int,
    *,
    step_id: str | None = None,
    validated_version: str | None = None,
    timer_from: datetime | None = None,
) -> Step:
    """A new step, whatever the rules say; without `step_id` it gets one of its own."""
    step_id = step_id or str(uuid.uuid4())
    cursor = db.execute(
        "INSERT INTO steps VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(step_id, organization, *source, *destination, delay_days),
            *(validated_version, None if timer_from is None else iso(timer_from)),
        ),
    )
    seq = cursor.lastrowid or 0
    return Step(seq, step_id, organization, source, destination, delay_days, None, validated_version, timer_from)


def set_delay(db: sqlite3.Connection, step_id: str, delay_days: int, timer_from: datetime | None = None) -> None:
    """Another delay; with `timer_from` its timers count from then."""
    db.execute(
        "UPDATE steps SET auto_validation_delay_days = ?, timer_from = coalesce(?, timer_from) WHERE step_id = ?",
        (delay_days, None if timer_from is None else iso(timer_from), step_id),
    )


def delete(db: sqlite3.Connection, step_id: str) -> None:
    """The step and its validations."""
    db.execute("DELETE FROM steps WHERE step_id = ?", (step_id,))


def validate(db: sqlite3.Connection, step_id: str, validation: StepValidation, version: str | None = None) -> None:
    """Records a validation, of `version` where one is known to run; what the step lets through is set beside."""
    db.execute(
        "INSERT INTO validations VALUES (NULL, ?, ?, ?, ?, ?)",
        (step_id, validation.comment, validation.validated_at, validation.validated_by_user, version),
    )


def let_through(db: sqlite3.Connection, step_id: str, version: str) -> None:
    """From now on the step's destination may take `version`."""
    db.execute("UPDATE steps SET validated_version = ? WHERE step_id = ?", (version, step_id))


def _step(*row: Any) -> Step:
    """A row of _COLUMNS."""
    comment, validated_at, validated_by_user, validated_version, timer_from = row[8:]
    last = validated_at and StepValidation(
        comment=comment, validated_at=validated_at, validated_by_user=validated_by_user
    )
    ends = (Ref(*row[3:5]), Ref(*row[5:7]))
    counted = None if timer_from is None else moment_of(timer_from)
    return Step(row[0], row[1], row[2], *ends, row[7], last, validated_version, counted)
