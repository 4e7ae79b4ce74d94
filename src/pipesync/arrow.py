"""An upgrade step as an arrow of a picture: from where to where, and what becomes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from pipesync.change import Change, Create, Delete, Forget, Import, Replace, Update
from pipesync.model import ServiceRef
from pipesync.state import StepValues


class Mark(StrEnum):
    """What becomes of a step; a replace is two, the old one `left` and the new one `moved`."""

    KEPT = "kept"
    UNMANAGED = "unmanaged"
    ADDED = "added"
    IMPORTED = "imported"
    CHANGED = "changed"
    MOVED = "moved"
    LEFT = "left"
    REMOVED = "removed"
    CONFLICT = "conflict"


GONE: Final = frozenset({Mark.LEFT, Mark.REMOVED})
"""Steps that are no more once the plan is carried out."""

STILL: Final = frozenset({Mark.KEPT, Mark.UNMANAGED})
"""Steps that nothing happens to."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An upgrade step, from its source to its destination.

    `days` is its delay, `days_before` the old one and `protect_before` the old protection, where they change; `other`
    is the further source of one that moves: the new one of `left`, the old one of `moved`.
    """

    source: ServiceRef
    destination: ServiceRef
    days: int
    mark: Mark = Mark.KEPT
    days_before: int | None = None
    protect: bool = False
    protect_before: bool | None = None
    pipeline: str | None = None
    owner: str | None = None
    other: ServiceRef | None = None


def of_change(change: Change) -> Iterator[Arrow]:
    match change:
        case Create():
            yield of_values(change.after, Mark.ADDED, change.pipeline, change.owner)
        case Import():
            yield _turned(change.before, change.after, Mark.IMPORTED, change)
        case Update():
            yield _turned(change.before, change.after, Mark.CHANGED, change)
        case Replace():
            old = of_values(change.before, Mark.LEFT, change.pipeline, change.owner)
            yield replace(old, other=change.after.source, protect=False)  # the one that it becomes tells of protection
            yield replace(_turned(change.before, change.after, Mark.MOVED, change), other=change.before.source)
        case Delete():
            yield of_values(change.before, Mark.REMOVED, change.pipeline, change.owner)
        case Forget():
            return  # nothing happens to the step: it is the state that forgets it
        case _:
            assert_never(change)


def _turned(before: StepValues, after: StepValues, mark: Mark, change: Change) -> Arrow:
    days, protect = before.auto_validation_delay_days, before.protect
    return replace(
        of_values(after, mark, change.pipeline, change.owner),
        days_before=days if days != after.auto_validation_delay_days else None,
        protect_before=protect if protect != after.protect else None,
    )


def of_values(values: StepValues, mark: Mark, pipeline: str | None, owner: str | None = None) -> Arrow:
    return Arrow(
        values.source,
        values.destination,
        values.auto_validation_delay_days,
        mark,
        protect=values.protect,
        pipeline=pipeline,
        owner=owner,
    )
