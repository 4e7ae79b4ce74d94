"""Laws of the order of calls: every graph on the way is legal, all is done, and no gate falls early."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipesync.agenda import Agenda
from pipesync.model import Limits, ServiceRef, UpgradeStep
from pipesync.plan import Change, Create, Delete, Reason, Replace, Update
from pipesync.rules import violations
from pipesync.state import StepValues

Forest = dict[ServiceRef, ServiceRef]
"""Destination → source."""

REFS = [ServiceRef(f"p{number % 2}", f"s{number}") for number in range(6)]


def steps(forest: Forest) -> list[UpgradeStep]:
    return [UpgradeStep(source, destination, 7) for destination, source in forest.items()]


def legal(forest: Forest, limit: int) -> bool:
    return not any(violations(steps(forest), Limits(limit)))


def values(forest: Forest, ref: ServiceRef, *, step_id: str | None = None) -> StepValues:
    return StepValues.of(UpgradeStep(forest[ref], ref, 7), protect=False, step_id=step_id)


def changes(old: Forest, new: Forest) -> list[Change]:
    found: list[Change] = []
    for ref in sorted(old.keys() | new.keys()):
        address = str(ref)
        if ref not in old:
            found.append(Create(address=address, reason=Reason.NEW_IN_SPEC, after=values(new, ref)))
        elif ref not in new:
            found.append(
                Delete(address=address, reason=Reason.REMOVED_FROM_SPEC, before=values(old, ref, step_id=address))
            )
        elif old[ref] != new[ref]:
            found.append(
                Replace(
                    address=address,
                    reason=Reason.SPEC_CHANGED,
                    before=values(old, ref, step_id=address),
                    after=values(new, ref),
                )
            )
    return found


@st.composite
def forests(draw: st.DrawFn, limit: int) -> Forest:
    """A legal forest: each service in a random order may hang under an earlier one that has room below."""
    order = draw(st.permutations(REFS))
    depth: dict[ServiceRef, int] = {}
    forest: Forest = {}
    for index, ref in enumerate(order):
        above = draw(st.sampled_from([None, *(other for other in order[:index] if depth[other] < limit)]))
        depth[ref] = 0 if above is None else depth[above] + 1
        if above is not None:
            forest[ref] = above
    return forest


@st.composite
def transitions(draw: st.DrawFn) -> tuple[Forest, Forest, int]:
    limit = draw(st.integers(1, 5))
    return draw(forests(limit)), draw(forests(limit)), limit


def in_between(standing: Forest, under_way: list[Change]) -> Iterator[Forest]:
    """Every graph that can exist while these calls are under way."""
    options: list[list[tuple[ServiceRef, ServiceRef | None]]] = []
    for change in under_way:
        ends = [values for values in (change.before, change.after) if values is not None]
        ref = ends[0].destination
        options.append([(ref, None), *((ref, values.source) for values in ends)])
    for choice in product(*options):
        graph = dict(standing)
        for ref, source in choice:
            graph.pop(ref, None)
            if source is not None:
                graph[ref] = source
        yield graph


@given(transitions(), st.data())
@settings(max_examples=300, deadline=None)
def test_every_graph_on_the_way_is_legal_and_all_is_done(case: tuple[Forest, Forest, int], data: st.DataObject) -> None:
    """Whatever order the answers come in, Aiven's rules hold at each moment, and the new forest stands at the end."""
    old, new, limit = case
    standing = dict(old)
    agenda = Agenda(steps(old), changes(old, new), limit)
    under_way: list[Change] = []
    while True:
        while len(under_way) < 3 and (change := agenda.next()) is not None:
            under_way.append(change)
            assert all(legal(graph, limit) for graph in in_between(standing, under_way))
        if not under_way:
            break
        ended = under_way.pop(data.draw(st.integers(0, len(under_way) - 1)))
        if ended.before is not None:
            standing.pop(ended.before.destination, None)
        if ended.after is not None:
            standing[ended.after.destination] = ended.after.source
        agenda.done(ended)
    assert standing == new
    assert list(agenda.not_attempted()) == []


@given(transitions())
@settings(max_examples=300, deadline=None)
def test_no_gate_falls_while_a_create_could_still_be_made(case: tuple[Forest, Forest, int]) -> None:
    """When a delete or replace begins, no create of its chain was legal: the rules needed the room."""
    old, new, limit = case
    standing = dict(old)
    left = {change.address: change for change in changes(old, new)}
    agenda = Agenda(steps(old), list(left.values()), limit)
    while (change := agenda.next()) is not None:
        if isinstance(change, Delete):
            for other in left.values():
                if isinstance(other, Create | Replace) and _connected(old, new, change, other):
                    ref = other.after.destination
                    assert not legal(standing | {ref: other.after.source}, limit)
        del left[change.address]
        if change.before is not None:
            standing.pop(change.before.destination)
        if change.after is not None:
            standing[change.after.destination] = change.after.source
        agenda.done(change)


def _connected(old: Forest, new: Forest, one: Change, other: Change) -> bool:
    edges = [*old.items(), *new.items()]
    reached = {(one.before or one.after).destination}  # type: ignore[union-attr]
    grown = True
    while grown:
        more = {ref for edge in edges if reached & set(edge) for ref in edge}
        grown = not more <= reached
        reached |= more
    return (other.after or other.before).destination in reached  # type: ignore[union-attr]


@given(transitions(), st.data())
@settings(max_examples=200, deadline=None)
def test_after_a_failure_no_new_destroy_begins(case: tuple[Forest, Forest, int], data: st.DataObject) -> None:
    """Deletes and replaces stop everywhere, the failed chain stops, and every change is accounted for."""
    old, new, limit = case
    todo = changes(old, new)
    agenda = Agenda(steps(old), todo, limit)
    failed: set[str] = set()
    begun: set[str] = set()
    while (change := agenda.next()) is not None:
        assert not (failed and isinstance(change, Replace | Delete))
        assert change.address not in begun
        begun.add(change.address)
        if data.draw(st.booleans()):
            failed.add(change.address)
            agenda.failed(change)
        else:
            agenda.done(change)
    assert begun | {change.address for change, _ in agenda.not_attempted()} == {change.address for change in todo}
    assert begun.isdisjoint(change.address for change, _ in agenda.not_attempted())


def test_a_lost_gate_stops_everything() -> None:
    """Not even a create of another chain begins."""
    old = {REFS[0]: REFS[1]}
    new = {REFS[0]: REFS[2], REFS[3]: REFS[4], REFS[5]: REFS[3]}
    agenda = Agenda(steps(old), changes(old, new), 3)
    begun = [agenda.next(), agenda.next()]
    replace = next(change for change in begun if isinstance(change, Replace))
    agenda.failed(replace, gate_lost=True)
    create = next(change for change in begun if isinstance(change, Create))
    agenda.done(create)
    assert agenda.next() is None
    assert [change.address for change, _ in agenda.not_attempted()] == [str(REFS[5])]


@pytest.mark.parametrize("count", [2, 5])
def test_the_first_replace_of_a_project_runs_alone(count: int) -> None:
    """The others there wait until it came about, then run side by side."""
    hub, other = ServiceRef("dev", "a"), ServiceRef("dev", "b")
    refs = [ServiceRef("prod", f"s{number}") for number in range(count)]
    old, new = dict.fromkeys(refs, hub), dict.fromkeys(refs, other)
    agenda = Agenda(steps(old), changes(old, new), 2)
    first = agenda.next()
    assert first is not None
    assert agenda.next() is None
    agenda.done(first)
    assert len([agenda.next() for _ in refs[1:]]) == count - 1


def test_creates_run_source_before_destination_then_updates() -> None:
    """A chain of two new steps is made from its source on; an update in it waits for them."""
    a, b, c, d = REFS[:4]
    old = {d: a}
    update = Update(
        address=str(d),
        reason=Reason.SPEC_CHANGED,
        before=values(old, d, step_id="1"),
        after=StepValues.of(UpgradeStep(a, d, 9), protect=False, step_id="1"),
    )
    agenda = Agenda(steps(old), [update, *changes(old, old | {b: a, c: b})], 3)
    order: list[str] = []
    while (change := agenda.next()) is not None:
        assert agenda.next() is None
        order.append(change.address)
        agenda.done(change)
    assert order == [str(b), str(c), str(d)]
