"""The sandbox of the default world, running."""

from collections.abc import Iterator

import pytest

from tests.sandbox.running import Running, running


@pytest.fixture
def sandbox() -> Iterator[Running]:
    with running() as here:
        yield here
