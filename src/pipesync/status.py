"""The answer of `pipesync status`: where every upgrade is, and what each step waits for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from pipesync.model import ByProject, PendingUpdate, Service, ServiceRef, Validation, service_at
from pipesync.standing import NOT_LIVE, PERSONAL, Code, Standing, Unseen, standing
from pipesync.state import Value
from pipesync.trees import Edge, Place

Seen = Mapping[ServiceRef, Service | Unseen]


class UpdateStatus(Value):
    """A maintenance update that waits, in Aiven's words."""

    description: str
    start_after: str | None
    start_at: str | None
    deadline: str | None

    @classmethod
    def of(cls, update: PendingUpdate) -> Self:
        return cls(
            description=update.description,
            start_after=update.start_after,
            start_at=update.start_at,
            deadline=update.deadline,
        )


class ValidationStatus(Value):
    """A step's last validation; `by` is null unless users are to be named."""

    validated_at: str
    automatic: bool
    by: str | None
    comment: str

    @classmethod
    def of(cls, validation: Validation, *, users: bool) -> Self:
        return cls(
            validated_at=validation.at,
            automatic=validation.by is None,
            by=validation.by if users else None,
            comment=validation.comment,
        )


class GateStatus(Value):
    """The step that a service is the destination of, and what it waits for: as a code, in a sentence, and why.

    `automatic_from` and `automatic_by` bound the next automatic validation; `window_on` is the destination's next one.
    """

    source: str
    auto_validation_delay_days: int
    step_id: str | None
    pipeline: str | None
    owner: str | None
    last_validation: ValidationStatus | None
    waits_for: Code
    words: str
    because: tuple[str, ...]
    automatic_from: str | None
    automatic_by: str | None
    window_on: str | None
    differs_from_spec: bool


class ServiceStatus(Value):
    """A service, `depth` steps below the top of its tree; null is what Aiven does not show, and `unseen` says why."""

    address: str
    depth: int
    service_type: str | None = None
    version: str | None = None
    state: str | None = None
    window: str | None = None
    next_window: str | None = None
    updates: tuple[UpdateStatus, ...] = ()
    unseen: str | None = None
    gate: GateStatus | None


class Tree(Value):
    """Services that hang together, depth first; or a service and the chain above it, from the top."""

    pipelines: tuple[str, ...]
    owners: tuple[str, ...]
    services: tuple[ServiceStatus, ...]


class StatusReport(Value):
    """All that was asked for. `outside` counts the live steps that have nothing to do with the spec."""

    format: Literal["pipesync.status"] = "pipesync.status"
    format_version: str = Field(default="1.0", pattern=r"^1\.[0-9]+$")
    organization: str | None
    api_url: str
    read_at: str
    addresses: tuple[str, ...] = ()
    unreadable: dict[str, str]  # project → why
    outside: int = 0
    summary: dict[Code, int]
    trees: tuple[Tree, ...]

    @property
    def waits_for_a_person(self) -> bool:
        return any(code in PERSONAL for code in self.summary)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of the services, and when it was read; whether users are to be named."""

    services: Seen
    now: datetime
    users: bool = False


def seen(
    refs: Iterable[ServiceRef], known: ByProject, unreadable: Mapping[str, str]
) -> dict[ServiceRef, Service | Unseen]:
    """Each service as far as its project shows it."""
    found: dict[ServiceRef, Service | Unseen] = {}
    for ref in refs:
        service = service_at(known, ref)
        if service is not None:
            found[ref] = service
        elif ref.project in unreadable:
            found[ref] = Unseen("its project cannot be read")
        else:
            found[ref] = Unseen("there is no such service (any more)")
    return found


def told(places: Iterable[Sequence[Place]], edges: Iterable[Edge], sight: Sight) -> tuple[Tree, ...]:
    """The trees with everything that is known of them: those of pipelines first, by name. `edges` are all there are."""
    shortest: defaultdict[ServiceRef, list[int]] = defaultdict(list)
    for edge in edges:
        if edge.live is not None:
            shortest[edge.step.source].append(edge.step.auto_validation_delay_days)
    days = {source: min(delays) for source, delays in shortest.items()}
    made = [_tree(tree, sight, days) for tree in places]
    return tuple(sorted(made, key=lambda tree: (not tree.pipelines, tree.pipelines)))


def summary(made: Iterable[Tree]) -> dict[Code, int]:
    """How many steps wait for what, each once, in the order of the codes."""
    gates = {
        service.address: service.gate.waits_for
        for tree in made
        for service in tree.services
        if service.gate is not None
    }
    counts = Counter(gates.values())
    return {code: counts[code] for code in Code if counts[code]}


def _tree(places: Sequence[Place], sight: Sight, days: Mapping[ServiceRef, int]) -> Tree:
    desired = [place.gate.desired for place in places if place.gate is not None and place.gate.desired is not None]
    return Tree(
        pipelines=tuple(dict.fromkeys(step.pipeline for step in desired if step.pipeline is not None)),
        owners=tuple(dict.fromkeys(step.owner for step in desired if step.owner is not None)),
        services=tuple(_service(place, sight, days) for place in places),
    )


def _service(place: Place, sight: Sight, days: Mapping[ServiceRef, int]) -> ServiceStatus:
    service = sight.services[place.ref]
    gate = None if place.gate is None else _gate(place.gate, sight, days)
    if isinstance(service, Unseen):
        return ServiceStatus(address=str(place.ref), depth=place.depth, unseen=service.reason, gate=gate)
    window = service.window
    return ServiceStatus(
        address=str(place.ref),
        depth=place.depth,
        service_type=service.service_type,
        version=service.version,
        state=service.state,
        window=None if window is None else str(window),
        next_window=None if window is None else _iso(window.next(sight.now)),
        updates=tuple(map(UpdateStatus.of, service.updates)),
        gate=gate,
    )


def _gate(edge: Edge, sight: Sight, days: Mapping[ServiceRef, int]) -> GateStatus:
    step, live, desired = edge.step, edge.live, edge.desired
    found = _standing(edge, sight, days)
    validation = None if live is None else live.last_validation
    return GateStatus(
        source=str(step.source),
        auto_validation_delay_days=step.auto_validation_delay_days,
        step_id=None if live is None else live.step_id,
        pipeline=edge.pipeline,
        owner=None if desired is None else desired.owner,
        last_validation=None if validation is None else ValidationStatus.of(validation, users=sight.users),
        waits_for=found.code,
        words=found.words,
        because=found.because,
        automatic_from=_iso(found.automatic_from),
        automatic_by=_iso(found.automatic_by),
        window_on=_iso(found.window_on),
        differs_from_spec=edge.differs,
    )


def _standing(edge: Edge, sight: Sight, days: Mapping[ServiceRef, int]) -> Standing:
    if edge.live is None:
        return NOT_LIVE
    source, destination = sight.services[edge.step.source], sight.services[edge.step.destination]
    return standing(edge.live, source, destination, sight.now, days[edge.step.source])


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")
