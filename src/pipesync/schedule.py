"""The safe order of calls: which changes of one chain may be made next, so that every graph on the way is legal.

Aiven's rules forbid sets of steps, and every subset of an allowed set is allowed: deleting is always legal, and
adding is legal in any order once the whole of old and new together is. Within that, no gate falls before its
successor stands: creates (source before destination), updates, replaces, deletes; a delete goes first only where
the rules need the room.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipesync.model import ServiceRef, UpgradeStep
from pipesync.plan import Change, Create, Delete, Replace
from pipesync.state import StepValues


class Graph:
    """The steps that exist right now: one source per destination."""

    def __init__(self, steps: Iterable[UpgradeStep] = ()) -> None:
        self._source: dict[ServiceRef, ServiceRef] = {}
        self._destinations: defaultdict[ServiceRef, set[ServiceRef]] = defaultdict(set)
        for step in steps:
            self.add(step.source, step.destination)

    def add(self, source: ServiceRef, destination: ServiceRef) -> None:
        self.remove(destination)
        self._source[destination] = source
        self._destinations[source].add(destination)

    def remove(self, destination: ServiceRef) -> None:
        if destination in self._source:
            self._destinations[self._source.pop(destination)].discard(destination)

    def __contains__(self, destination: ServiceRef) -> bool:
        return destination in self._source

    def edges(self) -> Iterator[tuple[ServiceRef, ServiceRef]]:
        return ((source, destination) for destination, source in self._source.items())

    def admits(self, source: ServiceRef, destination: ServiceRef, limit: int) -> bool:
        """Whether a step from `source` would be legal at `destination`, in place of one that stands there."""
        above = self._upstream(source, limit)
        if destination == source or destination in above or len(above) >= limit:
            return False
        return self._height(destination, limit - len(above)) < limit - len(above)

    def in_the_way(self, source: ServiceRef, destination: ServiceRef, limit: int) -> Iterator[ServiceRef]:
        """Destinations whose steps take part in what makes a step from `source` to `destination` illegal."""
        if destination in self:
            yield destination
        yield from (ref for ref in (source, *self._upstream(source, limit)) if ref in self)
        level = [destination]
        for _ in range(limit):
            level = [below for ref in level for below in self._destinations.get(ref, ())]
            yield from level

    def _upstream(self, ref: ServiceRef, limit: int) -> list[ServiceRef]:
        """The services above `ref`, nearest first; at most `limit` + 1, which is enough to say no."""
        above: list[ServiceRef] = []
        while ref in self._source and len(above) <= limit:
            ref = self._source[ref]
            above.append(ref)
        return above

    def _height(self, ref: ServiceRef, enough: int) -> int:
        """How many steps hang below `ref` in a row, counted up to `enough`."""
        height, level = 0, [ref]
        while height < enough:
            level = [below for upper in level for below in self._destinations.get(upper, ())]
            if not level:
                break
            height += 1
        return height


@dataclass(frozen=True, slots=True)
class Chain:
    """Connected steps, and the changes among them; chains do not affect each other."""

    steps: tuple[UpgradeStep, ...]
    changes: tuple[Change, ...]


def chains(live: Iterable[UpgradeStep], changes: Sequence[Change]) -> list[Chain]:
    """The connected components of old and new steps that hold a change, in the order of the changes."""
    live = tuple(live)
    groups = _Groups()
    for step in live:
        groups.join(step.source, step.destination)
    for change in changes:
        for values in (change.before, change.after):
            if values is not None:
                groups.join(values.source, values.destination)
    members: dict[ServiceRef, list[Change]] = {}
    for change in changes:
        members.setdefault(groups.find(_values(change).destination), []).append(change)
    steps: defaultdict[ServiceRef, list[UpgradeStep]] = defaultdict(list)
    for step in live:
        steps[groups.find(step.destination)].append(step)
    return [Chain(tuple(steps[root]), tuple(found)) for root, found in members.items()]


class _Groups:
    """Union-find over services."""

    def __init__(self) -> None:
        self._parent: dict[ServiceRef, ServiceRef] = {}

    def find(self, ref: ServiceRef) -> ServiceRef:
        root = ref
        while (above := self._parent.get(root, root)) != root:
            root = above
        while ref != root:
            self._parent[ref], ref = root, self._parent.get(ref, ref)
        return root

    def join(self, one: ServiceRef, other: ServiceRef) -> None:
        self._parent[self.find(one)] = self.find(other)


def next_batch(graph: Graph, left: Sequence[Change], limit: int) -> tuple[Change, ...]:
    """The changes of one chain to make next, side by side; empty when nothing left can become legal.

    `graph` holds what exists now, `left` what is still to do; nothing of this chain is under way.
    """
    creates = [change for change in left if isinstance(change, Create)]
    replaces = [change for change in left if isinstance(change, Replace)]
    deletes = [change for change in left if isinstance(change, Delete)]
    without_effect = [change for change in left if not isinstance(change, Create | Replace | Delete)]
    return (
        _upstream_creates(graph, creates, limit)
        or tuple(without_effect)
        or _replaces(graph, creates, replaces, limit)
        or _legal_together(graph, creates, limit)
        or _deletes(graph, [*creates, *replaces], deletes, limit)
    )


def _upstream_creates(graph: Graph, creates: Sequence[Create], limit: int) -> tuple[Change, ...]:
    """Creates whose own source waits for no other create."""
    awaited = {create.after.destination for create in creates}
    return _legal_together(graph, [create for create in creates if create.after.source not in awaited], limit)


def _legal_together(graph: Graph, creates: Sequence[Create], limit: int) -> tuple[Change, ...]:
    """The creates that are legal now, one after the other and so in any order."""
    chosen: list[Change] = []
    for create in creates:
        source, destination = create.after.ends
        if destination not in graph and graph.admits(source, destination, limit):
            graph.add(source, destination)
            chosen.append(create)
    for change in chosen:
        graph.remove(_values(change).destination)
    return tuple(chosen)


def _replaces(graph: Graph, creates: Sequence[Create], replaces: Sequence[Replace], limit: int) -> tuple[Change, ...]:
    """All replaces side by side if old and new steps together break no rule, else one that is legal now."""
    legal = [replace for replace in replaces if graph.admits(*replace.after.ends, limit)]
    if len(legal) > 1:
        added: list[Create | Replace] = [*creates, *replaces]
        edges = [*graph.edges(), *(change.after.ends for change in added)]
        if _longest_path(edges) <= limit:
            return tuple(legal)
    return tuple(legal[:1])


def _longest_path(edges: Sequence[tuple[ServiceRef, ServiceRef]]) -> float:
    """Steps in a row, where a destination may have several sources; infinite if there is a cycle."""
    below: defaultdict[ServiceRef, list[ServiceRef]] = defaultdict(list)
    waiting: defaultdict[ServiceRef, int] = defaultdict(int)
    for source, destination in edges:
        below[source].append(destination)
        waiting[destination] += 1
    level = [source for source in below if not waiting[source]]
    length, reached = -1, 0
    while level:
        length += 1
        following: list[ServiceRef] = []
        for ref in level:
            for destination in below.get(ref, ()):
                reached += 1
                waiting[destination] -= 1
                if not waiting[destination]:
                    following.append(destination)
        level = following
    return length if reached == len(edges) else float("inf")


def _deletes(
    graph: Graph, blocked: Sequence[Create | Replace], deletes: Sequence[Delete], limit: int
) -> tuple[Change, ...]:
    """Every delete, once all else is done; before that the one that makes room."""
    if not blocked:
        return tuple(deletes)
    by_destination = {delete.before.destination: delete for delete in deletes}
    for change in blocked:
        for destination in graph.in_the_way(*change.after.ends, limit):
            if destination in by_destination:
                return (by_destination[destination],)
    return tuple(deletes[:1])


def _values(change: Change) -> StepValues:
    values = change.after or change.before
    assert values is not None  # every change has one of them
    return values
