"""Stories of a spec, its runs and everybody else, told by Hypothesis: after each sentence all must be as promised."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pipesync.state import RecordedStep, StepValues
from tests.faults.fate import NEVER, Point
from tests.faults.forks import Ended
from tests.faults.kills.aftermath import put_right
from tests.faults.plans import PlanKind, Spec, Step
from tests.faults.stage import Scene, Stage
from tests.faults.stories.account import lives_of, recorded
from tests.faults.stories.happenings import CHANGES, FAULTS, HIDDEN, POINTS, STEPS
from tests.faults.stories.place import Place
from tests.faults.stories.watch import Watch

ERRORED: Final = "errored.pipesync.json"


class Story(RuleBasedStateMachine):
    """One sandbox, one folder, one state; `counted` adds up what happened over all stories."""

    def __init__(self, on: Stage, place: Place, counted: Counter[str]) -> None:
        super().__init__()
        self.on = on
        self.place = place
        self.watch = Watch(on, place, counted)
        self.spec: dict[str, Step] = {}
        self.saved: Spec | None = None
        self.done: set[str] = set()

    @initialize(steps=st.lists(STEPS, max_size=4, unique_by=lambda step: step.destination))
    def begin(self, steps: list[Step]) -> None:
        """A spec, applied."""
        self.watch.counted["stories"] += 1
        self.on.set(Scene((), {}), HIDDEN)
        self.place.begin(self.on)
        self.spec = {step.destination: step for step in steps}
        self._write()
        self._run()

    def change(self, changes: list[tuple[str, Step]]) -> None:
        """We edit the spec, and somebody else is at work."""
        for what, step in changes:
            if what == "edit":
                self.spec[step.destination] = step
            elif what == "remove":
                self.spec.pop(step.destination, None)
            else:
                self._drift(what, step)
        self._write()

    def _drift(self, what: str, step: Step) -> None:
        """Somebody else is at work."""
        lives = lives_of(self.on.scene())
        there = next((one for one, live in lives.items() if live.destination == step.destination), None)
        if there is None:
            self.on.insert((step,))
        elif what == "change the delay":
            self.on.somebody("PATCH", there, {"auto_validation_delay_days": step.days})
        else:
            self.on.somebody("DELETE", there)
            if what == "make again":
                self.on.insert((replace(step, source=lives[there].source),))

    @rule(changes=CHANGES, narrow=st.booleans())
    def apply(self, changes: list[tuple[str, Step]], narrow: bool) -> None:
        """A run that nothing happens to; the token of a narrow one does not see a project."""
        self.change(changes)
        self.watch.counted["narrow runs"] += narrow
        self._run(trouble=narrow, narrow=narrow)

    @rule(changes=CHANGES, faults=st.lists(FAULTS, min_size=1, max_size=3))
    def apply_with_faults(self, changes: list[tuple[str, Step]], faults: list[tuple[str, int, str]]) -> None:
        """Answers are lost, cut off, or no answers."""
        self.change(changes)
        self._run(faults=faults, trouble=True)

    @rule(changes=CHANGES, at=POINTS, parallelism=st.sampled_from((1, 10)), push=st.booleans())
    def apply_and_die(self, changes: list[tuple[str, Step]], at: Point, parallelism: int, push: bool) -> None:
        """The run is killed or interrupted, or the disk fails."""
        self.change(changes)
        before = self._kept_beside
        self._run("--parallelism", str(parallelism), at=self.place.point(at), trouble=True)
        if self._kept_beside != before:
            self.watch.counted["states kept beside"] += 1
            if push:
                self._push({0})

    @precondition(lambda self: self._kept_beside is not None)
    @rule()
    def push_late(self) -> None:
        """What a run kept beside is pushed, though others may have run since: it is refused, then."""
        self._push({0, 3})

    def _push(self, codes: set[int]) -> None:
        pushed = self.on.run("state", "push", ERRORED)
        self.watch.demand(pushed.code in codes, "wrong code", repr(pushed))
        self.watch.check_owned()
        self.watch.look(tuple(self.spec.values()))
        (self.on.there / ERRORED).unlink()

    @property
    def _kept_beside(self) -> bytes | None:
        kept = self.on.there / ERRORED
        return kept.read_bytes() if kept.exists() else None

    @rule(changes=CHANGES)
    def save(self, changes: list[tuple[str, Step]]) -> None:
        """A plan is kept."""
        self.change(changes)
        planned = self.on.run("plan", "--out", "plan.json")
        self.watch.demand(planned.code in {0, 1, 3}, "wrong code", repr(planned))
        if planned.code == 0:
            self.saved = tuple(self.spec.values())

    @precondition(lambda self: self.saved is not None)
    @rule(at=st.just(NEVER) | POINTS)
    def apply_saved(self, at: Point) -> None:
        """It is carried out, now or much later."""
        assert self.saved is not None
        self.watch.run(self.saved, "plan.json", at=self.place.point(at), trouble=at != NEVER, saved=True)
        self.watch.look(tuple(self.spec.values()))

    @precondition(lambda self: self.saved is not None and self._once("edited"))
    @rule(days=st.integers(15, 29))
    def apply_edited(self, days: int) -> None:
        """Somebody has changed the plan by hand."""
        self.done.add("edited")
        path = self.on.there / "plan.json"
        plan = json.loads(path.read_bytes())
        if any(change["after"] for change in plan["changes"]):
            for change in plan["changes"]:
                (change["after"] or {})["auto_validation_delay_days"] = days
            (self.on.there / "edited.json").write_text(json.dumps(plan), "utf-8")
            ended = self.on.run("apply", "--auto-approve", "edited.json")
            self.watch.demand(ended.code == 1 and not self.watch.writes(), "edited plan applied", repr(ended))

    @precondition(lambda self: self._once("beside"))
    @rule()
    def apply_beside_another(self) -> None:
        """Another run has the lock."""
        self.done.add("beside")
        with self.place.locked():
            ended = self.on.run("apply", "--auto-approve")
        self.watch.counted["runs that met another"] += 1
        self.watch.demand(ended.code == 4 and not self.watch.writes(), "ran beside another", repr(ended))
        self.watch.demand("locked by ada" in ended.err, "lock not told", repr(ended))

    @precondition(lambda self: self._once("restored"))
    @rule()
    def restore_the_backup(self) -> None:
        """A person puts back the state of before the last write."""
        self.done.add("restored")
        if self.place.backup():
            self.watch.disown()

    @precondition(lambda self: self._once("lost"))
    @rule()
    def lose_the_state(self) -> None:
        """It is gone; what is live is not imported without a word."""
        self.done.add("lost")
        self.place.lose()
        self.watch.disown()
        lives = lives_of(self.on.scene())
        ended = self._run()
        if any((one := self.spec.get(step.destination)) and one.manage and one.source == step.source
               for step in lives.values()):  # fmt: skip
            self.watch.demand(ended.code == 3, "adopted unasked", repr(ended))
            self._run("--adopt")

    def teardown(self) -> None:
        """Without faults, and with the consent that is asked for, all becomes what the spec says."""
        if self.watch.told or not (self.on.there / "pipesync.yaml").exists():
            return
        wanted = dict(self.spec)
        state = self.on.state()
        said: list[RecordedStep | StepValues] = [] if state is None else [*state.steps]
        for entry in () if state is None else state.pending:
            said += [values for values in (entry.before, entry.after) if values is not None]
        protected = [one.step for one in said if one.protect]
        kept = {str(step.destination): Step(str(step.source), str(step.destination), 7) for step in protected}
        for spec in (kept | wanted, wanted):
            self.spec = {address: replace(step, protect=False) for address, step in spec.items()}
            self._write()
            self._consent()

    def _consent(self) -> None:
        """An apply that is given every word it asks for, and must then leave nothing to do."""
        lives = lives_of(self.on.scene())
        owned = self.watch.ours | recorded(self.on.state(), lives)
        taken = [
            step.destination
            for step_id, step in lives.items()
            if step_id not in owned
            and (one := self.spec.get(step.destination))
            and one.manage
            and one.source != step.source
        ]
        strangers = tuple(step for step_id, step in lives.items() if step_id not in owned)
        words = [word for address in taken for word in ("--take-over", address)]
        kind = PlanKind("a story", None, tuple(self.spec.values()), strangers)
        ended = self.watch.run(kind.new, "--adopt", *words, taken_over=taken)
        wrongs = put_right(self.on, kind, kind.new, ended)
        self.watch.judge([(kind, words) for kind, words in wrongs if kind != "litter"])

    def _run(
        self,
        *arguments: str,
        at: Point = NEVER,
        faults: Iterable[tuple[str, int, str]] = (),
        trouble: bool = False,
        narrow: bool = False,
    ) -> Ended:
        """A run by the spec as it is now, and a look at what comes next."""
        spec = tuple(self.spec.values())
        ended = self.watch.run(spec, *arguments, at=at, faults=faults, trouble=trouble, narrow=narrow)
        self.watch.look(spec)
        return ended

    def _write(self) -> None:
        self.on.write(PlanKind("a story", None, ()).text(tuple(self.spec.values())))

    def _once(self, what: str) -> bool:
        """Whether it has not happened in this story: what changes little is not to fill it."""
        return what not in self.done
