"""The state during a run: written before the first call and after the last, and in between at most every 20 s."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, assert_never

from pipesync.calls import Done, Failed, needs_call
from pipesync.model import LiveStep, ServiceRef
from pipesync.plan import Change, Create, Delete, Forget, Import, Replace, Update
from pipesync.state import LastApply, PendingChange, RecordedStep, State, StepValues

SAVE_EVERY_SECONDS = 20.0
"""Contract of this tool; OpenTofu persists at the same interval by default (TF_STATE_PERSIST_INTERVAL)."""


class Writable(Protocol):
    """Where a state can be written; `replacing` is what is there, or StateError."""

    def write(self, state: State, *, replacing: State | None) -> None: ...


class Record:
    """What is ours as a run goes on."""

    def __init__(
        self,
        store: Writable,
        *,
        stored: State | None,
        settled: State,
        refreshed: Iterable[RecordedStep] = (),
        last_apply: LastApply,
        clock: Callable[[], float],
    ) -> None:
        """`stored` is the state as read, `settled` the same without its `pending`, or a new one."""
        self._store = store
        self._stored = stored
        self._settled = settled
        self._last_apply = last_apply
        self._clock = clock
        self._steps: dict[str, RecordedStep] = {}
        self._ids: dict[ServiceRef, str] = {}
        for record in (*settled.steps, *refreshed):
            self._add(record)
        self._pending: dict[str, PendingChange] = {}
        self._unclear: set[str] = set()
        self._dirty = False
        self._saved_at = clock()

    @property
    def current(self) -> State:
        """The state as it would be written now."""
        known = self._stored or self._settled
        return known.next(
            organization=self._settled.organization,
            steps=tuple(self._steps.values()),
            pending=tuple(self._pending.values()),
            last_apply=self._last_apply,
        )

    def begin(self, changes: Sequence[Change]) -> None:
        """Own what needs no call, and write down what this run is about to do before it does it."""
        for change in changes:
            if isinstance(change, Import):
                self._own(change, change.before)
            if needs_call(change):
                self._pending[change.address] = _pending(change)
            else:
                self.settle(Done(change, None))
        if self._pending:
            self._write()

    def settle(self, result: Done | Failed) -> None:
        """Take in what has become of one change."""
        change = result.change
        if isinstance(result, Failed) and result.unclear:
            self._unclear.add(change.address)  # nothing new: it stays in `pending`
            return
        self._dirty = True
        if isinstance(result, Failed):
            self._came_about_otherwise(result)
        else:
            self._came_about(change, result.live)
        self._pending.pop(change.address, None)

    def save_in(self) -> float | None:
        """Seconds until the next write in between is due; None if nothing is new."""
        return max(0.0, self._saved_at + SAVE_EVERY_SECONDS - self._clock()) if self._dirty else None

    def save_if_due(self) -> None:
        if self.save_in() == 0.0:
            self._write()

    def finish(self, unanswered: Iterable[str] = ()) -> None:
        """Write the outcome, if there is anything new in it; `unanswered` are the addresses still under way.

        Of `pending` only what may or may not have come about is left: a change that never began did not.
        """
        unknown = self._unclear.union(unanswered)
        self._pending = {address: entry for address, entry in self._pending.items() if address in unknown}
        known = self._stored.steps if self._stored else ()
        pending = self._stored.pending if self._stored else ()
        if tuple(self._pending.values()) != pending or _owned(self._steps.values()) != _owned(known):
            self._write()

    def _came_about(self, change: Change, live: LiveStep | None) -> None:
        match change:
            case Replace() | Delete() | Forget():
                self._drop(change.before.step_id)
            case Import() | Update():
                self._own(change, change.after)
            case Create():
                pass
            case _:
                assert_never(change)
        if isinstance(change, Create | Replace) and live is not None:
            self._add(RecordedStep.of(live, protect=change.after.protect, pipeline=change.pipeline))

    def _came_about_otherwise(self, failed: Failed) -> None:
        """What stands in place of what was wanted: the old step, made again, or the new one with another delay."""
        change = failed.change
        if isinstance(change, Replace) and (failed.restored is not None or failed.gate_lost or failed.taken):
            old = self._drop(change.before.step_id)
            if failed.restored is not None:
                pipeline = old.pipeline if old else change.pipeline
                self._add(RecordedStep.of(failed.restored, protect=change.before.protect, pipeline=pipeline))
        if isinstance(change, Create | Replace) and failed.standing is not None:
            self._add(RecordedStep.of(failed.standing, protect=change.after.protect, pipeline=change.pipeline))

    def _own(self, change: Import | Update, values: StepValues) -> None:
        assert values.step_id is not None  # what is live has an id
        live = LiveStep(values.step_id, values.step)
        self._add(RecordedStep.of(live, protect=values.protect, pipeline=change.pipeline))

    def _add(self, record: RecordedStep) -> None:
        """Own a step; one recorded under the same id or at the same address is this one's past."""
        self._drop(record.step_id)
        self._drop(self._ids.get(record.destination))
        self._steps[record.step_id] = record
        self._ids[record.destination] = record.step_id

    def _drop(self, step_id: str | None) -> RecordedStep | None:
        record = self._steps.pop(step_id, None) if step_id else None
        if record is not None:
            del self._ids[record.destination]
        return record

    def _write(self) -> None:
        self._saved_at = self._clock()  # also if it fails: the next attempt is not due at once
        state = self.current
        self._store.write(state, replacing=self._stored)
        self._stored = state
        self._dirty = False


def _pending(change: Change) -> PendingChange:
    action = "update" if isinstance(change, Import) else change.action
    return PendingChange.model_validate(
        {"action": action, "before": change.before, "after": change.after, "pipeline": change.pipeline}
    )


def _owned(steps: Iterable[RecordedStep]) -> set[RecordedStep]:
    """The steps without the name of their pipeline, which is never a change by itself."""
    return {step.model_copy(update={"pipeline": None}) for step in steps}
