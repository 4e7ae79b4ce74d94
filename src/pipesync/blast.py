"""How far a plan reaches: the steps, pipelines and owners that it touches, of how many there are."""

from collections.abc import Iterable

from pipesync.change import Change
from pipesync.model import DesiredStep
from pipesync.state import RecordedStep, Value


class BlastRadius(Value):
    """`steps` of `of_steps` change, in these pipelines of `of_pipelines`; both totals are of spec and state together.

    `owners` are those of the touched pipelines, as the spec names them. Pipelines and owners are sorted. Without
    changes all is 0 and empty.
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
    owners: dict[str | None, str | None] = {}
    pipelines, addresses = set[str | None](), {change.address for change in changes}
    every: list[RecordedStep | DesiredStep] = [*recorded, *desired]
    for step in every:
        pipelines.add(step.pipeline)
        addresses.add(step.step.address)
        owners[step.pipeline] = step.owner if isinstance(step, DesiredStep) else None
    touched = {change.pipeline for change in changes if change.pipeline is not None}
    named = {change.owner or owners.get(change.pipeline) for change in changes}
    return BlastRadius(
        steps=len(changes),
        of_steps=len(addresses),
        pipelines=tuple(sorted(touched)),
        of_pipelines=len((pipelines | touched) - {None}),
        owners=tuple(sorted(owner for owner in named if owner is not None)),
    )
