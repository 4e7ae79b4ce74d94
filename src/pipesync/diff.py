"""The decision table: from desired, live and recorded steps to the change at each address.

| in spec | live | that step id in state | change |
| --- | --- | --- | --- |
| yes | same source, same delay | yes | none |
| yes | same source, other delay | yes | update |
| yes | other source | yes | replace |
| yes | same source | no | import |
| yes | other source | no | conflict, or a replace that was asked for (`take_over`) |
| yes | absent | any | create |
| no | present | yes | delete |
| no | present | no | none; unmanaged |
| no | absent, or another step id | yes | forget |

A recorded id that lives under other names was renamed by Aiven, for the names of a step cannot be changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pipesync.model import DesiredStep, LiveStep
from pipesync.ownership import Interrupted
from pipesync.plan import (
    Change,
    Create,
    Delete,
    Finding,
    Forget,
    Import,
    Place,
    Reason,
    Replace,
    SetBy,
    Unmanaged,
    Update,
)
from pipesync.situation import Situation
from pipesync.state import RecordedStep, StepValues


@dataclass(slots=True)
class Diff:
    """What was decided, address by address; `problems` are conflicts (refused) and stale names (errors)."""

    changes: list[Change] = field(default_factory=list)
    unchanged: list[tuple[DesiredStep, LiveStep]] = field(default_factory=list)
    unmanaged: list[Unmanaged] = field(default_factory=list)
    unmanaged_by_spec: list[Unmanaged] = field(default_factory=list)
    conflicts: list[Finding] = field(default_factory=list)
    stale_names: list[Finding] = field(default_factory=list)


def diff(
    desired: Iterable[DesiredStep],
    live: Iterable[LiveStep],
    recorded: Iterable[RecordedStep],
    *,
    interrupted: Interrupted,
    take_over: frozenset[str] = frozenset(),
) -> Diff:
    """Decide every address; `recorded` is the settled state, and each recorded id that `live` lacks is gone."""
    live, recorded = tuple(live), tuple(recorded)
    wanted = {step.step.address: step for step in desired}
    by_id = {record.step_id: record for record in recorded}
    ids = {step.step_id for step in live}
    gone = {record.step.address: record for record in recorded if record.step_id not in ids}
    lives = {step.step.address: step for step in live}
    result = Diff()
    left_alone = set(_stale_names(wanted, lives, by_id, result))
    for name in sorted((wanted.keys() | lives.keys() | gone.keys()) - left_alone):
        at = lives.get(name)
        record = None if at is None else by_id.get(at.step_id)
        known = Situation(name, wanted.get(name), at, record, gone.get(name), interrupted.get(name))
        _decide(known, result, take_over)
    return result


def _decide(at: Situation, result: Diff, take_over: frozenset[str]) -> None:
    match at.desired, at.live:
        case None, None:
            _forget(at, result)
        case None, LiveStep() as live:
            _not_desired(at, live, result)
        case DesiredStep(manage=False) as desired, _:
            _hands_off(at, desired, result)
        case DesiredStep() as desired, None:
            result.changes.append(
                Create(address=at.name, reason=at.why_absent, after=_values(desired), **_settled(desired))
            )
        case DesiredStep() as desired, LiveStep() as live:
            _both(at, desired, live, result, take_over)


def _both(at: Situation, desired: DesiredStep, live: LiveStep, result: Diff, take_over: frozenset[str]) -> None:
    ours = at.record is not None and not at.renamed
    if ours and desired.step == live.step and desired.protect == at.protect:
        result.unchanged.append((desired, live))
        return
    before = StepValues.of_live(live, protect=at.protect)
    after = _values(desired, step_id=live.step_id)
    change: Change
    if desired.step.source == live.step.source:
        kind, reason = (Update, at.why_updated) if ours else (Import, at.why_imported)
        change = kind(address=at.name, reason=reason, before=before, after=after, **_settled(desired))
    elif at.record is None and at.name not in take_over:
        result.conflicts.append(_conflict(at, desired, live))
        return
    else:
        after = _values(desired)
        change = Replace(address=at.name, reason=at.why_replaced, before=before, after=after, **_settled(desired))
    result.changes.append(change)


def _not_desired(at: Situation, live: LiveStep, result: Diff) -> None:
    if at.record is None:
        result.unmanaged.append(Unmanaged(address=at.name, live=StepValues.of_live(live)))
        _forget(at, result)
        return
    before = StepValues.of_live(live, protect=at.record.protect)
    reason = at.outside or (Reason.LEFT_BY_INTERRUPTED_APPLY if at.interrupted else Reason.REMOVED_FROM_SPEC)
    result.changes.append(Delete(address=at.name, reason=reason, before=before, pipeline=at.record.pipeline))


def _hands_off(at: Situation, desired: DesiredStep, result: Diff) -> None:
    """`manage: false`: the state forgets the step, and every plan lists it."""
    live = None if at.live is None else StepValues.of_live(at.live)
    result.unmanaged_by_spec.append(
        Unmanaged(address=at.name, live=live, pipeline=desired.pipeline, origin=Place.of(desired.origin))
    )
    if at.record is not None and at.live is not None:
        before = StepValues.of_live(at.live, protect=at.protect)  # its names may not be those of the record any more
        result.changes.append(Forget(address=at.name, reason=Reason.SPEC_CHANGED, before=before, **_labels(desired)))
    elif at.gone is not None:
        result.changes.append(
            Forget(address=at.name, reason=Reason.REMOVED_OUTSIDE, before=at.gone.values, **_labels(desired))
        )


def _forget(at: Situation, result: Diff) -> None:
    if at.gone is not None:
        result.changes.append(
            Forget(address=at.name, reason=at.why_absent, before=at.gone.values, pipeline=at.gone.pipeline)
        )


def _conflict(at: Situation, desired: DesiredStep, live: LiveStep) -> Finding:
    return Finding(
        code="conflict",
        address=at.name,
        message=f"{at.name} already waits for {live.step.source} by a step that is not ours ({live.step_id}); "
        f"the spec wants it to wait for {desired.step.source}",
        next=f"let the spec name {live.step.source} to import the step as it is, or replace it on purpose with "
        f"--take-over {at.name}",
        origin=Place.of(desired.origin),
    )


def _stale_names(
    wanted: dict[str, DesiredStep], lives: dict[str, LiveStep], by_id: dict[str, RecordedStep], result: Diff
) -> Iterator[str]:
    """Addresses about which nothing can be decided, because the spec holds a name that Aiven has changed."""
    for new, live in sorted(lives.items()):
        record = by_id.get(live.step_id)
        if record is None or record.ends == live.ends:
            continue
        old = record.step.address
        if new in wanted:
            if wanted[new].step.source == record.source != live.step.source:
                yield new
                result.stale_names.append(_stale_name(wanted[new], record, live))
        elif old in wanted and old not in lives:
            yield from (new, old)
            result.stale_names.append(_stale_name(wanted[old], record, live))


def _stale_name(desired: DesiredStep, record: RecordedStep, live: LiveStep) -> Finding:
    names = [(record.destination, live.step.destination), (record.source, live.step.source)]
    renamed = ", ".join(f"{old} is now {new}" for old, new in names if old != new)
    return Finding(
        code="renamed_outside",
        address=desired.step.address,
        message=f"Aiven renamed a service of step {live.step_id}: {renamed}",
        next=f"write the new name in the spec ({Place.of(desired.origin)})",
        origin=Place.of(desired.origin),
    )


def _values(desired: DesiredStep, *, step_id: str | None = None) -> StepValues:
    return StepValues.of(desired.step, protect=desired.protect, step_id=step_id)


def _labels(desired: DesiredStep) -> dict[str, Any]:
    return {"pipeline": desired.pipeline, "owner": desired.owner, "origin": Place.of(desired.origin)}


def _settled(desired: DesiredStep) -> dict[str, Any]:
    level, origin = desired.delay_set_by
    return {**_labels(desired), "delay_set_by": SetBy(level=level, place=None if origin is None else Place.of(origin))}
