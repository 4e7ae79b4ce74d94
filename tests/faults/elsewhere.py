"""Where a state is that is no file of the folder: behind a door, on an engine or a server of ours."""

import json
import re
import shlex
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

import psycopg

from pipesync.store.envelope import opened
from pipesync.store.postgres import open_place
from tests.faults.door import Door
from tests.stores.engines import Engine
from tests.stores.http_rules import GitLab, Plain

if TYPE_CHECKING:
    from obstore.store import AzureStore, S3Store

    from tests.faults.forks import Ended
    from tests.faults.stage import Stage

NAME: Final = "pipesync.state.json"
BACKUP, LOCK = f"{NAME}.backup", f"{NAME}.lock"

_UNLOCK: Final = re.compile(r"pipesync (state unlock --state \S+ \S+)")

BROKEN: Final = "was not renewed for 5 minutes and was broken"

AGE: Final = 303
"""Seconds since the last renewal of a lock that may be broken: 5 minutes, and some."""

Files = Mapping[str, bytes]


class Elsewhere(Protocol):
    """Its content is told as the files of a local state would be: `pipesync.state.json` and those beside it."""

    door: Door

    def environment(self) -> dict[str, str]:
        """What a run needs to find its state there."""
        ...

    def put(self, files: Files) -> None:
        """Make its content `files`, as of now."""
        ...

    def get(self) -> dict[str, bytes]: ...

    def holder(self, files: Files) -> str | None:
        """What must be told of whoever has the lock in `files`; None if nobody has it."""
        ...

    def free(self, on: "Stage", refused: "Ended") -> None:
        """Get a dead run's lock out of the way, by the rules of the place; `refused` is a run that met it."""
        ...

    def word(self, ended: "Ended") -> bool:
        """Whether a run tells, where it must, that it took another one's lock."""
        ...


class _Renewed:
    """Where the lock is a key of the state, and may be broken when it is 5 minutes old by the store's clock."""

    def holder(self, files: Files) -> str | None:
        lock = opened(files.get(NAME, b"{}")).lock
        return None if lock is None else str(lock)

    def word(self, ended: "Ended") -> bool:
        return BROKEN in ended.err


class Bucket(_Renewed):
    """An object of SeaweedFS or azurite, whose clock the door turns."""

    def __init__(self, engine: Engine, door: Door) -> None:
        self.door = door
        self._engine = engine
        self._key = f"kills/{uuid.uuid4().hex}.json"
        self._scheme, self._store = _store(engine)

    def environment(self) -> dict[str, str]:
        return {**self._engine.through(self.door.port), "PIPESYNC_STATE": f"{self._scheme}://states/{self._key}"}

    def put(self, files: Files) -> None:
        import obstore

        self.door.age = 0
        for name, key in self._keys().items():
            if name in files:
                obstore.put(self._store, key, files[name])
            else:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, [key])

    def get(self) -> dict[str, bytes]:
        import obstore

        found = {}
        for name, key in self._keys().items():
            with suppress(FileNotFoundError):
                found[name] = bytes(obstore.get(self._store, key).bytes())
        return found

    def free(self, on: "Stage", refused: "Ended") -> None:  # noqa: ARG002  the other kind of place needs them
        self.door.age = AGE

    def _keys(self) -> dict[str, str]:
        return {NAME: self._key, BACKUP: f"{self._key}.backup"}


class Row(_Renewed):
    """A row of a PostgreSQL table. It ages by being changed."""

    def __init__(self, engine: Engine, door: Door) -> None:
        self.door = door
        self._engine = engine
        self._names = {NAME: (name := uuid.uuid4().hex), BACKUP: f"{name}.backup"}
        given = engine.environment
        address = given["STATES"].replace("@", f":{given['PGPASSWORD']}@", 1)
        open_place(f"{address}#{uuid.uuid4().hex}").put(b"", replacing=None)  # the first write makes the table

    def environment(self) -> dict[str, str]:
        through = self._engine.through(self.door.port)
        return {**through, "PIPESYNC_STATE": f"{through['STATES']}#{self._names[NAME]}"}

    def put(self, files: Files) -> None:
        with self._connected() as connection:
            for name, row in self._names.items():
                connection.execute("DELETE FROM pipesync_state WHERE name = %s", (row,))
                if name in files:
                    values = (row, files[name].decode())
                    connection.execute("INSERT INTO pipesync_state VALUES (%s, gen_random_uuid(), now(), %s)", values)

    def get(self) -> dict[str, bytes]:
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT name, data FROM pipesync_state WHERE name = ANY(%s)", ([*self._names.values()],)
            ).fetchall()
        found = dict(rows)
        return {name: found[row].encode() for name, row in self._names.items() if row in found}

    def free(self, on: "Stage", refused: "Ended") -> None:  # noqa: ARG002  the other kind of place needs them
        with self._connected() as connection:
            connection.execute(
                "UPDATE pipesync_state SET changed_at = now() - make_interval(secs => %s) WHERE name = %s",
                (AGE, self._names[NAME]),
            )

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        given = self._engine.environment
        return psycopg.connect(given["STATES"], password=given["PGPASSWORD"])


class Served:
    """A state of a server of Terraform's protocol, by the plain rules or GitLab's: its lock goes by `state unlock`."""

    def __init__(self, rules: Plain | GitLab, door: Door) -> None:
        self.door = door
        self.rules = rules

    def environment(self) -> dict[str, str]:
        return {"PIPESYNC_STATE": f"http://127.0.0.1:{self.door.port}{self.rules.path}"}

    def put(self, files: Files) -> None:
        held = json.loads(files.get(LOCK, b"null"))
        if isinstance(self.rules, Plain):
            self.rules.state, self.rules.held = files.get(NAME), held
        else:
            versions = json.loads(files.get(BACKUP, b"{}"))
            self.rules.versions = {int(serial): text.encode() for serial, text in versions.items()}
            self.rules.lock_id, self.rules.exists = held, bool(files)

    def get(self) -> dict[str, bytes]:
        held: Any
        if isinstance(self.rules, Plain):
            held, versions = self.rules.held, None
        else:
            held = self.rules.lock_id
            versions = {serial: text.decode() for serial, text in self.rules.versions.items()}
        state = self.rules.state
        return {
            **({} if state is None else {NAME: state}),
            **({BACKUP: json.dumps(versions).encode()} if versions else {}),
            LOCK: json.dumps(held).encode(),
        }

    def holder(self, files: Files) -> str | None:
        held = json.loads(files.get(LOCK, b"null"))
        if isinstance(held, dict):
            held = held["ID"]
        return None if held is None else str(held)

    def free(self, on: "Stage", refused: "Ended") -> None:
        """By the very command that the refusal tells."""
        told = _UNLOCK.search(refused.err)
        assert told is not None, refused
        freed = on.run(*shlex.split(told[1]))
        assert freed.code == 0, freed

    def word(self, ended: "Ended") -> bool:  # noqa: ARG002  nothing was broken
        return True


def _store(engine: Engine) -> "tuple[str, S3Store | AzureStore]":
    from obstore.store import AzureStore, S3Store

    given = engine.environment
    if "AZURE_STORAGE_ACCOUNT_KEY" in given:
        return "az", AzureStore(
            "states",
            account_name=given["AZURE_STORAGE_ACCOUNT_NAME"],
            account_key=given["AZURE_STORAGE_ACCOUNT_KEY"],
            endpoint=given["AZURE_STORAGE_ENDPOINT"],
            client_options={"allow_http": True},
        )
    return "s3", S3Store(
        "states",
        access_key_id=given["AWS_ACCESS_KEY_ID"],
        secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        endpoint=given["AWS_ENDPOINT_URL"],
        region=given["AWS_REGION"],
        client_options={"allow_http": True},
    )
