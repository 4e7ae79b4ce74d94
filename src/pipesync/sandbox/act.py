"""What every deed needs: the database inside a transaction, the moment at which it is done, and the settings.

What a deed brings about at once (maintenance of no length, a timer that is overdue) is brought about with it.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pipesync.sandbox import clock, log, nodes, steps
from pipesync.sandbox.life import Node, Update, allowed
from pipesync.sandbox.moments import iso
from pipesync.sandbox.names import Ref
from pipesync.sandbox.passage import Happening, Passage, begun
from pipesync.sandbox.settings import LifeSettings
from pipesync.sandbox.world import StepValidation


@dataclass(frozen=True, slots=True)
class Act:
    """One deed under way; it is for one transaction."""

    db: sqlite3.Connection
    at: datetime
    settings: LifeSettings

    @property
    def began(self) -> datetime | None:
        """Since when the clock stands; None while it follows the wall clock."""
        found = clock.standing(self.db)
        return None if found is None else found.began

    def begin_life(self) -> None:
        """The clock stands from now on, if it does not yet."""
        clock.stop(self.db, self.at)

    def node(self, ref: Ref) -> Node | None:
        return nodes.find(self.db, ref, self.began)

    def allowed(self, node: Node) -> str | None:
        """The newer version that the service may take now, None if there is none."""
        step = steps.to_destination(self.db, node.ref)
        source = self.node(step.source) if step else None
        return allowed(node, step, source, nodes.catalogue(self.db))

    def note(
        self,
        kind: str,
        service: Ref | None = None,
        version: str | None = None,
        step_id: str | None = None,
        **detail: Any,
    ) -> None:
        """Writes the deed into the log."""
        log.write(self.db, self.at, kind, service=service, version=version, step_id=step_id, detail=detail)

    def update(self, node: Node, version: str) -> None:
        """Maintenance that brings `version` begins now."""
        self.note("update_started", node.ref, version)
        done = self.at + timedelta(minutes=self.settings.maintenance_minutes)
        nodes.save(self.db, begun(node, Update(version, done)))

    def settle(self, *refs: Ref) -> None:
        """What is due for these services at this very moment happens; nothing while no clock stands."""
        if (began := self.began) is None:
            return
        found = [node for ref in dict.fromkeys(refs) if (node := nodes.find(self.db, ref, began)) is not None]
        outgoing = [step for node in found for step in steps.of_source(self.db, node.ref)]
        passage = Passage(found, outgoing, nodes.catalogue(self.db), self.settings)
        passage.run(self.at, self.at)
        self.record(passage, found)

    def record(self, passage: Passage, before: Iterable[Node]) -> None:
        """Keeps what a passage of time brought about."""
        for happening in passage.happenings:
            self._record(happening)
        for node in before:
            if passage.nodes[node.ref] is not node:
                nodes.save(self.db, passage.nodes[node.ref])

    def _record(self, happening: Happening) -> None:
        step, version = happening.step, happening.version
        then = replace(self, at=happening.at)
        if step is None:
            then.note(happening.kind, happening.ref, version)
        else:
            validation = StepValidation(comment="", validated_at=iso(happening.at), validated_by_user=None)
            steps.validate(self.db, step.step_id, validation, version)
            steps.let_through(self.db, step.step_id, version)
            then.note(happening.kind, happening.ref, version, step.step_id, destination=str(step.destination))
