"""What the platform does with a request, whichever dialect it came in: on upgrade steps and maintenance."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipesync.sandbox import clock, life_deeds, places, step_deeds, steps
from pipesync.sandbox.access import Access
from pipesync.sandbox.act import Act
from pipesync.sandbox.engine import Allowance, Ask, judge, judge_delay
from pipesync.sandbox.names import Ref
from pipesync.sandbox.places import ProjectRow
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.steps import Page, Query, Step
from pipesync.sandbox.store import Store

Clock = Callable[[], datetime]


def _random_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Platform:
    """The operations; `organization` is the one a request names, None where it came in the flat dialect."""

    store: Store
    clock: Clock
    new_id: Callable[[], str] = _random_id

    def create(self, access: Access, ask: Ask, organization: str | None) -> Step:
        with self._open(organization) as db:
            source = writable_project(db, access, ask.source.project)
            destination = writable_project(db, access, ask.destination.project)
            _judge_organizations(source, destination, organization)
            if not destination.upgrade_pipelines:
                raise RefusalError(
                    f"Upgrade pipelines are not enabled for project {destination.name}",
                    "upgrade_pipeline_not_enabled_for_project",
                )
            judge(db, ask, self._allowance(destination.organization, organization))
            return step_deeds.create(self.act(db), destination.organization, ask, self.new_id())

    def every(self, access: Access, query: Query) -> tuple[Step, ...]:
        with self._open(query.organization) as db:
            return steps.every(db, self._as_seen_by(db, access, query))

    def page(self, access: Access, query: Query, after: int, limit: int) -> Page:
        with self._open(query.organization) as db:
            return steps.page(db, self._as_seen_by(db, access, query), after, limit)

    def get(self, access: Access, step_id: str, organization: str | None) -> Step:
        with self._open(organization) as db:
            return self._find(db, access, step_id, organization)

    def update(self, access: Access, step_id: str, delay_days: int | None, organization: str | None) -> Step:
        """Without a delay there is nothing to change: the step as it is."""
        with self._open(organization) as db:
            step = self._find(db, access, step_id, organization)
            _judge_writing(access, step)
            if delay_days is None:
                return step
            judge_delay(delay_days, self._allowance(step.organization, organization))
            return step_deeds.change(self.act(db), step, delay_days)

    def delete(self, access: Access, step_id: str, organization: str | None) -> None:
        with self._open(organization) as db:
            step = self._find(db, access, step_id, organization)
            _judge_writing(access, step)
            step_deeds.delete(self.act(db), step)

    def validate(self, access: Access, source: Ref, comment: str) -> None:
        """Records a validation of what `source` runs now on each step it is the source of."""
        with self._open(None) as db:
            writable_project(db, access, source.project)
            service = places.service(db, source)
            if service is None:
                raise RefusalError(f"Service {source} does not exist", "service_does_not_exist")
            if service.state == "POWEROFF":
                raise RefusalError(
                    f"Service {source} is powered off; its version cannot be validated",
                    "upgrade_step_validation_not_possible_due_to_service_state",
                )
            step_deeds.validate(self.act(db), source, comment, access.user)

    def start_maintenance(self, access: Access, ref: Ref) -> bool:
        """Starts pending maintenance of a service; False if none is pending."""
        with self._open(None) as db:
            writable_project(db, access, ref.project)
            return life_deeds.start_maintenance(self.act(db), ref)

    def act(self, db: sqlite3.Connection) -> Act:
        """A deed that begins now, in the transaction that `db` is in."""
        return Act(db, self.now(db), self.store.world.life)

    def now(self, db: sqlite3.Connection) -> datetime:
        """The sandbox's time: where its clock stands, or the wall clock's."""
        found = clock.standing(db)
        return self.clock().astimezone(UTC) if found is None else found.now

    @contextmanager
    def _open(self, organization: str | None) -> Iterator[sqlite3.Connection]:
        with self.store.transaction() as db:
            known = {org.id for org in self.store.world.organizations}
            if organization is not None and organization not in known:
                raise RefusalError(f"Organization {organization} does not exist", "organization_not_found")
            yield db

    def _allowance(self, owner: str, organization: str | None) -> Allowance:
        return Allowance(*self.store.world.limits_of(owner, flat=organization is None))

    def _as_seen_by(self, db: sqlite3.Connection, access: Access, query: Query) -> Query:
        if access.reads_everything or self.store.world.unreadable.list == "include":
            return query
        return replace(query, readable=[row.name for row in places.projects(db) if access.can_read(row.name)])

    def _find(self, db: sqlite3.Connection, access: Access, step_id: str, organization: str | None) -> Step:
        step = steps.find(db, step_id)
        absent = RefusalError(f"Upgrade step {step_id} does not exist", "upgrade_step_not_found")
        if step is None or organization not in (None, step.organization):
            raise absent
        if not all(access.can_read(end.project) for end in (step.source, step.destination)):
            if self.store.world.unreadable.get == "upgrade_step_not_found":
                raise absent
            raise RefusalError("The token cannot read both projects of this upgrade step", "permission_denied")
        return step


def readable_project(db: sqlite3.Connection, access: Access, name: str) -> ProjectRow:
    """The project; refuses one that does not exist, and one that the token may not read."""
    row = places.project(db, name)
    if row is None:
        raise RefusalError(f"Project {name} does not exist", "project_not_found")
    if not access.can_read(name):
        raise RefusalError(f"The token cannot read project {name}", "permission_denied")
    return row


def writable_project(db: sqlite3.Connection, access: Access, name: str) -> ProjectRow:
    row = readable_project(db, access, name)
    if not access.can_write(name):
        raise RefusalError(f"The token cannot write to project {name}", "permission_denied")
    return row


def _judge_writing(access: Access, step: Step) -> None:
    for end in (step.source, step.destination):
        if not access.can_write(end.project):
            raise RefusalError(f"The token cannot write to project {end.project}", "permission_denied")


def _judge_organizations(source: ProjectRow, destination: ProjectRow, organization: str | None) -> None:
    if source.organization != destination.organization:
        raise RefusalError(
            f"Projects {source.name} and {destination.name} are of different organizations",
            "same_organization_required",
        )
    if organization not in (None, source.organization):
        raise RefusalError(
            f"Projects {source.name} and {destination.name} are not of organization {organization}",
            "organization_mismatch",
        )
