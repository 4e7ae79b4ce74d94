"""Where the state of a story is: in a file, whose lock goes with its run; at a server, which keeps a dead run's lock;
or in a bucket, where that may be broken after its time.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from pipesync.store import envelope
from pipesync.store.local import LocalStore
from tests.faults.away import Away
from tests.faults.door import door
from tests.faults.elsewhere import AGE, BACKUP, NAME, Bucket
from tests.faults.fate import Moment, Point
from tests.faults.stage import STATE, Stage, stage, stage_of
from tests.stores.engines import Engine
from tests.stores.http_rules import Plain
from tests.stores.http_server import Server, serving
from tests.stores.runs import info

ANOTHER = info("another", who="ada")

FILE, SERVER, BUCKET = "a file", "a server", "a bucket"

NO_PLAN: Final = f"sha256:{'0' * 64}"

_IN_A_BUCKET: Final[dict[Moment, Moment]] = {"file": "sent", "failing": "kept"}
"""The moments of a run there that are most like those of one with a file."""


class Place(Protocol):
    """A place for the state; `backup` puts back what was there before the last write, if it keeps that."""

    def begin(self, on: Stage) -> None: ...

    def lose(self) -> None: ...

    def backup(self) -> bool: ...

    def locked(self) -> AbstractContextManager[None]:
        """Another run has the lock while the block runs."""
        ...

    def left_lock(self) -> str | None:
        """What must be told of whoever has the lock, now that no run is at work."""
        ...

    def free(self, lock: str) -> bool:
        """Get the dead run's lock, of which so much was told, out of the way; false if that was not as it should be."""
        ...

    def point(self, at: Point) -> Point:
        """When a run is struck here that is to be struck at that point of a run with a file."""
        ...


class FilePlace:
    """The file of the stage's folder."""

    def begin(self, on: Stage) -> None:
        self._path: Path = on.there / STATE

    def lose(self) -> None:
        self._path.unlink(missing_ok=True)

    def backup(self) -> bool:
        backup = self._path.with_name(f"{STATE}.backup")
        if backup.exists():
            self._path.write_bytes(backup.read_bytes())
        return backup.exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        with LocalStore(self._path).lock(ANOTHER, 0):
            yield

    def left_lock(self) -> str | None:
        return None

    def free(self, lock: str) -> bool:
        raise AssertionError(lock)  # there is none

    def point(self, at: Point) -> Point:
        return at


class ServerPlace:
    """A server of Terraform's HTTP protocol."""

    def __init__(self, server: Server, rules: Plain) -> None:
        self._server = server
        self._rules = rules

    def begin(self, on: Stage) -> None:
        self._on = on
        self._rules.state = self._rules.held = None
        on.environment = {"PIPESYNC_STATE": self._server.url}
        on.kept = lambda: self._rules.state

    def lose(self) -> None:
        self._rules.state = None

    def backup(self) -> bool:
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        self._rules.held = {"ID": ANOTHER.lock_id, "Who": ANOTHER.who, "Info": json.dumps(ANOTHER.model_dump())}
        yield
        self._rules.held = None

    def left_lock(self) -> str | None:
        return self._rules.lock_id

    def free(self, lock: str) -> bool:
        return self._on.run("state", "unlock", lock).code == 0

    def point(self, at: Point) -> Point:
        return at


class BucketPlace:
    """An object of SeaweedFS."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def begin(self, on: Stage) -> None:
        self._on = on

    def lose(self) -> None:
        self._bucket.put({name: data for name, data in self._bucket.get().items() if name != NAME})

    def backup(self) -> bool:
        files = self._bucket.get()
        if BACKUP in files:
            self._bucket.put({**files, NAME: files[BACKUP]})
        return BACKUP in files

    @contextmanager
    def locked(self) -> Iterator[None]:
        files = self._bucket.get()
        state = envelope.opened(files[NAME]).state if NAME in files else None
        self._bucket.put({**files, NAME: envelope.locked(state, ANOTHER, 0)})
        yield
        self._bucket.put(files)

    def left_lock(self) -> str | None:
        return self._bucket.holder(self._bucket.get())

    def free(self, lock: str) -> bool:
        """By an apply that wants another plan: it takes the lock, and changes nothing."""
        self._bucket.door.age = AGE
        ended = self._on.run("apply", "--auto-approve", "--expect", NO_PLAN)
        self._bucket.door.age = 0
        return ended.code == 3 and lock in ended.err and self._bucket.word(ended)

    def point(self, at: Point) -> Point:
        return replace(at, moment=_IN_A_BUCKET.get(at.moment, at.moment))


@contextmanager
def place(name: str, folder: Path, engine: Engine | None = None) -> Iterator[tuple[Stage, Place]]:
    """A stage in `folder`, with its state at the place of that name; a bucket is on an `engine`."""
    if name == FILE:
        with stage(folder) as on:
            yield on, FilePlace()
    elif name == SERVER:
        rules = Plain()
        with stage(folder) as on, serving(rules) as server:
            yield on, ServerPlace(server, rules)
    else:
        assert engine is not None
        with stage_of(Away, folder) as away, door(engine.port) as before:
            bucket = Bucket(engine, before)
            away.settle(bucket)
            yield away, BucketPlace(bucket)
