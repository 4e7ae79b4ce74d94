"""Worlds to run plan and apply in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.runs import SERVICES
from tests.unit.world import World, pg


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Twelve services in three projects, no steps, no state."""
    with World.on_a_socket(tmp_path, pg(*SERVICES)) as opened:
        yield opened


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World.in_process(tmp_path_factory.mktemp("near"), pg(*SERVICES)) as opened:
        yield opened


@pytest.fixture
def near(lasting: World) -> World:
    """The same without a socket and without a start, for what is tried at every moment of a run."""
    return lasting.reset()
