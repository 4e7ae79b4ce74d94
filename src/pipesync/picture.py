"""Pictures of pipelines as values: which service waits for which, and what becomes of each upgrade step.

A picture is made of a plan, a spec, live steps or a state; Mermaid, SVG and text are drawn of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipesync.arrow import GONE, STILL, Arrow, Mark, of_change, of_values
from pipesync.model import LiveStep, Service, ServiceRef, Spec
from pipesync.plan import Plan
from pipesync.state import State


@dataclass(frozen=True, slots=True)
class Place:
    """A service, so many arrows below its top, and the arrow to it (None at a top).

    A `ghost` stands below a source whose step goes away, while the service itself has its place elsewhere.
    """

    depth: int
    ref: ServiceRef
    arrow: Arrow | None
    ghost: bool = False

    @property
    def changes(self) -> bool:
        return self.arrow is not None and self.arrow.mark not in STILL


@dataclass(frozen=True, slots=True)
class Tree:
    """The services of a pipeline, and what is connected with them, depth first, below one top or several.

    `left_out` of them have no place in it, and with `changes_left_out` of those something happens.
    """

    places: tuple[Place, ...]
    pipelines: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    left_out: int = 0
    changes_left_out: int = 0

    @property
    def arrows(self) -> Iterator[Arrow]:
        return (place.arrow for place in self.places if place.arrow is not None)


@dataclass(frozen=True, slots=True)
class Picture:
    """Trees, those that lose something first, then by the names of their pipelines; `off` services are powered off."""

    trees: tuple[Tree, ...]
    off: frozenset[ServiceRef] = frozenset()


def of_plan(plan: Plan) -> Picture:
    """The whole trees in which a plan changes something, with the steps that stay as they are."""
    conflicts = {finding.address for finding in plan.refusals if finding.code == "conflict"}
    foreign = {each.address for each in (*plan.unmanaged, *plan.unmanaged_by_spec)}
    arrows = [arrow for change in plan.changes for arrow in of_change(change)]
    for neighbour in plan.neighbours:
        arrow = of_values(neighbour.live, Mark.KEPT, neighbour.pipeline)
        if neighbour.address in conflicts:
            arrow = replace(arrow, mark=Mark.CONFLICT)
        elif neighbour.address in foreign:
            arrow = replace(arrow, mark=Mark.UNMANAGED)
        arrows.append(arrow)
    return picture(arrows, _off(plan.context))


def _off(context: Mapping[str, Any]) -> frozenset[ServiceRef]:
    """What a plan's context says of power; nothing where that is not there, or not what this version knows."""
    try:
        return frozenset(map(ServiceRef.parse, context["powered_off"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return frozenset()


def of_spec(spec: Spec) -> Picture:
    """Every step that a spec asks for, or tells us to leave alone."""
    return picture(
        Arrow(
            desired.step.source,
            desired.step.destination,
            desired.step.auto_validation_delay_days,
            Mark.KEPT if desired.manage else Mark.UNMANAGED,
            protect=desired.protect,
            pipeline=desired.pipeline,
            owner=desired.owner,
        )
        for desired in spec.steps
    )


def of_live(live: Iterable[LiveStep], services: Iterable[Service] = (), spec: Spec | None = None) -> Picture:
    """Every live step; `services` tell what is powered off, `spec` what the pipelines are called."""
    named = {each.step.destination: each for each in spec.steps} if spec is not None else {}
    arrows = []
    for each in live:
        desired = named.get(each.step.destination)
        label = (desired.pipeline, desired.owner) if desired is not None else (None, None)
        step = each.step
        arrows.append(
            Arrow(step.source, step.destination, step.auto_validation_delay_days, pipeline=label[0], owner=label[1])
        )
    return picture(arrows, (service.ref for service in services if service.powered_off))


def of_state(state: State) -> Picture:
    """Every recorded step."""
    return picture(of_values(record.values, Mark.KEPT, record.pipeline) for record in state.steps)


def picture(arrows: Iterable[Arrow], off: Iterable[ServiceRef] = ()) -> Picture:
    """The trees that `arrows` make, in an order that follows from their names alone."""
    ordered = sorted(arrows, key=lambda arrow: (arrow.mark in GONE, arrow.destination, arrow.source))
    trees = [_tree(together) for together in _connected(ordered)]
    return Picture(tuple(sorted(trees, key=_rank)), frozenset(off))


def _rank(tree: Tree) -> tuple[bool, bool, tuple[str, ...], ServiceRef]:
    loses = any(arrow.mark in GONE for arrow in tree.arrows)
    return (not loses, not tree.pipelines, tree.pipelines, tree.places[0].ref)


def _connected(arrows: Sequence[Arrow]) -> Iterator[list[Arrow]]:
    """The arrows of each set of services that are connected or of one pipeline, in their order."""
    beside: defaultdict[ServiceRef | str, list[ServiceRef | str]] = defaultdict(list)
    for arrow in arrows:
        ends = (arrow.source,) if arrow.pipeline is None else (arrow.source, arrow.pipeline)
        for end in ends:
            beside[arrow.destination].append(end)
            beside[end].append(arrow.destination)
    number: dict[ServiceRef | str, int] = {}
    groups: list[list[Arrow]] = []
    for arrow in arrows:
        if arrow.destination not in number:
            waiting: list[ServiceRef | str] = [arrow.destination]
            while waiting:
                each = waiting.pop()
                if each not in number:
                    number[each] = len(groups)
                    waiting += beside[each]
            groups.append([])
        groups[number[arrow.destination]].append(arrow)
    yield from groups


def _tree(arrows: Sequence[Arrow]) -> Tree:
    """`arrows` begin with those that stay: where a service has two, it stands below the source that it keeps."""
    into: dict[ServiceRef, Arrow] = {}
    below: defaultdict[ServiceRef, list[Arrow]] = defaultdict(list)
    for arrow in arrows:
        into.setdefault(arrow.destination, arrow)
        below[arrow.source].append(arrow)
    for waiting in below.values():
        waiting.sort(key=lambda arrow: (arrow.destination, arrow.mark in GONE), reverse=True)  # popped from the end
    tops = sorted(source for source in below if source not in into)
    circles = sorted(into, key=lambda ref: (into[ref].mark not in GONE, ref))  # begin where they are cut
    seen: set[ServiceRef] = set()
    places: list[Place] = []
    for top in (*tops, *circles):
        if top not in seen:
            places += _walk(top, into, below, seen)
    return Tree(
        tuple(places),
        tuple(dict.fromkeys(arrow.pipeline for arrow in arrows if arrow.pipeline is not None)),
        tuple(dict.fromkeys(arrow.owner for arrow in arrows if arrow.owner is not None)),
    )


def _walk(
    top: ServiceRef, into: Mapping[ServiceRef, Arrow], below: Mapping[ServiceRef, list[Arrow]], seen: set[ServiceRef]
) -> Iterator[Place]:
    seen.add(top)
    yield Place(0, top, None)
    waiting = [(1, arrow) for arrow in below.get(top, ())]
    while waiting:
        depth, arrow = waiting.pop()
        ref = arrow.destination
        if ref in seen or into[ref] is not arrow:
            yield Place(depth, ref, arrow, ghost=True)
            continue
        seen.add(ref)
        yield Place(depth, ref, arrow)
        waiting += [(depth + 1, each) for each in below.get(ref, ())]


def essential(tree: Tree) -> Tree:
    """`tree` without what stays as it is, except what stands above a change; all of one that does not change."""
    chosen: list[Place] = []
    above = -1  # the depth at which the source of what was chosen last stands
    for place in reversed(tree.places):
        if place.changes or place.depth == above:
            chosen.append(place)
            above = place.depth - 1
    if not chosen:
        return tree
    return replace(tree, places=tuple(chosen[::-1]), left_out=tree.left_out + len(tree.places) - len(chosen))


def shortened(tree: Tree, most: int) -> Tree:
    """`tree` with at most `most` places: whole, else what is essential, else the beginning of that."""
    if len(tree.places) <= most:
        return tree
    short = essential(tree)
    if len(short.places) <= most:
        return short
    rest = short.places[most:]
    return replace(
        short,
        places=short.places[:most],
        left_out=short.left_out + len(rest),
        changes_left_out=short.changes_left_out + sum(place.changes for place in rest),
    )
