"""The places where the state of a killed run is, other than a file: each with its own rules for a dead run's lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tests.faults.door import door
from tests.faults.elsewhere import Bucket, Elsewhere, Served
from tests.stores.engines import Engine
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_server import serving

PLAIN: Final = "a server by the plain rules"
GITLAB: Final = "a server by GitLab's rules"


@contextmanager
def place(name: str, engine: Engine | None) -> Iterator[Elsewhere]:
    """The place of that name, while the block runs; a bucket is on an `engine`."""
    if engine is not None:
        with door(engine.port) as before:
            yield Bucket(engine, before)
        return
    rules = GitLab() if name == GITLAB else Plain()
    with serving(rules) as server, door(server.http.server_address[1]) as before:
        yield Served(rules, before)
