"""A state in a remote place that was damaged there: refused by its place and with the remedy, and left alone."""

import json
from typing import Final

import pytest

from tests.cli.conftest import api, pipesync, start, world  # noqa: F401  fixtures
from tests.cli.shell import DEV, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of
from tests.faults.damage.mutations import Damaged, mutations, wholes
from tests.faults.damage.verdict import Verdict, read, verdict
from tests.stores.conftest import MakeGround
from tests.stores.http_rules import Plain
from tests.stores.http_server import serving
from tests.stores.kinds import AZURE, S3, SHARED

OBJECTS: Final = tuple(kind for kind in SHARED if kind in {S3, AZURE})
"""Where a hand may put any bytes; a database takes text alone."""

EVERY: Final = 19
"""Of some thousand ways to damage a state, one of so many; a prime, so that each kind has its turn. All of a whole."""

REMEDIES: Final = ("pipesync state push --state ", "Upgrade pipesync.", "Name another place with --state")

COMMANDS: Final = (("plan",), ("apply", "--yes"), ("show",), ("drift",), ("state", "list"), ("state", "rm", STAGING))


def damaged(state: bytes) -> list[Damaged]:
    """Such that no reader can take it for a state, and nobody's lock is in it."""
    found = []
    for one in (*mutations(state, wholes), *mutations(state)[::EVERY]):
        said = read(one.data)
        lock = said.pop("lock", None) if isinstance(said, dict) else None
        held = lock is not None and lock != json.loads(state).get("lock")
        if said is None or (not held and verdict(json.dumps(said).encode(), state) is Verdict.BAD):
            found.append(one)
    return found


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_damaged_object_is_refused(kind: str, pipesync: Shell, api: Api, ground_of: MakeGround) -> None:  # noqa: F811
    """Every command: code 1, the place and the remedy; the object stays as it is, and nothing is asked of the API."""
    there = ground_of(kind)
    pipesync.patch.setenv("PIPESYNC_STATE", there.location)
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    pipesync.apply(THREE_ENVIRONMENTS)
    whole = there.raw()
    assert whole is not None
    found = damaged(whole)
    assert len(found) >= 50
    api.forget_requests()
    for turn, one in enumerate(found):
        there.put_raw(one.data)
        command = COMMANDS[turn % len(COMMANDS)]
        assert_refused(pipesync, there.location, one.how, command)
        assert there.raw() == one.data, one.how
    assert api.writes() == []
    there.put_raw(whole)
    assert "No changes." in pipesync.ok("plan").out


def test_a_damaged_answer_is_refused(pipesync: Shell, api: Api) -> None:  # noqa: F811
    """The same of a server that speaks Terraform's protocol."""
    with serving(Plain()) as server:
        pipesync.patch.setenv("PIPESYNC_STATE", server.url)
        pipesync.apply(THREE_ENVIRONMENTS)
        whole = server.rules.state
        assert whole is not None
        found = damaged(whole)
        assert len(found) >= 50
        api.forget_requests()
        for turn, one in enumerate(found):
            server.rules.state = one.data
            assert_refused(pipesync, server.url, one.how, COMMANDS[turn % len(COMMANDS)])
            assert server.rules.state == one.data, one.how
        assert api.writes() == []


def assert_refused(pipesync: Shell, where: str, how: str, command: tuple[str, ...]) -> None:  # noqa: F811
    result = pipesync(*command)
    assert (result.code, "Traceback" in result.err) == (1, False), (how, command, result)
    assert where in result.err, (how, command, result)
    assert any(words in result.err for words in REMEDIES), (how, command, result)
