"""The sandbox at a glance: each service with its version, gate, timers and window, as plain frozen values."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipesync.sandbox import nodes, steps
from pipesync.sandbox.act import Act
from pipesync.sandbox.life import Catalogue, Node, Release, Timer, Update, allowed, is_void, next_opening, timers
from pipesync.sandbox.names import Ref
from pipesync.sandbox.settings import LifeSettings
from pipesync.sandbox.steps import Query, Step
from pipesync.sandbox.world import Service


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before a destination.

    `void`: nothing is held, because the source is powered off. `ahead`: the destination runs a newer version than
    the one let through, `step.validated_version`. `timers`: what is validated automatically, and when.
    """

    step: Step
    source: Service | None
    void: bool
    ahead: bool
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service. `gate` is None for a service without a source.

    `pending` are releases it does not run yet, `held` those among them that its gate holds back. `allowed` is the
    version it may take, at `next_opening` of its window (None: it never opens). `update` is in progress.
    """

    ref: Ref
    service: Service
    update: Update | None
    pending: tuple[Release, ...]
    held: tuple[Release, ...]
    allowed: str | None
    next_opening: datetime | None
    gate: Gate | None
    destinations: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A service's place in the drawn trees: `depth` steps below the service where its pipeline begins."""

    depth: int
    view: ServiceView


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at one moment. `stands`: the clock moves by the controls only; else it follows the wall clock."""

    now: datetime
    stands: bool
    releases: tuple[Release, ...]
    services: tuple[ServiceView, ...]

    def rows(self) -> tuple[Row, ...]:
        """The services as trees, each source before its destinations, each service once."""
        return tuple(_rows({view.ref: view for view in self.services}))


def overview(act: Act) -> Overview:
    """The whole sandbox as it is at the moment of `act`."""
    began, releases = act.began, nodes.catalogue(act.db)
    found = {node.ref: node for node in nodes.every(act.db, began)}
    leading: dict[Ref, Step] = {}
    outgoing: defaultdict[Ref, list[Step]] = defaultdict(list)
    for step in steps.every(act.db, Query()):
        leading.setdefault(step.destination, step)
        outgoing[step.source].append(step)
    views = []
    for node in found.values():
        leads = leading.get(node.ref)
        source = found.get(leads.source) if leads else None
        siblings = outgoing[leads.source] if leads else ()
        gate = gate_of(leads, source, siblings, node, releases, act.settings)
        views.append(view_of(node, gate, source, outgoing[node.ref], releases, act.at))
    return Overview(act.at, began is not None, releases.releases, tuple(views))


def gate_of(
    step: Step | None,
    source: Node | None,
    siblings: Sequence[Step],
    node: Node,
    releases: Catalogue,
    settings: LifeSettings,
) -> Gate | None:
    if step is None:
        return None
    running, validated = node.service.version, step.validated_version
    return Gate(
        step,
        source.service if source else None,
        is_void(step, source),
        running is not None and releases.newer(node.service.type, running, validated),
        timers(step, source, siblings, releases, settings),
    )


def view_of(
    node: Node, gate: Gate | None, source: Node | None, outgoing: Sequence[Step], releases: Catalogue, now: datetime
) -> ServiceView:
    pending = tuple(
        release
        for release in releases.pending(node.service)
        if node.update is None or releases.newer(release.type, release.version, node.update.version)
    )
    held: tuple[Release, ...] = ()
    if gate is not None and not gate.void:
        through = gate.step.validated_version
        held = tuple(
            release for release in pending if through is None or releases.newer(release.type, release.version, through)
        )
    version = allowed(node, gate.step if gate else None, source, releases)
    return ServiceView(
        node.ref,
        node.service,
        node.update,
        pending,
        held,
        None if node.update and version == node.update.version else version,
        next_opening(node.service.maintenance, now),
        gate,
        tuple(step.destination for step in outgoing),
    )


def _rows(views: dict[Ref, ServiceView]) -> Iterator[Row]:
    """Trees in the order of their first services; a circle, which only the controls can make, begins anywhere."""
    drawn: set[Ref] = set()
    roots = [view for view in views.values() if view.gate is None or view.gate.step.source not in views]
    for root in [*roots, *views.values()]:
        waiting = [Row(0, root)]
        while waiting:
            row = waiting.pop()
            if row.view.ref in drawn:
                continue
            drawn.add(row.view.ref)
            yield row
            below = [views[ref] for ref in row.view.destinations if ref in views]
            waiting.extend(Row(row.depth + 1, view) for view in reversed(below))
