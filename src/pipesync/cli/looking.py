"""What status reads, and the report that follows: one list, and one call for each project concerned."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipesync.errors import PipesyncError
from pipesync.model import ServiceRef, Spec, UpgradeStep
from pipesync.selection import named, names_of, selected

if TYPE_CHECKING:
    from pipesync.aiven.client import Client
    from pipesync.preflight import Services
    from pipesync.status import StatusReport
    from pipesync.trees import Edge, Edges


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: of which pipelines, or of which services the chains above; `idle` hears of idle patterns."""

    spec: Spec | None
    addresses: tuple[ServiceRef, ...]
    only: tuple[str, ...]
    exclude: tuple[str, ...]
    users: bool
    idle: Callable[[str], None]


def look(client: "Client", question: Question, organization: str | None, api_url: str) -> "StatusReport":
    """Read, and say where everything stands. PipesyncError for an address that is no service."""
    from pipesync import preflight, trees
    from pipesync.status import Sight, StatusReport, seen, summary, told

    found = trees.edges(client.list_steps(), question.spec)
    if question.addresses:
        chosen = found
        places = [trees.chain(found, ref) for ref in question.addresses]
    else:
        spec = question.spec
        chosen = found if spec is None else trees.of_spec(found)
        _check_patterns(question, chosen.values())
        places = trees.forest({ref: edge for ref, edge in chosen.items() if _selected(edge, question)})
    now = datetime.now(UTC)
    refs = trees.refs(places)
    services = preflight.look_up(client, [UpgradeStep(ref, ref, 1) for ref in sorted(refs)], {})
    _check(question.addresses, found, services)
    sight = Sight(seen(refs, services.known, services.unreadable), now, question.users)
    made = told(places, found.values(), sight)
    return StatusReport(
        organization=organization,
        api_url=api_url,
        read_at=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        addresses=tuple(map(str, question.addresses)),
        unreadable=dict(services.unreadable),
        outside=len(found) - len(chosen),
        summary=summary(made),
        trees=made,
    )


def _selected(edge: "Edge", question: Question) -> bool:
    return selected(names_of(edge.step.address, edge.pipeline), question.only, question.exclude)


def _check_patterns(question: Question, edges: "Iterable[Edge]") -> None:
    """Tells `question.idle` of patterns that mean nothing, most likely misspelt."""
    names = {name for edge in edges for name in names_of(edge.step.address, edge.pipeline)}
    for pattern in (*question.only, *question.exclude):
        if not named(names, [pattern]):
            question.idle(pattern)


def _check(addresses: Iterable[ServiceRef], found: "Edges", services: "Services") -> None:
    """PipesyncError unless each address is a service, or an end of a step."""
    from difflib import get_close_matches

    ends = {ref for edge in found.values() for ref in (edge.step.source, edge.step.destination)}
    for ref in addresses:
        if ref in ends or ref.service in services.known.get(ref.project, {}):
            continue
        if ref.project in services.unreadable:
            raise PipesyncError(
                f"project {ref.project} cannot be read, and no upgrade step names {ref}",
                where=services.unreadable[ref.project],
                next="check the name, and the rights of the token",
            )
        there = {str(end) for end in ends}
        there |= {str(ServiceRef(ref.project, name)) for name in services.known.get(ref.project, {})}
        close = get_close_matches(str(ref), sorted(there), n=3)
        advice = f"did you mean {' or '.join(close)}?" if close else "`pipesync status` lists what there is"
        raise PipesyncError(f"there is no service {ref}", next=advice)
