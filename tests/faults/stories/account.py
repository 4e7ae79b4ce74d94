"""What a story knows of a world that others change too: whose each live step is, and what a run may do to it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pipesync.state import State
from tests.faults.plans import Spec, Step
from tests.faults.stage import Scene

Found = Iterator[tuple[str, str]]
"""Wrongs: the kind, and words."""

Lives = Mapping[str, Step]
"""Live steps by their ids."""


def lives_of(scene: Scene) -> Lives:
    return {
        one["step_id"]: Step(one["source"], one["destination"], one["auto_validation_delay_days"])
        for one in scene.steps
    }


@dataclass(frozen=True)
class Run:
    """A run of ours: the spec it went by, what was live before and after it, and which of that was ours before."""

    spec: Spec
    before: Lives
    after: Lives
    ours: Collection[str]
    taken_over: Collection[str] = ()

    @property
    def wanted(self) -> Mapping[str, Step]:
        return {step.destination: step for step in self.spec if step.manage}

    @property
    def left_alone(self) -> frozenset[str]:
        return frozenset(step.destination for step in self.spec if not step.manage)

    def wrongs(self) -> Found:
        """What the run did that it should not have done."""
        for step_id, step in self.before.items():
            judge = self._of_ours if step_id in self.ours else self._of_strangers
            yield from judge(step, self.after.get(step_id))
        for step_id in self.after.keys() - self.before.keys():
            yield from self._of_new(self.after[step_id])
        addresses = [step.destination for step in self.after.values()]
        yield from (("doubled", address) for address in sorted({one for one in addresses if addresses.count(one) > 1}))

    def _of_ours(self, step: Step, now: Step | None) -> Found:
        target = self.wanted.get(step.destination)
        if now is None:
            if target is not None and target.source == step.source:
                yield "lost", f"{step} is deleted, and the spec wants it"
            if step.destination in self.left_alone:
                yield "lost", f"{step} is deleted, and was not to be touched"
        elif now != step and (target is None or (target.source, target.days) != (now.source, now.days)):
            yield "changed", f"{step} is {now}"

    def _of_strangers(self, step: Step, now: Step | None) -> Found:
        target = self.wanted.get(step.destination)
        if now is None:
            if step.destination not in self.taken_over:
                yield "stranger's step touched", f"{step} is deleted"
        elif now != step and (target is None or (target.source, target.days) != (now.source, now.days)):
            yield "stranger's step touched", f"{step} is {now}"

    def _of_new(self, step: Step) -> Found:
        """A run makes what the spec wants, or again what it has just deleted there."""
        target = self.wanted.get(step.destination)
        asked = target is not None and (target.source, target.days) == (step.source, step.days)
        if not asked and step not in self.before.values():
            yield "made unasked", str(step)


def recorded(state: State | None, lives: Lives) -> frozenset[str]:
    """The live steps that are ours by a state: by their ids, or as something that an interrupted run was about."""
    if state is None:
        return frozenset()
    ids = {step.step_id for step in state.steps}
    ends = {tuple(map(str, values.ends)) for entry in state.pending for values in (entry.before, entry.after) if values}
    return frozenset(one for one, step in lives.items() if one in ids or (step.source, step.destination) in ends)
