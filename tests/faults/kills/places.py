"""The places where the state of a killed run is, other than a file: each with its own rules for a dead run's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.faults.database_door import database_door
from tests.faults.door import door
from tests.faults.elsewhere import Bucket, Elsewhere, Row, Served
from tests.stores.engines import Engine
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_server import serving
from tests.stores.kinds import AZURE, POSTGRES, S3

PLAIN: Final = "a server by the plain rules"
GITLAB: Final = "a server by GitLab's rules"
ENGINES: Final = (S3, AZURE, POSTGRES)


@contextmanager
def place(name: str, engine: Engine | None) -> Iterator[Elsewhere]:
    """The place of that name, while the block runs; each of ENGINES needs its `engine`."""
    if name == POSTGRES:
        assert engine is not None
        with database_door(engine.port) as before:
            yield Row(engine, before)
    elif engine is not None:
        with door(engine.port) as before:
            yield Bucket(engine, before)
    else:
        rules = GitLab() if name == GITLAB else Plain()
        with serving(rules) as server, door(server.http.server_address[1]) as before:
            yield Served(rules, before)
