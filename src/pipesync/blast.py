"""How far a plan reaches: the steps, pipelines and owners that it touches, of how many there are."""

from collections.abc import Iterable

from pipesync.change import Change
from pipesync.model import DesiredStep
from pipesync.state import RecordedStep, Value


class BlastRadius(Value):
    """`steps` of `of_steps` change, in these pipelines of `of_pipelines`; both totals are of spec and state together.

    A step that changes and stands in another pipeline now touches both. `owners` are those of the touched pipelines, as
    the spec names them. Pipelines and owners are sorted. Without changes all is 0 and empty.
    """

    steps: int = 0
    of_steps: int = 0
    pipelines: tuple[str, ...] = ()
    of_pipelines: int = 0
    owners: tuple[str, ...] = ()


def blast_radius(
    changes: Iterable[Change], desired: Iterable[DesiredStep], recorded: Iterable[RecordedStep]
) -> BlastRadius:
    """What `changes` touch; a step that is deleted has the owner of what is left of its pipeline."""
    changes = tuple(changes)
    if not changes:
        return BlastRadius()
    recorded = tuple(recorded)
    changed = {change.address for change in changes}
    owners: dict[str | None, str | None] = {}
    pipelines, addresses = set[str | None](), set(changed)
    every: list[RecordedStep | DesiredStep] = [*recorded, *desired]
    for step in every:
        pipelines.add(step.pipeline)
        addresses.add(step.step.address)
        owners[step.pipeline] = step.owner if isinstance(step, DesiredStep) else None
    left = {record.pipeline for record in recorded if record.step.address in changed}
    touched = left | {change.pipeline for change in changes}
    named = {change.owner for change in changes} | {owners.get(pipeline) for pipeline in touched}
    return BlastRadius(
        steps=len(changes),
        of_steps=len(addresses),
        pipelines=tuple(sorted(name for name in touched if name is not None)),
        of_pipelines=len((pipelines | touched) - {None}),
        owners=tuple(sorted(owner for owner in named if owner is not None)),
    )
