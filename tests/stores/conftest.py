"""Places for states on real engines. `ground` is a fresh one of each kind; what is left out is told at the end."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores import kinds
from tests.stores.kinds import EngineOf, Ground

collect_ignore = ["test_databases.py"] if kinds.POSTGRES in kinds.LEFT_OUT else []

MakeGround = Callable[..., Ground]


@pytest.fixture
def ground_of(engine_of: EngineOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeGround:
    """Makes a fresh place of a kind, and puts its credentials into the environment."""
    for name in [*os.environ]:
        if name.startswith(("AWS_", "AZURE_", "PG", "TF_HTTP_")):
            monkeypatch.delenv(name)

    def make(kind: str) -> Ground:
        if kind == kinds.LOCAL:
            return Ground(kind, kinds.location_of(kind, {}, tmp_path))
        engine = engine_of(kind)
        for name, value in engine.environment.items():
            monkeypatch.setenv(name, value)
        return Ground(kind, kinds.location_of(kind, engine.environment, tmp_path), engine)

    return make


@pytest.fixture(params=kinds.ALL)
def ground(request: pytest.FixtureRequest, ground_of: MakeGround) -> Ground:
    """A fresh place of each kind."""
    return ground_of(request.param)


@pytest.fixture(params=kinds.SHARED)
def shared(request: pytest.FixtureRequest, ground_of: MakeGround) -> Ground:
    """A fresh place of each kind whose lock is renewed."""
    return ground_of(request.param)
