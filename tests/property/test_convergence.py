"""Laws of plan and apply together: what was planned comes about, whatever others did before, and once is enough."""

from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipesync.model import Limits, LiveStep, ServiceRef, Spec, UpgradeStep
from pipesync.plan import Plan
from pipesync.rules import violations
from pipesync.store.planfile import read_plan
from tests.unit.nouns import spec, wanted
from tests.unit.world import World, pg

NAMES = ["dev/a", "dev/b", "mid/a", "mid/b", "prod/a", "prod/b"]
LIMIT = 2
"""What Aiven documents for an organization, and so what the sandbox allows."""


def legal(steps: list[UpgradeStep]) -> bool:
    return not any(violations(steps, Limits(LIMIT)))


@st.composite
def steps(draw: st.DrawFn) -> tuple[UpgradeStep, ...]:
    """A legal set: each service in a random order may hang under an earlier one that has room below."""
    order = draw(st.permutations([ServiceRef.parse(name) for name in NAMES]))
    depth: dict[ServiceRef, int] = {}
    found: list[UpgradeStep] = []
    for index, ref in enumerate(order):
        above = draw(st.sampled_from([None, *(other for other in order[:index] if depth[other] < LIMIT)]))
        depth[ref] = 0 if above is None else depth[above] + 1
        if above is not None:
            found.append(UpgradeStep(above, ref, draw(st.sampled_from([3, 7]))))
    return tuple(found)


meddling = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["remove", "remake", "delay", "insert"]), st.sampled_from(NAMES)),
    max_size=4,
)
"""What others do: to which service, what, and with which source a new step is made."""


def written(found: tuple[UpgradeStep, ...]) -> Spec:
    return spec(
        *(wanted(str(step.source), step.address, step.auto_validation_delay_days) for step in found), chain=LIMIT
    )


def meddle(world: World, address: str, deed: str, source: str) -> None:
    """Others keep to Aiven's rules, too."""
    live = {at.step.address: at for at in world.client.list_steps()}
    at: LiveStep | None = live.get(address)
    if at is not None and deed == "delay":
        world.client.update_step(at.step_id, 21)
    elif at is not None and deed in {"remove", "remake"}:
        world.client.delete_step(at.step_id)
        if deed == "remake":
            world.client.create_step(at.step)
    elif at is None and deed == "insert":
        new = UpgradeStep(ServiceRef.parse(source), ServiceRef.parse(address), 9)
        if legal([new, *(other.step for other in live.values())]):
            world.client.create_step(new)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World.in_process(tmp_path_factory.mktemp("world"), pg(*NAMES)) as opened:
        yield opened


def applied(world: World, first: tuple[UpgradeStep, ...], deeds: list[tuple[str, str, str]]) -> None:
    """`first` was applied, and others meddled since."""
    world.reset().apply(written(first))
    for deed in deeds:
        meddle(world, *deed)


def planned(world: World, want: Spec) -> Plan:
    """A plan that takes over whatever is in its way; those that Aiven's rules forbid are of no use here."""
    conflicts = [finding.address for finding in world.plan(want).refusals if finding.address]
    made = world.plan(want, take_over=tuple(conflicts), adopt=True)
    assume(not made.errors)
    assert made.refusals == ()
    return made


def edges(found: tuple[UpgradeStep, ...]) -> dict[str, tuple[str, int]]:
    return {step.address: (str(step.source), step.auto_validation_delay_days) for step in found}


@given(first=steps(), deeds=meddling, second=steps())
@settings(max_examples=50, deadline=None)
def test_after_an_apply_there_is_nothing_to_plan(
    world: World, first: tuple[UpgradeStep, ...], deeds: list[tuple[str, str, str]], second: tuple[UpgradeStep, ...]
) -> None:
    """Whatever stood and whatever others did: what the spec names stands and is ours, what is not ours stays."""
    applied(world, first, deeds)
    want = written(second)
    made = planned(world, want)
    outcome = world.run(made)
    assert outcome.complete
    assert [change.address for change in outcome.done] != [] or made.changes == ()
    free = {entry.address for entry in made.unmanaged}
    live = world.edges()
    assert {address: live[address] for address in live if address not in free} == edges(second)
    assert free <= live.keys()
    following = world.plan(want)
    assert (following.changes, following.refusals) == ((), ())
    state = world.store.read()
    assert {step.step.address for step in state.steps} == edges(second).keys() if state else second == ()
    assert state is None or state.pending == ()


@given(first=steps(), deeds=meddling, second=steps())
@settings(max_examples=30, deadline=None)
def test_a_saved_plan_comes_back_as_it_was_and_is_done_once(
    world: World, first: tuple[UpgradeStep, ...], deeds: list[tuple[str, str, str]], second: tuple[UpgradeStep, ...]
) -> None:
    """Saved, read and applied it makes all its changes; applied again it makes none."""
    applied(world, first, deeds)
    made = planned(world, written(second))
    loaded = read_plan(made.to_json().encode(), "a plan")
    assert loaded == made
    assert made == planned(world, written(second))
    checked, outcome = world.saved(loaded)
    assert (checked.due, outcome.complete) == (list(made.changes), True)
    world.forget_traffic()
    again, outcome = world.saved(loaded)
    assert (again.due, again.done, world.writes()) == ([], list(made.changes), [])
    assert outcome.complete
