"""What only a database lets a test say: that time has passed by its clock. Left out where databases are."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from pipesync.store.postgres import open_place
from tests.cli.conftest import api, pipesync, start, world  # noqa: F401  fixtures
from tests.cli.shell import THREE_ENVIRONMENTS, Shell
from tests.stores.conftest import MakeGround
from tests.stores.kinds import PGBOUNCER, POSTGRES, Ground
from tests.stores.runs import running


@pytest.mark.parametrize("kind", [POSTGRES, PGBOUNCER])
def test_the_lock_of_a_run_that_died_minutes_ago_is_broken(
    pipesync: Shell,  # noqa: F811
    ground_of: MakeGround,
    kind: str,
) -> None:
    """By the server's clock; the apply that does so says whose lock it was."""
    ground = ground_of(kind)
    pipesync.patch.setenv("PIPESYNC_STATE", ground.location)
    pipesync.apply(THREE_ENVIRONMENTS)
    with running(ground.location, "lock-1") as [run]:
        run.tell()
        assert run.hear() == "won"
    ground.backdate("200 seconds")
    assert pipesync("apply", "--yes").code == 4
    ground.backdate("102 seconds")
    told = pipesync.ok("apply", "--yes").err
    assert f"Warning: the lock of {run.holder} was not renewed for 5 minutes and was broken." in told
    assert ground.open().holder() is None


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_any_encoding_keeps_a_state(pipesync: Shell, ground_of: MakeGround, encoding: str) -> None:  # noqa: F811
    """PostgreSQL's own default where the system has no locale is SQL_ASCII, which knows bytes and no text."""
    ground = ground_of(POSTGRES)
    server, _, name = ground.location.partition("#")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {encoding} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    there = Ground(POSTGRES, f"{server.removesuffix('states')}{encoding.lower()}#{name}")
    pipesync.patch.setenv("PIPESYNC_STATE", there.location)
    pipesync.apply(THREE_ENVIRONMENTS)
    assert "No changes." in pipesync.ok("plan").out
    assert there.open().holder() is None


def test_two_runs_may_make_the_table_at_once(ground_of: MakeGround) -> None:
    """PostgreSQL tells the second one that it is there, although it was to be made only if it is not."""
    ground = ground_of(POSTGRES)
    server, _, name = ground.location.partition("#")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    empty = server.removesuffix("states") + "empty"
    place = open_place(f"{empty}#{name}")
    with (
        psycopg.connect(empty, autocommit=True) as onlooker,
        psycopg.connect(empty) as first,
        ThreadPoolExecutor(1) as pool,
    ):
        first.execute(
            "CREATE TABLE pipesync_state (name text PRIMARY KEY, version uuid NOT NULL, "
            "changed_at timestamptz NOT NULL DEFAULT clock_timestamp(), data text NOT NULL)"
        )
        second = pool.submit(place.put, b"{}", replacing=None)
        while not onlooker.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
            assert not second.done()
        first.commit()
        second.result(30)
    found = place.get()
    assert found is not None
    assert found.data == b"{}"
