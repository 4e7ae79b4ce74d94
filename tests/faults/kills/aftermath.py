"""What a killed run has left, and what the next runs make of it: troubles by kind, none of which there should be."""

from collections.abc import Iterator
from typing import Final

from tests.faults.fate import Point
from tests.faults.figures import Figures
from tests.faults.gate import blind_repeats, doublings
from tests.faults.plans import PlanKind, Spec
from tests.faults.stage import Ended, Scene, Stage

KEPT: Final = frozenset(
    {
        "pipesync.yaml",
        "plan.json",
        "pipesync.state.json",
        "pipesync.state.json.backup",
        "pipesync.state.json.lock",
        # What a run was writing when it was killed stays until the next one writes; an old spec may need no write.
        ".pipesync.state.json.new.tmp",
        ".pipesync.state.json.backup.new.tmp",
    }
)


def kill(
    on: Stage,
    kind: PlanKind,
    opening: Scene,
    at: Point,
    figures: Figures,
    *,
    saved: bool = False,
    parallelism: int = 10,
) -> bool:
    """Kill a run of `kind` at a point, and see what the new spec, the saved plan and the old spec make of it.

    `saved` is whether the killed run is one of the saved plan. False if the run was over before it got there.
    """
    on.set(opening)
    if kind.refused:
        on.fault(method="POST", times=kind.refused, status=400, error_code="bad_request")
    what = ("plan.json",) if saved else kind.flags
    ended = on.apply(*what, "--parallelism", str(parallelism), at=at)
    on.no_faults()
    if not ended.killed:
        figures.add(f"{kind.name}, {at}", _ended(ended, kind))
        return False
    figures.trials += 1
    left = on.scene()
    where = f"{kind.name}, killed at {at}"
    figures.add(f"{where}, the new spec", put_right(on, kind, kind.new, on.apply(*kind.flags)))
    on.set(left)
    again = on.apply("plan.json")
    if again.code == 5 and kind.refused:  # the restored step has another id than the plan says
        again = on.apply(*kind.flags)
    figures.add(f"{where}, the same plan", put_right(on, kind, kind.new, again))
    on.set(left)
    on.write(kind.text(kind.old_spec))
    figures.add(f"{where}, the old spec", put_right(on, kind, kind.old_spec, on.apply()))
    return True


def _ended(ended: Ended, kind: PlanKind) -> Iterator[tuple[str, str]]:
    if ended.code != (1 if kind.refused else 0):
        yield "wrong code", repr(ended)


def put_right(on: Stage, kind: PlanKind, spec: Spec, ended: Ended) -> Iterator[tuple[str, str]]:
    """What is wrong after a run that had to make the live steps what `spec` says."""
    if ended.code != 0:
        yield "wrong code", repr(ended)
        return
    yield from (("doubled", wish) for wish in (*doublings(on.gate.requests), *blind_repeats(on.gate.requests)))
    live, ids = on.edges(), on.ids()
    state = on.state()
    recorded = {} if state is None else {step.step.address: step.step_id for step in state.steps}
    wanted = {step.destination: (step.source, step.days) for step in spec if step.manage}
    for address, edge in wanted.items():
        if live.get(address) != edge:
            yield "lost", f"{address} is {live.get(address)}, not {edge}"
        elif recorded.get(address) != ids[address]:
            yield "unowned", f"{address} is {ids[address]}, recorded is {recorded.get(address)}"
    foreign = {(step.destination, step.source) for step in kind.strangers}
    unmanaged = {step.destination for step in spec if not step.manage}
    for address in live.keys() - wanted.keys():
        if (address, live[address][0]) not in foreign and address not in unmanaged:
            yield "left over", f"{address} is {live[address]}"
    for address in recorded.keys() - wanted.keys():
        yield "recorded in vain", address
    if state is not None and state.pending:
        yield "pending", repr(state.pending)
    yield from _at_rest(on)


def _at_rest(on: Stage) -> Iterator[tuple[str, str]]:
    """What is wrong with the plan that follows."""
    planned = on.run("plan", "--detailed-exitcode")
    if planned.code != 0 or "No changes." not in planned.out:
        yield "not at rest", repr(planned)
    if "locked" in planned.err:
        yield "locked", planned.err
    left = on.scene().files.keys() - KEPT
    if left:
        yield "litter", repr(left)
