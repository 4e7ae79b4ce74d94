"""Where a sandbox keeps its data: one SQLite database, in memory or in a file, behind one lock."""

import sqlite3
import threading
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pipesync.sandbox import clock, nodes, places, steps
from pipesync.sandbox.life import Release
from pipesync.sandbox.moments import moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.steps import Step
from pipesync.sandbox.world import World, WorldStep
from pipesync.sandbox.world_file import WorldError, default_world

_SCHEMA: Final = """
CREATE TABLE sandbox (world TEXT NOT NULL);
CREATE TABLE projects (
  name TEXT PRIMARY KEY, organization TEXT NOT NULL, upgrade_pipelines INTEGER NOT NULL
);
CREATE TABLE services (
  project TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, life TEXT NOT NULL DEFAULT '{}',
  UNIQUE (project, name)
);
CREATE TABLE steps (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  step_id TEXT NOT NULL UNIQUE,
  organization TEXT NOT NULL,
  source_project TEXT NOT NULL, source_service TEXT NOT NULL,
  destination_project TEXT NOT NULL, destination_service TEXT NOT NULL,
  auto_validation_delay_days INTEGER NOT NULL,
  validated_version TEXT,
  timer_from TEXT
);
CREATE INDEX steps_by_source ON steps (source_project, source_service);
CREATE INDEX steps_by_destination ON steps (destination_project, destination_service);
CREATE TABLE validations (
  id INTEGER PRIMARY KEY,
  step_id TEXT NOT NULL REFERENCES steps (step_id) ON DELETE CASCADE,
  comment TEXT NOT NULL, validated_at TEXT NOT NULL, validated_by_user TEXT, version TEXT
);
CREATE INDEX validations_by_step ON validations (step_id);
CREATE TABLE clock (now TEXT NOT NULL, began TEXT NOT NULL);
CREATE TABLE releases (
  seq INTEGER PRIMARY KEY,
  type TEXT NOT NULL, version TEXT NOT NULL, description TEXT NOT NULL, arrived TEXT NOT NULL,
  UNIQUE (type, version)
);
CREATE TABLE log (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL,
  project TEXT, service TEXT, step_id TEXT, version TEXT, detail TEXT NOT NULL
);
"""


BEFORE_EVERYTHING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When the releases of a world without `now` have arrived."""


class Store:
    """The database of one sandbox, and the world it started as.

    A file that already holds a sandbox keeps what it holds; WorldError if that began as another world than
    `world`, or if the file is something else.
    """

    def __init__(self, world: World | None = None, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        try:
            self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self.db.close)
            self.db.execute("PRAGMA foreign_keys = ON")
            self.db.execute("PRAGMA journal_mode = WAL")
            # Without waiting for the disk at each commit: a crash of the machine may cost a sandbox its last steps.
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.world = self._open(world, path)
        except sqlite3.Error as error:
            raise WorldError(f"{path} cannot be used as a sandbox's database: {error}") from error

    def _open(self, world: World | None, path: Path | None) -> World:
        tables = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            self.db.executescript(_SCHEMA)
            with self.transaction():
                return self.fill(world or default_world())
        if "sandbox" not in tables:
            raise WorldError(f"{path} is a database, but not a sandbox's")
        if "clock" not in tables:
            raise WorldError(f"{path} was made by an older version of the sandbox; delete it to begin anew")
        ((text,),) = self.db.execute("SELECT world FROM sandbox")
        kept = World.model_validate_json(text)
        if world not in (None, kept):
            raise WorldError(
                f"{path} holds a sandbox that began as another world; leave the world out to go on with it, "
                "or delete the file to begin anew"
            )
        return kept

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and one at a time."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def fill(self, world: World) -> World:
        """Forget everything and hold `world`; to be called inside a transaction."""
        for table in ("log", "releases", "clock", "validations", "steps", "services", "projects", "sandbox"):
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608  the names stand one line above
        self.db.execute("INSERT INTO sandbox VALUES (?)", (world.model_dump_json(),))
        self.db.executemany(
            "INSERT INTO projects VALUES (?, ?, ?)",
            (
                (project.name, world.organization_of(project), project.upgrade_pipelines)
                for project in world.all_projects()
            ),
        )
        self.db.executemany(
            "INSERT INTO services (project, name, body) VALUES (?, ?, ?)",
            (
                (group.project, name, body)
                for group in world.services
                for body in (group.model_dump_json(exclude={"project", "names"}),)
                for name in group.names
            ),
        )
        self.world = world
        now = moment_of(world.now) if world.now else None
        if now is not None:
            clock.stop(self.db, now)
        for release in world.releases:
            nodes.insert_release(
                self.db, Release(release.type, release.version, release.description, now or BEFORE_EVERYTHING)
            )
        for place, step in enumerate(world.steps):
            self.insert(step, f"{place} {step.source} {step.destination}")
        return world

    def insert(self, step: WorldStep, seed: str | None = None) -> Step:
        """Put a step there, whatever the rules say; to be called inside a transaction.

        Where the step has no id, it gets one that follows from `seed`, or a random one.

        A step belongs to the organization of its destination's project, or to the world's first one where
        that project does not exist.
        """
        source, destination = Ref.parse(step.source), Ref.parse(step.destination)
        project = places.project(self.db, destination.project)
        put = steps.insert(
            self.db,
            project.organization if project else self.world.organizations[0].id,
            source,
            destination,
            step.auto_validation_delay_days,
            step_id=step.step_id or (seed and str(uuid.uuid5(uuid.NAMESPACE_OID, seed))),
            validated_version=step.validated_version or places.version(self.db, destination),
        )
        if step.last_validation is not None:
            steps.validate(self.db, put.step_id, step.last_validation)
        return replace(put, last_validation=step.last_validation)
