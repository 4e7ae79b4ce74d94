"""What the store knows about the life of its services: what they received, what is in progress, what was released."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pipesync.sandbox.life import Catalogue, Node, Receipt, Release, Update
from pipesync.sandbox.moments import iso, moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.world import Service

_SELECT: Final = "SELECT project, name, body, life FROM services"


def catalogue(db: sqlite3.Connection) -> Catalogue:
    rows = db.execute("SELECT type, version, description, arrived FROM releases ORDER BY seq")
    return Catalogue(Release(kind, version, words, moment_of(arrived)) for kind, version, words, arrived in rows)


def insert_release(db: sqlite3.Connection, release: Release) -> None:
    db.execute(
        "INSERT INTO releases VALUES (NULL, ?, ?, ?, ?)",
        (release.type, release.version, release.description, iso(release.arrived)),
    )


def every(db: sqlite3.Connection, began: datetime | None) -> Iterator[Node]:
    """All services. What one has run from the beginning on counts as received when the clock `began` to stand."""
    return (_node(row, began) for row in db.execute(f"{_SELECT} ORDER BY rowid").fetchall())


def of_project(db: sqlite3.Connection, project: str, began: datetime | None) -> Iterator[Node]:
    rows = db.execute(f"{_SELECT} WHERE project = ? ORDER BY rowid", (project,)).fetchall()
    return (_node(row, began) for row in rows)


def find(db: sqlite3.Connection, ref: Ref, began: datetime | None) -> Node | None:
    rows = db.execute(f"{_SELECT} WHERE project = ? AND name = ?", ref)
    return next((_node(row, began) for row in rows), None)


def save(db: sqlite3.Connection, node: Node) -> None:
    """The service as it is now; one that is not there yet is made."""
    life = {
        "update": node.update and [node.update.version, iso(node.update.done)],
        "receipts": [[receipt.version, iso(receipt.at)] for receipt in node.receipts],
    }
    db.execute(
        "INSERT INTO services VALUES (?, ?, ?, ?) ON CONFLICT (project, name) "
        "DO UPDATE SET body = excluded.body, life = excluded.life",
        (*node.ref, node.service.model_dump_json(), json.dumps(life)),
    )


def _node(row: tuple[str, str, str, str], began: datetime | None) -> Node:
    project, name, body, text = row
    service = Service.model_validate_json(body)
    life = json.loads(text) if text != "{}" else {}
    receipts = tuple(Receipt(version, moment_of(at)) for version, at in life.get("receipts", ()))
    if not receipts and service.version is not None and began is not None:
        receipts = (Receipt(service.version, began),)
    update = life.get("update")
    return Node(Ref(project, name), service, update and Update(update[0], moment_of(update[1])), receipts)
