"""What a killed run has left, and what the next runs make of it: troubles by kind, none of which there should be."""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.faults.forks import Ended
from tests.faults.gate import blind_repeats, doublings
from tests.faults.plans import PlanKind, Spec
from tests.faults.stage import STATE, Scene, Stage

Wrongs = Iterator[tuple[str, str]]
"""Pairs of a kind of wrong and the words for it."""

KEPT: Final = frozenset(
    {
        "pipesync.yaml",
        "plan.json",
        STATE,
        f"{STATE}.backup",
        f"{STATE}.lock",
        # What a run was writing when it was killed stays until the next one writes; an old spec may need no write.
        f".{STATE}.new.tmp",
        f".{STATE}.backup.new.tmp",
    }
)


def put_right(on: Stage, kind: PlanKind, spec: Spec, ended: Ended) -> Wrongs:
    """What is wrong after a run that had to make the live steps what `spec` says."""
    yield from mended(on, kind, spec, ended)
    if ended.code == 0:
        yield from not_at_rest(on)


def mended(on: Stage, kind: PlanKind, spec: Spec, ended: Ended) -> Wrongs:
    """The same, without a look at the plan that follows."""
    if ended.code != 0:
        yield "locks stuck" if ended.code == 4 else "wrong code", repr(ended)
        return
    yield from twice(on)
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


def twice(on: Stage) -> Wrongs:
    """What the last run has sent twice."""
    requests = list(on.gate.requests)
    yield from (("doubled", wish) for wish in (*doublings(requests), *blind_repeats(requests)))


def ungated(before: Scene, left: Scene, spec: Spec) -> frozenset[str]:
    """Destinations that had a gate, shall have one, and have none now."""
    had, have = ({str(step["destination"]) for step in scene.steps} for scene in (before, left))
    return frozenset({step.destination for step in spec if step.manage} & had - have)


def unsaid(addresses: frozenset[str], told: Ended) -> Wrongs:
    """Lost gates that a plan does not name, or that it does not bring back."""
    if told.code not in {0, 1, 3}:  # it may be refused, but it must be shown
        yield "locks stuck" if told.code == 4 else "wrong code", repr(told)
        return
    for address in addresses:
        if f"# {address} will be created" not in told.out:
            yield "ungated without word", f"{address}: {told!r}"


def unnamed(addresses: Iterable[str], ended: Ended) -> Wrongs:
    """Gates that are lost after a run that came to its end, and whose loss its outcome does not tell.

    That the plan which it shows, or its progress, names them is not enough.
    """
    for address in addresses:
        if not any(words in ended.out for words in (f"LOST: {address}\n", f" {address}: perhaps replaced\n")):
            yield "ungated without word", f"{address}: {ended!r}"


def not_at_rest(on: Stage) -> Wrongs:
    """What is wrong with the plan that follows."""
    planned = on.run("plan", "--detailed-exitcode")
    if planned.code != 0 or "No changes." not in planned.out:
        yield "not at rest", repr(planned)
    if "locked" in planned.err:
        yield "locks stuck", planned.err
    left = on.scene().files.keys() - KEPT
    if left:
        yield "litter", repr(left)
