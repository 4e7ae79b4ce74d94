"""A status as text: trees with arrows, with addresses each chain explained; the sum comes last."""

from collections.abc import Iterator
from typing import Final

from pipesync.render.colour import BOLD, DIM, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import sections
from pipesync.render.text.branches import ASCII, BOX, Lines, margins
from pipesync.render.words import standings
from pipesync.status import ServiceStatus, StatusReport, Tree

_COLOURS: Final = {"fine": GREEN, "waits": YELLOW, "bad": RED}


def status_text(report: StatusReport, paint: Paint, *, ascii_only: bool) -> str:
    drawn = ASCII if ascii_only else BOX
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


def _tree(tree: Tree, paint: Paint, drawn: Lines, *, explained: bool) -> Iterator[str]:
    told = [f"{word} {name(value)}" for word, value in standings.heading(tree.pipelines, tree.owners)]
    if told:
        yield paint(f"# {', '.join(told)}", BOLD)
    beside = margins([status.depth for status in tree.services], drawn)
    for status, (own, below) in zip(tree.services, beside, strict=True):
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
