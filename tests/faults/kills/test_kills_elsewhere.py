"""Runs that are killed while their state is elsewhere: in a bucket, a database or at a server its lock stays."""

from collections.abc import Iterator

import pytest

from tests.faults.away import Away
from tests.faults.figures import Tell
from tests.faults.kills.places import ENGINES, GITLAB, PLAIN, place
from tests.faults.kills.points import ELSEWHERE
from tests.faults.kills.promise import PROMISE, follow
from tests.faults.kills.rows import kill_in_a_row
from tests.faults.kills.sweep import Sweep
from tests.faults.plans import PLANS, PlanKind
from tests.faults.stage import Stage, stage_of
from tests.stores.kinds import LEFT_OUT, EngineOf

CREATES, REPLACES = (
    next(kind for kind in PLANS if kind.name == name)
    for name in ("creates of a chain", "replaces with a canary inserted")
)
"""Without a state before, and with one."""

CASES = (*((name, REPLACES) for name in (*ENGINES, PLAIN) if name not in LEFT_OUT), (GITLAB, CREATES))


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Away]:
    with stage_of(Away, tmp_path_factory.mktemp("away")) as built:
        yield built


@pytest.fixture
def there(away: Away, name: str, engine_of: EngineOf) -> Iterator[Stage]:
    """The stage, with its state at the place of that name."""
    with place(name, engine_of(name) if name in ENGINES else None) as elsewhere:
        away.settle(elsewhere)
        yield away


@pytest.mark.parametrize(("name", "kind"), CASES, ids=lambda value: value if isinstance(value, str) else value.name)
def test_a_killed_run_is_put_right_when_its_lock_is_out_of_the_way(there: Stage, kind: PlanKind, tell: Tell) -> None:
    """Killed around each request: the next run is told whose lock it is; 5 minutes or `state unlock` later it mends."""
    sweep = Sweep.of(there, kind, in_turn=True)
    follow(sweep, ELSEWHERE)
    kill_in_a_row(sweep, 1)
    tell(PROMISE, sweep.figures)
    kills = sweep.kills
    assert kills["received"] >= sweep.calls > 0
    assert min(kills["sent"], kills["kept"]) >= 8  # the lock, what is there, two writes of the state, the unlock
    assert sweep.figures.amounts["locks freed"] >= 10
