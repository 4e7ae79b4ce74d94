"""Whoever watches a story: makes its runs, keeps account of whose each step is, and says what is not as promised."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import note

from tests.faults.fate import NEVER, Point
from tests.faults.forks import Ended
from tests.faults.gate import blind_repeats, doublings
from tests.faults.plans import Spec
from tests.faults.stage import Stage
from tests.faults.stories.account import Found, Run, lives_of, recorded
from tests.faults.stories.place import Place
from tests.faults.test_unclear import TROUBLES


class WrongError(AssertionError):
    """Something that was promised is not so."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{kind}: {words}" for kind, words in found))
        self.found = found


class Watch:
    """Of one stage and one story; `counted` adds up what happened over all stories."""

    def __init__(self, on: Stage, place: Place, counted: Counter[str]) -> None:
        self.on = on
        self.place = place
        self.counted = counted
        self.ours: frozenset[str] = frozenset()
        self.serial = ("", 0)
        self.told = False

    def run(
        self,
        spec: Spec,
        *arguments: str,
        at: Point = NEVER,
        faults: Iterable[tuple[str, int, str]] = (),
        trouble: bool = False,
        narrow: bool = False,
        saved: bool = False,
        taken_over: list[str] | None = None,
    ) -> Ended:
        """A run of ours by a spec, or one that was `saved` with it, and what must hold after it.

        It may end in `trouble`: killed, interrupted, or with code 1.
        """
        before = lives_of(self.on.scene())
        ours = self.ours | recorded(self.on.state(), before)
        for method, skip, trouble_met in faults:
            self.on.fault(method=method, skip=skip, times=1, **TROUBLES[trouble_met])
        ended = self.on.apply(*arguments, at=at, narrow=narrow)
        self.counted["faults"] += self.on.faults_met()
        self.on.no_faults()
        self._count(ended)
        note(f"  code {ended.code}: {ended.out.strip()[-200:]!r} {ended.err.strip()[-300:]!r}")
        requests = self.on.gate.requests
        after = lives_of(self.on.scene())
        run = Run(spec, before, after, ours, taken_over or ())
        self.ours = ours | (after.keys() - before.keys())
        found = [*run.wrongs(), *(("doubled", one) for one in (*doublings(requests), *blind_repeats(requests)))]
        allowed = {0, 3} | ({5} if saved else set()) | ({1, 130, -9} if trouble else set())
        self.judge([*found, *_ended_badly(ended, allowed, writes=self.writes()), *self._ownership(run)])
        if ended.killed and (lock := self.place.left_lock()) is not None:
            self._free(lock)
        return ended

    def _free(self, lock: str) -> None:
        """Where a dead run's lock stays, the next apply says whose it is, until it is out of the way."""
        self.counted["locks freed"] += 1
        met = self.on.run("apply", "--auto-approve")
        self.demand(met.code == 4 and not self.writes() and lock in met.err, "locked without word", repr(met))
        freed = self.place.free(lock) and self.place.left_lock() is None and not self.writes()
        self.demand(freed, "locked", lock)

    def _ownership(self, run: Run) -> Found:
        """Each live step of ours is in the state or its pending; one that the spec lets go is ours no more."""
        by_state = recorded(self.on.state(), run.after)
        for step_id in self.ours & run.after.keys():
            if step_id not in by_state and run.after[step_id].destination not in run.left_alone:
                yield "unowned", str(run.after[step_id])
        self.ours = by_state

    def check_owned(self) -> None:
        """No step of ours was forgotten by what a person did to the state."""
        lives = lives_of(self.on.scene())
        forgotten = (self.ours & lives.keys()) - recorded(self.on.state(), lives)
        self.judge([("unowned", str(lives[step_id])) for step_id in sorted(forgotten)])

    def look(self, spec: Spec) -> None:
        """What the next plan says, and the state's file."""
        state = self.on.state()
        lineage, serial = ("", 0) if state is None else (state.lineage, state.serial)
        goes_on = not self.serial[0] or (lineage == self.serial[0] and serial >= self.serial[1])
        self.demand(goes_on, "serial decreased", f"{self.serial}, then {lineage, serial}")
        self.serial = (lineage, serial)
        planned = self.on.run("plan")
        self.demand(planned.code in {0, 1, 3} and "Traceback" not in planned.err, "wrong code", repr(planned))
        self.demand("locked" not in planned.err, "locked", planned.err)
        live = self.on.edges()
        silent = [
            step.destination
            for step in spec
            if step.manage
            and step.destination not in live
            and f"# {step.destination} will be created" not in planned.out
        ]
        self.demand(not silent, "ungated without word", f"{silent}: {planned}")

    def disown(self) -> None:
        """After a person has changed the state, it says what is ours."""
        state = self.on.state()
        self.ours = recorded(state, lives_of(self.on.scene()))
        self.serial = ("", 0) if state is None else (state.lineage, state.serial)

    def writes(self) -> int:
        return sum(request.writes for request in self.on.gate.requests)

    def demand(self, so: bool, kind: str, words: str) -> None:
        self.judge([] if so else [(kind, words)])

    def judge(self, found: list[tuple[str, str]]) -> None:
        if found:
            self.told = True
            raise WrongError(found)

    def _count(self, ended: Ended) -> None:
        self.counted["runs"] += 1
        self.counted["killed"] += ended.killed
        self.counted["interrupted"] += ended.code == 130


def _ended_badly(ended: Ended, allowed: set[int], *, writes: int) -> Found:
    if ended.code not in allowed:
        yield "wrong code", repr(ended)
    if ended.code in {3, 5} and writes:
        yield "refused, and written", repr(ended)
    said = ended.err + ended.out
    if "Traceback" in said or "run-" in said or "narrow-" in said:
        yield "traceback or token", repr(ended)
