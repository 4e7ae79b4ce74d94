"""The promises of every place for a state, at a server: those that need neither a holder to be seen nor a backup."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pipesync.store.location import open_store
from pipesync.store.protocol import Store
from tests.stores.http_rules import GitLab, Plain
from tests.stores.http_server import Server, serving
from tests.stores.test_store_promises import (
    test_a_hand_that_edited_the_state_is_noticed,
    test_a_newer_state_is_left_alone,
    test_a_state_that_could_not_be_read_again_is_not_written,
    test_a_write_on_an_outdated_read_is_refused,
    test_ten_thousand_steps_come_back_as_they_were,
    test_the_state_is_plain_json_for_other_tools,
    test_unlock_takes_the_right_id_only,
    test_what_was_written_is_read,
    test_where_nothing_was_written_nothing_is_found,
)

__all__ = [
    "test_a_hand_that_edited_the_state_is_noticed",
    "test_a_newer_state_is_left_alone",
    "test_a_state_that_could_not_be_read_again_is_not_written",
    "test_a_write_on_an_outdated_read_is_refused",
    "test_ten_thousand_steps_come_back_as_they_were",
    "test_the_state_is_plain_json_for_other_tools",
    "test_unlock_takes_the_right_id_only",
    "test_what_was_written_is_read",
    "test_where_nothing_was_written_nothing_is_found",
]


@dataclass(frozen=True)
class Ground:
    """A server that nothing was written to yet."""

    kind: str
    server: Server

    @property
    def location(self) -> str:
        return self.server.url

    def open(self) -> Store:
        """A store there, as a process of its own would open it."""
        return open_store(self.location, {})

    def raw(self) -> bytes | None:
        """What is there, read past our own code."""
        return self.server.rules.state

    def put_raw(self, data: bytes) -> None:
        """Make `data` the content, as a hand or another tool would."""
        rules = self.server.rules
        if isinstance(rules, GitLab):
            rules.versions[max(rules.versions)] = data
        else:
            rules.state = data


@pytest.fixture(params=[Plain, GitLab])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    with serving(request.param()) as server:
        yield Ground(request.param.__name__, server)
