"""Upgrade steps as trees: what updates first stands above what waits for it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipesync.model import DesiredStep, LiveStep, ServiceRef, Spec, UpgradeStep


@dataclass(frozen=True, slots=True)
class Edge:
    """A step that is live, in the spec, or both; where they differ, what is live counts."""

    live: LiveStep | None
    desired: DesiredStep | None

    @property
    def step(self) -> UpgradeStep:
        if self.live is not None:
            return self.live.step
        assert self.desired is not None  # one of the two is there
        return self.desired.step

    @property
    def pipeline(self) -> str | None:
        return None if self.desired is None else self.desired.pipeline

    @property
    def differs(self) -> bool:
        """Whether the spec says otherwise than what is live."""
        managed = self.live is not None and self.desired is not None and self.desired.manage
        return managed and self.live.step != self.desired.step  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Place:
    """A service in a tree: so many steps below its top, behind `gate` (None at the top)."""

    depth: int
    ref: ServiceRef
    gate: Edge | None


Edges = dict[ServiceRef, Edge]
"""By destination."""


def edges(live: Iterable[LiveStep], spec: Spec | None) -> Edges:
    """Each live step, and each that `spec` asks for and is not live."""
    desired = {step.step.destination: step for step in spec.steps} if spec else {}
    found = {at.step.destination: Edge(at, desired.get(at.step.destination)) for at in live}
    for destination, step in desired.items():
        if step.manage and destination not in found:
            found[destination] = Edge(None, step)
    return found


def of_spec(found: Edges) -> Edges:
    """The edges that are connected with one of the spec's."""
    beside: defaultdict[ServiceRef, list[ServiceRef]] = defaultdict(list)
    for edge in found.values():
        beside[edge.step.source].append(edge.step.destination)
        beside[edge.step.destination].append(edge.step.source)
    reached: set[ServiceRef] = set()
    waiting = [destination for destination, edge in found.items() if edge.desired is not None]
    while waiting:
        ref = waiting.pop()
        if ref not in reached:
            reached.add(ref)
            waiting += beside[ref]
    return {destination: edge for destination, edge in found.items() if destination in reached}


def forest(found: Edges) -> list[tuple[Place, ...]]:
    """Every tree, depth first, in the order of the names; a circle, which Aiven forbids, begins at its first name."""
    below: defaultdict[ServiceRef, list[ServiceRef]] = defaultdict(list)
    for destination in sorted(found, reverse=True):
        below[found[destination].step.source].append(destination)
    seen: set[ServiceRef] = set()
    tops = sorted(source for source in below if source not in found)
    return [_tree(top, found, below, seen) for top in (*tops, *sorted(found)) if top not in seen]


def _tree(
    top: ServiceRef, found: Edges, below: dict[ServiceRef, list[ServiceRef]], seen: set[ServiceRef]
) -> tuple[Place, ...]:
    places: list[Place] = []
    waiting = [(0, top)]
    while waiting:
        depth, ref = waiting.pop()
        if ref in seen:  # back at the beginning of a circle
            continue
        seen.add(ref)
        places.append(Place(depth, ref, found.get(ref)))
        waiting += [(depth + 1, destination) for destination in below.get(ref, ())]
    return tuple(places)


def chain(found: Edges, ref: ServiceRef) -> tuple[Place, ...]:
    """The services above `ref`, from the top, and `ref`; a circle is gone round once."""
    path: list[ServiceRef] = []
    at = ref
    while at not in path:
        path.append(at)
        if at not in found:
            break
        at = found[at].step.source
    return tuple(Place(depth, each, found.get(each)) for depth, each in enumerate(reversed(path)))


def refs(places: Iterable[Sequence[Place]]) -> set[ServiceRef]:
    """Every service of these trees, sources of circles too."""
    found = {place.ref for tree in places for place in tree}
    return found | {place.gate.step.source for tree in places for place in tree if place.gate is not None}
