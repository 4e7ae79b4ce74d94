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
    addresses = {change.address for change in changes}
    left, others = set[str | None](), set[str]()
    owners: dict[str | None, str | None] = {}
    now = {change.before.step_id: change.address for change in changes if change.before is not None}
    for record in recorded:
        address = now.get(record.step_id, record.step.address)  # Aiven may have renamed it
        owners[record.pipeline] = None
        if address in addresses:
            left.add(record.pipeline)
        others.add(address)
    for step in desired:
        owners[step.pipeline] = step.owner
        others.add(step.step.address)
    touched = left | {change.pipeline for change in changes}
    named = {change.owner for change in changes} | {owners.get(pipeline) for pipeline in touched}
    return BlastRadius(
        steps=len(changes),
        of_steps=len(addresses | others),
        pipelines=tuple(sorted(name for name in touched if name is not None)),
        of_pipelines=len((owners.keys() | touched) - {None}),
        owners=tuple(sorted(owner for owner in named if owner is not None)),
    )
