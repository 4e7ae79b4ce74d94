"""Places for a state that trials under faults go to: a fresh one of each kind of store that this machine has."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Final

from pipesync.state import State
from tests.stores import kinds
from tests.stores.engines import Engine, Missing
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_server import serving
from tests.stores.kinds import AZURE, LOCAL, PGBOUNCER, POSTGRES, S3, Engines, Ground

HTTP, GITLAB = "http", "gitlab"
SERVERS: Final = {HTTP: Plain, GITLAB: GitLab}
"""Servers of Terraform's protocol, each a kind of store."""

REMOTE: Final = (S3, AZURE, POSTGRES, PGBOUNCER, *SERVERS)
EVERY: Final = (LOCAL, *REMOTE)

PLAIN: Final = tuple(kind for kind in EVERY if kind not in kinds.LEFT_OUT)
"""The kinds that `make test` goes through."""

_CREDENTIALS: Final = ("AWS_", "AZURE_", "PG", "TF_HTTP_", "GITLAB_", "CI_")


@contextmanager
def place(kind: str, engines: Engines, folder: Path) -> Iterator[Ground]:
    """A fresh place of `kind`, whose credentials are in the environment while the block runs.

    Missing without an engine.
    """
    if kind in SERVERS:
        with serving(SERVERS[kind]()) as server, _environment({}):
            yield Ground(kind, server.url, Engine(server.http.server_address[1], {}))
        return
    engine = None if kind == LOCAL else engines.of(kind)
    credentials = engine.environment if engine else {}
    with _environment(credentials):
        yield Ground(kind, kinds.location_of(kind, credentials, folder), engine)


def make_state(ground: Ground, state: State, folder: Path) -> None:
    """Put `state` there, whatever was there; what a server has not kept itself goes into `folder`."""
    with chdir(folder):
        ground.open().overwrite(state)


def there_are(engines: Engines, wanted: tuple[str, ...], tell: Callable[[str], None]) -> Iterator[str]:
    """The kinds that this machine can have, of those that are wanted; the others are told, unless all are asked for."""
    for kind in wanted:
        try:
            if kind not in (LOCAL, *SERVERS):
                engines.of(kind)
        except Missing as missing:
            if kinds.EVERY_ENGINE:
                raise
            tell(f"       left out: {kind} ({missing})")
        else:
            yield kind


@contextmanager
def _environment(credentials: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in before:
        if name.startswith(_CREDENTIALS):
            del os.environ[name]
    os.environ.update(credentials)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
