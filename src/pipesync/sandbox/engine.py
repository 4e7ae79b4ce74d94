"""The platform's rules, judged for one edge as it arrives.

It walks outward from the new step's two ends over the steps that stand; it never looks at the whole set.
"""

import sqlite3
from dataclasses import dataclass
from typing import Final

from pipesync import facts
from pipesync.sandbox import places
from pipesync.sandbox.names import Ref
from pipesync.sandbox.refusal import RefusalError


@dataclass(frozen=True, slots=True)
class Ask:
    """A step that somebody wants."""

    source: Ref
    destination: Ref
    auto_validation_delay_days: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the account allows: steps in a row, and days."""

    chain_steps: int
    delay_days: int


_ABOVE: Final = """
WITH RECURSIVE above (project, service, length) AS (
  VALUES (:project, :service, 0)
  UNION
  SELECT source_project, source_service, length + 1 FROM steps JOIN above
    ON destination_project = project AND destination_service = service WHERE length < :enough
)
SELECT max(length) FROM above
"""

_BELOW: Final = """
WITH RECURSIVE below (project, service, length) AS (
  VALUES (:project, :service, 0)
  UNION
  SELECT destination_project, destination_service, length + 1 FROM steps JOIN below
    ON source_project = project AND source_service = service WHERE length < :enough
)
SELECT max(length) FROM below
"""

_ANCESTORS: Final = """
WITH RECURSIVE above (project, service) AS (
  VALUES (:project, :service)
  UNION
  SELECT source_project, source_service FROM steps JOIN above
    ON destination_project = project AND destination_service = service
)
SELECT project, service FROM above
"""


def judge(db: sqlite3.Connection, ask: Ask, allowance: Allowance) -> None:
    """Refuses `ask` if the platform would not take it; the projects have been judged before."""
    _judge_services(db, ask)
    judge_delay(ask.auto_validation_delay_days, allowance)
    _judge_edge(db, ask, allowance)


def judge_delay(days: int, allowance: Allowance) -> None:
    if not facts.MIN_DELAY_DAYS <= days <= allowance.delay_days:
        raise RefusalError(
            f"auto_validation_delay_days must be {facts.MIN_DELAY_DAYS} to {allowance.delay_days}, not {days}",
            "bad_request",
        )


def _judge_services(db: sqlite3.Connection, ask: Ask) -> None:
    source, destination = places.service(db, ask.source), places.service(db, ask.destination)
    if source is None:
        raise RefusalError(f"Source service {ask.source} does not exist", "upgrade_step_source_service_not_found")
    if destination is None:
        raise RefusalError(
            f"Destination service {ask.destination} does not exist",
            "upgrade_step_destination_service_not_found",
        )
    for service_type in (source.type, destination.type):
        if service_type in facts.UNSUPPORTED_SERVICE_TYPES:
            raise RefusalError(
                f"Services of type {service_type} cannot be in an upgrade pipeline",
                "upgrade_step_unsupported_service_type",
            )
    if source.type != destination.type:
        raise RefusalError(
            f"The source is of type {source.type} and the destination of type {destination.type}",
            "upgrade_step_service_type_mismatch",
        )


def _judge_edge(db: sqlite3.Connection, ask: Ask, allowance: Allowance) -> None:
    if ask.source == ask.destination:
        raise RefusalError(f"{ask.destination} cannot be its own source", "upgrade_step_would_create_cycle")
    standing = db.execute(
        "SELECT source_project, source_service FROM steps WHERE destination_project = ? AND destination_service = ?",
        ask.destination,
    ).fetchone()
    if standing is not None:
        raise RefusalError(
            f"The destination service {ask.destination} already has the source service {Ref(*standing)}",
            "upgrade_step_destination_already_has_source",
        )
    if ask.destination in {Ref(*row) for row in db.execute(_ANCESTORS, ask.source._asdict())}:
        raise RefusalError(
            f"{ask.destination} already comes before {ask.source}: the step would create a cycle",
            "upgrade_step_would_create_cycle",
        )
    # One more than allowed is enough to know, and an end to walking where a cycle was inserted from outside.
    enough = {"enough": allowance.chain_steps + 1}
    ((above,),) = db.execute(_ABOVE, ask.source._asdict() | enough)
    ((below,),) = db.execute(_BELOW, ask.destination._asdict() | enough)
    if (length := above + 1 + below) > allowance.chain_steps:
        raise RefusalError(
            f"The chain would be at least {length} steps long; the maximum is {allowance.chain_steps}",
            "upgrade_step_exceeds_max_chain_length",
        )
