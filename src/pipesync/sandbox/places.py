"""The projects and services in the store."""

import sqlite3
from dataclasses import dataclass

from pipesync.sandbox.names import Ref
from pipesync.sandbox.world import Service


@dataclass(frozen=True, slots=True)
class ProjectRow:
    name: str
    organization: str
    upgrade_pipelines: bool


def projects(db: sqlite3.Connection, organization: str | None = None) -> tuple[ProjectRow, ...]:
    rows = db.execute(
        "SELECT * FROM projects WHERE :organization IS NULL OR organization = :organization ORDER BY rowid",
        {"organization": organization},
    )
    return tuple(ProjectRow(name, org, bool(enabled)) for name, org, enabled in rows)


def project(db: sqlite3.Connection, name: str) -> ProjectRow | None:
    rows = db.execute("SELECT * FROM projects WHERE name = ?", (name,))
    return next((ProjectRow(name, org, bool(enabled)) for name, org, enabled in rows), None)


def put_project(db: sqlite3.Connection, row: ProjectRow) -> None:
    db.execute(
        "INSERT INTO projects VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "organization = excluded.organization, upgrade_pipelines = excluded.upgrade_pipelines",
        (row.name, row.organization, row.upgrade_pipelines),
    )


def all_services(db: sqlite3.Connection) -> tuple[tuple[Ref, Service], ...]:
    rows = db.execute("SELECT project, name, body FROM services ORDER BY rowid")
    return tuple((Ref(project, name), Service.model_validate_json(body)) for project, name, body in rows)


def service(db: sqlite3.Connection, ref: Ref) -> Service | None:
    rows = db.execute("SELECT body FROM services WHERE project = ? AND name = ?", ref)
    return next((Service.model_validate_json(body) for (body,) in rows), None)


def version(db: sqlite3.Connection, ref: Ref) -> str | None:
    """What the service runs, where there is such a service and it is known."""
    rows = db.execute("SELECT json_extract(body, '$.version') FROM services WHERE project = ? AND name = ?", ref)
    return next((str(version) for (version,) in rows if version is not None), None)


def remove_service(db: sqlite3.Connection, ref: Ref, *, with_steps: bool) -> None:
    """The service goes; its steps go with it, or stay behind and name nothing."""
    db.execute("DELETE FROM services WHERE project = ? AND name = ?", ref)
    if with_steps:
        db.execute("DELETE FROM steps WHERE source_project = ? AND source_service = ?", ref)
        db.execute("DELETE FROM steps WHERE destination_project = ? AND destination_service = ?", ref)


def rename_service(db: sqlite3.Connection, ref: Ref, name: str) -> None:
    """The service has another name from now on; its steps keep their ids."""
    for statement in (
        "UPDATE services SET name = ? WHERE project = ? AND name = ?",
        "UPDATE steps SET source_service = ? WHERE source_project = ? AND source_service = ?",
        "UPDATE steps SET destination_service = ? WHERE destination_project = ? AND destination_service = ?",
    ):
        db.execute(statement, (name, *ref))


def rename_project(db: sqlite3.Connection, old: str, new: str) -> None:
    """The project has another name from now on; its steps keep their ids."""
    for statement in (
        "UPDATE projects SET name = ? WHERE name = ?",
        "UPDATE services SET project = ? WHERE project = ?",
        "UPDATE steps SET source_project = ? WHERE source_project = ?",
        "UPDATE steps SET destination_project = ? WHERE destination_project = ?",
    ):
        db.execute(statement, (new, old))
