"""The sandbox's clock: it follows the wall clock until the life of its services begins, and stands from then on."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pipesync.sandbox.moments import iso, moment_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock that stands at `now`, and has been set going by hand only since `began`."""

    now: datetime
    began: datetime


def standing(db: sqlite3.Connection) -> Standing | None:
    """Where the clock stands; None while it follows the wall clock."""
    rows = db.execute("SELECT now, began FROM clock")
    return next((Standing(moment_of(now), moment_of(began)) for now, began in rows), None)


def stop(db: sqlite3.Connection, at: datetime) -> Standing:
    """From now on the clock stands: at `at`, if it does not stand already."""
    found = standing(db)
    if found is None:
        db.execute("INSERT INTO clock VALUES (?, ?)", (iso(at), iso(at)))
        found = Standing(at, at)
    return found


def put(db: sqlite3.Connection, now: datetime) -> None:
    """Another time on a clock that stands."""
    db.execute("UPDATE clock SET now = ?", (iso(now),))
