"""Where the state of a story is: a file, whose lock goes with its run, or a server that keeps a dead run's lock."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from pipesync.store.local import LocalStore
from tests.faults.stage import STATE, Stage
from tests.stores.http_rules import Plain
from tests.stores.http_server import Server
from tests.stores.runs import info

ANOTHER = info("another", who="ada")


class Place(Protocol):
    """A place for the state; `backup` puts back what was there before the last write, if it keeps that."""

    def begin(self, on: Stage) -> None: ...

    def lose(self) -> None: ...

    def backup(self) -> bool: ...

    def locked(self) -> AbstractContextManager[None]:
        """Another run has the lock while the block runs."""
        ...

    def left_lock(self) -> str | None:
        """The id of the lock that a dead run has left."""
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


class ServerPlace:
    """A server of Terraform's HTTP protocol."""

    def __init__(self, server: Server, rules: Plain) -> None:
        self._server = server
        self._rules = rules

    def begin(self, on: Stage) -> None:
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
