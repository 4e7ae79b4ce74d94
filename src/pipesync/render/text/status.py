"""A status as text: trees with arrows, with addresses each chain explained; the sum comes last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipesync.render import standings
from pipesync.render.colour import BOLD, DIM, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import sections
from pipesync.status import ServiceStatus, StatusReport, Tree

_COLOURS: Final = {"fine": GREEN, "waits": YELLOW, "bad": RED}


@dataclass(frozen=True, slots=True)
class _Lines:
    """What a tree is drawn with; all four are as wide."""

    branch: str
    last: str
    beside: str
    nothing: str = "    "


_BOX: Final = _Lines("├─→ ", "└─→ ", "│   ")
_ASCII: Final = _Lines("+-> ", "+-> ", "|   ")


def status_text(report: StatusReport, paint: Paint, *, ascii_only: bool) -> str:
    drawn = _ASCII if ascii_only else _BOX
    outside = standings.outside(report)
    return sections.text(
        (
            *(
                f"{paint('Warning:', BOLD, YELLOW)} project {name(project)} cannot be read: {visible(why)}"
                for project, why in report.unreadable.items()
            ),
            *("\n".join(_tree(tree, paint, drawn, explained=bool(report.addresses))) for tree in report.trees),
            None if outside is None else f"{outside}.",
            paint(standings.headline(report), BOLD),
        )
    )


def _tree(tree: Tree, paint: Paint, drawn: _Lines, *, explained: bool) -> Iterator[str]:
    told = [f"{word} {name(value)}" for word, value in standings.heading(tree.pipelines, tree.owners)]
    if told:
        yield paint(f"# {', '.join(told)}", BOLD)
    for status, (own, below) in zip(tree.services, _margins(tree.services, drawn), strict=True):
        facts = visible(standings.service(status))
        yield f"{own}{paint(name(status.address), BOLD)}  {facts}"
        for line in _about(status, paint, explained=explained):
            yield f"{below}  {line}"


def _about(status: ServiceStatus, paint: Paint, *, explained: bool) -> Iterator[str]:
    """What is to be said under a service."""
    gate = status.gate
    if gate is not None:
        colour = _COLOURS[standings.colour_class(gate.waits_for)]
        yield paint(visible(gate.words), colour)
        yield paint(f"{standings.delay(gate)}; {visible(standings.validation(gate))}", DIM)
        if gate.differs_from_spec:
            yield paint(standings.DIFFERS, YELLOW)
    if explained:
        if gate is not None:
            yield from (f"- {visible(reason)}" for reason in gate.because)
        elif status.unseen is None:
            yield "no source: nothing holds updates back here"
        if status.next_window is not None:
            yield f"next window: {status.next_window}"
    yield from (f"update: {visible(standings.update(update))}" for update in status.updates)


def _margins(services: Sequence[ServiceStatus], drawn: _Lines) -> list[tuple[str, str]]:
    """Before each service's own line, and before the lines under it: whether a sibling follows is known from below."""
    margins: list[tuple[str, str]] = []
    open_at: set[int] = set()  # depths at which a further service follows on the way up
    depth_below = 0
    for status in reversed(services):
        depth = status.depth
        follows = depth in open_at
        open_at = {at for at in open_at if at < depth} | {depth}
        trunk = "".join(drawn.beside if at in open_at else drawn.nothing for at in range(1, depth))
        own = trunk + (drawn.branch if follows else drawn.last) if depth else ""
        under = trunk + (drawn.beside if follows else drawn.nothing) if depth else ""
        margins.append((own, under + (drawn.beside if depth_below > depth else drawn.nothing)))
        depth_below = depth
    return margins[::-1]
