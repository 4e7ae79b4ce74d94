"""Runs of one plan kind that are killed, each from the same scene, and what the next runs make of what is left."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.faults.fate import Moment, Point
from tests.faults.figures import Figures
from tests.faults.kills.aftermath import mended, not_at_rest, twice, ungated, unsaid
from tests.faults.kills.remains import likeness, outcome
from tests.faults.plans import PlanKind
from tests.faults.stage import ALLOW, Scene, Stage, opening

Mending = Literal["the new spec", "the same plan", "the old spec"]
MENDINGS: Final[tuple[Mending, ...]] = ("the new spec", "the same plan", "the old spec")


@dataclass
class Sweep:
    """`remains` are those scenes that killed runs left, by their likeness: what was seen before is not mended again.

    Each is mended in three ways, or, if `in_turn`, those in one of them that were left at a file or a function.
    `rested` are the outcomes after which a plan was seen to have no changes. `kills` counts by moment; `calls` is how
    many writes a run makes that comes to its end; `left` is what the last killed run has left.
    """

    on: Stage
    kind: PlanKind
    figures: Figures
    opened: Scene
    allowed: tuple[str, ...]
    in_turn: bool = False
    kills: Counter[Moment] = field(default_factory=Counter)
    calls: int = 0
    left: Scene | None = None
    remains: dict[str, Scene] = field(default_factory=dict)
    rested: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, on: Stage, kind: PlanKind, *, in_turn: bool = False) -> "Sweep":
        opened = opening(on, kind)
        asked = ALLOW.search(on.run("plan", *kind.flags).err)
        return cls(on, kind, Figures(), opened, tuple(asked.group().split()) if asked else (), in_turn)

    def kill(self, at: Point, *, saved: bool = False, parallelism: int = 10) -> bool:
        """Kill a run at a point; `saved` is whether it carries out the saved plan.

        False if the run was over before it got there.
        """
        on, kind = self.on, self.kind
        on.set(self.opened)
        if kind.refused:
            on.fault(method="POST", times=kind.refused, status=400, error_code="bad_request")
        what = ("plan.json",) if saved else kind.flags
        ended = on.apply(*what, *self.allowed, "--parallelism", str(parallelism), at=at)
        on.no_faults()
        where = f"{kind.name}, {'the saved plan, ' if saved else ''}{parallelism} at once, at {at}"
        if ended.killed:
            self._look(where, at)
        else:
            self.calls = sum(request.writes for request in on.gate.requests)
            if ended.code != (1 if kind.refused else 0):
                self.figures.add(where, [("wrong code", repr(ended))])
        return ended.killed

    def kill_again(self, left: Scene, mending: Mending, at: Point) -> bool:
        """Kill the run that mends what another killed one has left; False if it was over before."""
        self._begin(left, mending)
        ended = self.on.apply(*self._arguments(mending), at=at)
        if ended.killed:
            self._look(f"{self.kind.name}, {mending} after a kill, at {at}", at)
        return ended.killed

    def _look(self, where: str, at: Point) -> None:
        """See what a run that was just killed has left, and mend it."""
        self.figures.trials += 1
        self.kills[at.moment] += 1
        self.figures.add(where, twice(self.on))
        self.left = left = self.on.scene()
        known = likeness(left)
        if known in self.remains:
            return
        self.remains[known] = left
        self.figures.amounts["different remains"] += 1
        chosen = len(self.remains) % len(MENDINGS)
        inside = at.moment in {"file", "call"}
        for mending in MENDINGS[chosen : chosen + 1] if self.in_turn and inside else MENDINGS:
            self._mend(left, mending, where)

    def _mend(self, left: Scene, mending: Mending, where: str) -> None:
        on, kind = self.on, self.kind
        spec = kind.old_spec if mending == "the old spec" else kind.new
        self._begin(left, mending)
        missing = ungated(self.opened, left, spec)
        arguments = self._arguments(mending)
        where = f"{where}, then {mending}"
        if missing and mending != "the same plan":  # before anything is mended
            self.figures.add(where, unsaid(missing, on.run("plan", *arguments)))
            self.figures.amounts["lost gates named"] += len(missing)
        ended = on.apply(*arguments)
        if mending == "the same plan" and ended.code == 5:  # what was made since has another id than the plan says
            ended = on.apply(*kind.flags)
        elif mending != "the same plan":
            self.figures.add(where, unsaid(missing, ended))
        self.figures.add(where, mended(on, kind, spec, ended))
        known = outcome(on.scene())
        if known not in self.rested:
            self.figures.add(where, not_at_rest(on))
            self.rested.add(known)

    def _begin(self, left: Scene, mending: Mending) -> None:
        self.on.set(left)
        self.on.write(self.kind.text(self.kind.old_spec if mending == "the old spec" else self.kind.new))

    def _arguments(self, mending: Mending) -> tuple[str, ...]:
        match mending:
            case "the new spec":
                return self.kind.flags
            case "the same plan":
                return ("plan.json",)
            case "the old spec":
                return ()
