"""Runs of one plan kind that are killed, each from the same scene, and what the next runs make of what is left."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.faults.away import Away
from tests.faults.fate import NEVER, Moment, Point
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.kills.aftermath import mended, not_at_rest, twice, ungated, unnamed, unsaid
from tests.faults.kills.remains import likeness, outcome
from tests.faults.opening import opening
from tests.faults.plans import PlanKind
from tests.faults.stage import ALLOW, Scene, Stage

Mending = Literal["the new spec", "the same plan", "the old spec"]
MENDINGS: Final[tuple[Mending, ...]] = ("the new spec", "the same plan", "the old spec")


@dataclass
class Sweep:
    """`remains` are those scenes that killed runs left, by their likeness: what was seen before is not mended again.

    Each is mended in three ways, or, if `in_turn`, in one of them where the run was not killed around a call of the
    API. `rested` are the outcomes after which a plan was seen to have no changes. `kills` counts by moment; `calls` is
    how many writes a run makes that comes to its end; `left` is what the last killed run has left.
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
        asked = ALLOW.search(on.run("plan", *kind.flags).out)
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
            missing = ungated(self.opened, on.scene(), kind.new)
            self.figures.add(where, unnamed(missing, ended))
            self.figures.amounts["lost gates named"] += len(missing)
        return ended.killed

    def kill_again(self, left: Scene, mending: Mending, at: Point) -> bool:
        """Kill the run that mends what another killed one has left; False if it was over before."""
        self._begin(left, mending)
        where = f"{self.kind.name}, {mending} after a kill, at {at}"
        ended = self._apply(left, self._arguments(mending), where, at)
        if ended.killed:
            self._look(where, at, again=True)
        return ended.killed

    def _look(self, where: str, at: Point, *, again: bool = False) -> None:
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
        inside = at.moment in {"file", "call", "sent", "kept"}
        for mending in MENDINGS[chosen : chosen + 1] if self.in_turn and inside else MENDINGS:
            self._mend(left, mending, where, again=again)

    def _mend(self, left: Scene, mending: Mending, where: str, *, again: bool) -> None:
        on, kind = self.on, self.kind
        spec = kind.old_spec if mending == "the old spec" else kind.new
        self._begin(left, mending)
        missing = ungated(self.opened, left, spec)
        arguments = self._arguments(mending)
        where = f"{where}, then {mending}"
        if missing and mending != "the same plan":  # before anything is mended
            self.figures.add(where, unsaid(missing, on.run("plan", *arguments)))
            self.figures.amounts["lost gates named"] += len(missing)
        ended = self._apply(left, arguments, where)
        if mending == "the same plan" and ended.code in self._refusing(again=again):
            if on.scene().steps != left.steps:
                self.figures.add(where, [("changed by a plan that was refused", repr(ended))])
            ended = on.apply(*kind.flags)
        elif mending != "the same plan":
            self.figures.add(where, unsaid(missing, ended))
        self.figures.add(where, mended(on, kind, spec, ended))
        known = outcome(on.scene())
        if known not in self.rested:
            self.figures.add(where, not_at_rest(on))
            self.rested.add(known)

    def _refusing(self, *, again: bool) -> set[int]:
        """The codes by which a saved plan may be refused: of what was made since it knows nothing.

        A step that was restored has another id than it says; and a mending run makes another plan, perhaps the first
        one to make a state.
        """
        return {3, 5} if again else {5} if self.kind.refused else set()

    def _apply(self, left: Scene, arguments: tuple[str, ...], where: str, at: Point = NEVER) -> Ended:
        """The next apply; where a dead run's lock stays, it is told whose it is, until that is out of the way."""
        place = self.on.elsewhere if isinstance(self.on, Away) else None
        holder = None if place is None else place.holder(left.files)
        if place is None or holder is None:
            return self.on.apply(*arguments, at=at)
        refused = self.on.run("apply", "--auto-approve", *arguments)
        if refused.code != 4 or holder not in refused.err:
            self.figures.add(where, [("let in", f"{holder}: {refused!r}")])
        place.free(self.on, refused)
        self.figures.amounts["locks freed"] += 1
        first = self.on.run("apply", "--auto-approve", *arguments, at=at)
        if not (first.killed or place.word(first)):
            self.figures.add(where, [("broken without word", repr(first))])
        return self.on.apply(*arguments, at=at) if first.code == 3 else first

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
