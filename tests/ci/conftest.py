"""What CI services are to a job: comments, and the command line's fixtures."""

from collections.abc import Iterator

import pytest

from tests.ci.forge import Forge, forge
from tests.cli.conftest import api, no_waiting, pipesync, start, world

__all__ = ["api", "here", "no_waiting", "pipesync", "start", "world"]


@pytest.fixture
def here() -> Iterator[Forge]:
    """GitHub and GitLab, with one pull request and no comments yet."""
    with forge() as running:
        yield running
