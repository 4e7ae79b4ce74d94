"""What CI services are to a job: comments, and the command line's fixtures."""

from collections.abc import Iterator

import pytest

from tests.ci.forge import Forge, forge
from tests.ci.github import Runner
from tests.ci.pull_request import pull_request
from tests.cli.conftest import api, no_waiting, pipesync, start, world
from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell

__all__ = ["api", "here", "no_waiting", "pipesync", "start", "world"]


@pytest.fixture
def here() -> Iterator[Forge]:
    """GitHub and GitLab, with one pull request and no comments yet."""
    with forge() as running:
        yield running


@pytest.fixture
def runner(pipesync: Shell, api: Api, here: Forge) -> Runner:
    """A pull request that adds two steps."""
    pipesync.write(THREE_ENVIRONMENTS)
    return Runner(pipesync, api, here, pull_request(), more={"GITHUB_HEAD_REF": "x$(touch${IFS}pwned)"})
