"""The steps beside those that a plan changes: what a picture needs to show whole trees."""

from collections.abc import Collection, Iterable, Iterator

from pipesync.change import Change, Forget, Neighbour
from pipesync.model import DesiredStep, LiveStep, UpgradeStep
from pipesync.state import RecordedStep, StepValues


def neighbours(
    changes: Iterable[Change],
    live: Iterable[LiveStep],
    *,
    chains: Iterable[UpgradeStep],
    in_the_way: Collection[str],
    desired: Iterable[DesiredStep],
    recorded: Iterable[RecordedStep],
) -> Iterator[Neighbour]:
    """The live steps of `chains`, which change, that stay as they are, and those `in_the_way`; by address.

    The spec says which pipeline a step is of, else the state.
    """
    acting = {change.address for change in changes if not isinstance(change, Forget)}
    shown = ({step.address for step in chains} - acting).union(in_the_way)
    if not shown:
        return
    records = {record.step_id: record for record in recorded}
    named = {step.step.address: step.pipeline for step in desired}
    for at in sorted(live, key=lambda at: at.step.destination):
        address, record = at.step.address, records.get(at.step_id)
        if address in shown:
            yield Neighbour(
                address=address,
                live=StepValues.of(at.step, protect=record is not None and record.protect),
                pipeline=named.get(address) or (record.pipeline if record is not None else None),
            )
