"""No secret is seen in what a run says, writes or leaves, whatever a server tells back and however a run ends."""

from collections.abc import Iterator

import pytest

from tests.faults.figures import Figures, Tell
from tests.faults.secrets.invocations import TABLE, commands
from tests.faults.secrets.parts import PARTS
from tests.faults.secrets.promise import PROMISE
from tests.faults.secrets.room import Room, room


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with room(tmp_path_factory.mktemp("room")) as built:
        yield built


@pytest.mark.parametrize("part", PARTS)
def test_no_secret_is_seen(here: Room, part: str, tell: Tell) -> None:
    """In standard output, standard error, files of any kind, the list of processes; plain or in disguise."""
    figures = Figures()
    PARTS[part](here, figures, False)
    assert figures.trials > 0
    tell(PROMISE, figures)


def test_every_command_is_put_to_the_test() -> None:
    """A new one cannot be forgotten: what click knows is what stands in the table."""
    assert {invocation.command for invocation in TABLE} == {names for names, _ in commands()}
