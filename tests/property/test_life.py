"""Laws of the sandbox's life: what random stories never do, and that a log is enough to tell them again."""

from collections import defaultdict
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipesync.sandbox.names import Ref
from pipesync.sandbox.replay import replay, snapshot
from pipesync.sandbox.view import overview
from pipesync.sandbox.world import World
from tests.property.lives import MOVES, SAME_WINDOWS, WORLDS, Stage, Witness


@settings(max_examples=150)
@given(world=WORLDS, moves=MOVES)
def test_a_gated_service_gets_what_was_validated_for_it_and_nothing_else(
    world: World, moves: list[tuple[Any, ...]]
) -> None:
    """Each update is validated, or an override, or its source is powered off; one that is off itself gets none."""
    assert Witness().read(Stage(world).play(moves).entries()).unexplained == []


@settings(max_examples=75)
@given(world=WORLDS, moves=MOVES)
def test_no_validation_is_lost_unless_its_step_is_deleted(world: World, moves: list[tuple[Any, ...]]) -> None:
    """Every validation in the log is on its step, in order, and none is there that the log does not know."""
    stage = Stage(world).play(moves)
    kept: defaultdict[str, list[str | None]] = defaultdict(list)
    for step_id, version in stage.store.db.execute("SELECT step_id, version FROM validations ORDER BY id"):
        kept[step_id].append(version)

    assert kept == Witness().read(stage.entries()).recorded


@settings(max_examples=75)
@given(world=WORLDS, moves=MOVES)
def test_a_service_never_goes_back_to_an_older_version(world: World, moves: list[tuple[Any, ...]]) -> None:
    """Updates of a service bring ever newer versions, and a gate never lets less through than before."""
    stage = Stage(world)
    running: dict[Ref, int] = defaultdict(int)
    through: dict[str, int] = defaultdict(int)

    for move in moves:
        stage.make(move)
        with stage.store.transaction() as db:
            views = overview(stage.platform.act(db)).services
        for view in views:
            version = _minor(view.service.version)
            assert version >= running[view.ref]
            running[view.ref] = version
            if view.gate is not None:
                validated = _minor(view.gate.step.validated_version)
                assert validated >= through[view.gate.step.step_id]
                through[view.gate.step.step_id] = validated


@settings(max_examples=75)
@given(world=WORLDS, moves=MOVES)
def test_the_same_story_ends_in_the_same_world_and_its_log_rebuilds_it(
    world: World, moves: list[tuple[Any, ...]]
) -> None:
    """Played twice, and once more from the log alone: every table is the same, the log included."""
    stage = Stage(world).play(moves)
    held = snapshot(stage.store)

    assert snapshot(Stage(world).play(moves).store) == held
    assert snapshot(replay(world, stage.entries())) == held


@settings(max_examples=75)
@example(world=SAME_WINDOWS, moves=[("create", "a", "b", 1), ("release", 0), ("override", "a")], first=24, rest=144)
@given(world=WORLDS, moves=MOVES, first=st.integers(1, 24 * 21), rest=st.integers(1, 24 * 21))
def test_time_passes_alike_at_once_and_in_parts(
    world: World, moves: list[tuple[Any, ...]], first: int, rest: int
) -> None:
    """Where one looks at the clock in between changes nothing."""
    parts = Stage(world).play([*moves, ("advance", first), ("advance", rest)])
    whole = Stage(world).play([*moves, ("advance", first + rest)])

    for stage in (parts, whole):
        stage.store.db.execute("DELETE FROM log WHERE kind = 'clock'")
    assert snapshot(parts.store) == snapshot(whole.store)


def _minor(version: str | None) -> int:
    assert version is not None
    return int(version.partition(".")[2])
