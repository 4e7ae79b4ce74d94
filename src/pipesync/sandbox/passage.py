"""Time passing, as a pure computation: what maintenance, timers and windows bring about between two moments.

At one moment maintenance ends first, then timers validate, then windows open; among equals the older service or step
comes first, so that it does not matter in how many passages time has passed. A window that opened at the very
moment where the passage begins has been missed.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from pipesync.sandbox.life import Catalogue, Node, Receipt, Update, allowed, next_opening, timers
from pipesync.sandbox.names import Ref
from pipesync.sandbox.settings import LifeSettings
from pipesync.sandbox.steps import Step

_DONE: Final = 0
_TIMER: Final = 1
_OPENING: Final = 2
_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came about by itself: to the service `ref`, and for a validation through `step`."""

    at: datetime
    kind: Literal["update_started", "update_finished", "validated_automatically"]
    ref: Ref
    version: str
    step: Step | None = None


class Passage:
    """Services and steps while time passes over them; what has changed is told in `happenings`, in order."""

    def __init__(
        self, nodes: Iterable[Node], steps: Iterable[Step], catalogue: Catalogue, settings: LifeSettings
    ) -> None:
        self.nodes = {node.ref: node for node in nodes}
        self.steps = {step.step_id: step for step in steps}
        self.happenings: list[Happening] = []
        self._catalogue, self._settings = catalogue, settings
        self._to: dict[Ref, str] = {}
        self._from: defaultdict[Ref, list[str]] = defaultdict(list)
        for step in self.steps.values():
            self._to.setdefault(step.destination, step.step_id)
            self._from[step.source].append(step.step_id)
        self._agenda: list[tuple[datetime, int, int, Ref | str]] = []
        everything: list[Ref | str] = [*self.nodes, *self.steps]
        self._order = {what: place for place, what in enumerate(everything)}
        self._since = datetime.min.replace(tzinfo=UTC)

    def run(self, since: datetime, to: datetime) -> None:
        """Lets the time from `since` (exclusive) to `to` (inclusive) pass."""
        self._since = since
        for node in self.nodes.values():
            if node.update is not None:
                self._plan(node.update.done, _DONE, node.ref)
            self._await_opening(node.ref, since)
        for step_id in self.steps:
            self._await_timers(step_id)
        while self._agenda and self._agenda[0][0] <= to:
            at, kind, _, what = heapq.heappop(self._agenda)
            at = max(at, since)  # what a shorter delay makes overdue happens now
            if isinstance(what, str):
                self._validate(what, at)
            elif kind == _DONE:
                self._finish(what, at)
            else:
                self._open(what, at)

    def _plan(self, at: datetime, kind: int, what: Ref | str) -> None:
        heapq.heappush(self._agenda, (at, kind, self._order[what], what))

    def _allowed(self, node: Node) -> str | None:
        step = self.steps.get(self._to.get(node.ref, ""))
        return allowed(node, step, self.nodes.get(step.source) if step else None, self._catalogue)

    def _await_opening(self, ref: Ref, after: datetime) -> None:
        node = self.nodes.get(ref)
        if node is None or self._allowed(node) is None:
            return
        if (opening := next_opening(node.service.maintenance, max(after, self._since))) is not None:
            self._plan(opening, _OPENING, ref)

    def _await_timers(self, step_id: str) -> None:
        step = self.steps[step_id]
        siblings = [self.steps[each] for each in self._from[step.source]]
        for timer in timers(step, self.nodes.get(step.source), siblings, self._catalogue, self._settings):
            self._plan(timer.due, _TIMER, step_id)

    def _open(self, ref: Ref, at: datetime) -> None:
        node = self.nodes[ref]
        version = self._allowed(node)
        if version is None or node.service.state != "RUNNING":
            return
        update = Update(version, at + timedelta(minutes=self._settings.maintenance_minutes))
        self.nodes[ref] = begun(node, update)
        self.happenings.append(Happening(at, "update_started", ref, version))
        self._plan(update.done, _DONE, ref)

    def _finish(self, ref: Ref, at: datetime) -> None:
        node = self.nodes[ref]
        assert node.update is not None
        self.nodes[ref] = finished(node, at)
        self.happenings.append(Happening(at, "update_finished", ref, node.update.version))
        self._await_opening(ref, at - _INSTANT)
        for step_id in self._from[ref]:
            self._await_timers(step_id)

    def _validate(self, step_id: str, at: datetime) -> None:
        step = self.steps[step_id]
        siblings = [self.steps[each] for each in self._from[step.source]]
        running = timers(step, self.nodes.get(step.source), siblings, self._catalogue, self._settings)
        due = [timer for timer in running if timer.due <= at]
        if not due:
            return
        version = due[-1].version
        self.steps[step_id] = replace(step, validated_version=version)
        self.happenings.append(Happening(at, "validated_automatically", step.source, version, step))
        self._await_opening(step.destination, at - _INSTANT)


def begun(node: Node, update: Update) -> Node:
    """The service with maintenance in progress."""
    return replace(node, service=node.service.model_copy(update={"state": "REBUILDING"}), update=update)


def finished(node: Node, at: datetime) -> Node:
    """The service with its maintenance done."""
    assert node.update is not None
    version = node.update.version
    service = node.service.model_copy(update={"state": "RUNNING", "version": version})
    return replace(node, service=service, update=None, receipts=(*node.receipts, Receipt(version, at)))
