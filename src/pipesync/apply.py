"""The loop that acts: hands out what `agenda` lets begin, takes in what comes back, and accounts for each change.

What a change takes is in `calls`, what is ours in `recording`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from pipesync.agenda import Agenda
from pipesync.calls import Done, Failed, Steps, call, needs_call
from pipesync.errors import StateError
from pipesync.model import LiveStep
from pipesync.outcome import Failure, NotAttempted, Outcome
from pipesync.plan import Change
from pipesync.recording import Record
from pipesync.workers import Interrupt, Workers

GRACE_SECONDS = 4.0
"""What is under way at the first interrupt gets this long: the promise of this tool."""

HEARTBEAT_SECONDS = 10.0
"""How often a call that still runs is reported; Terraform reports at the same interval."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to a change, `seconds` after it began; `ended` of `total` changes are over."""

    kind: Literal["begun", "still", "done", "failed"]
    change: Change
    seconds: float
    ended: int
    total: int


class Run:
    """One run of apply. Calls are made by `parallelism` threads; everything else happens in the caller's thread.

    `fresh` tells whether the lock of the state is sure enough for a change to begin.
    """

    def __init__(
        self,
        steps: Steps,
        record: Record,
        *,
        parallelism: int,
        interrupt: Interrupt,
        report: Callable[[Progress], None],
        fresh: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._steps = steps
        self._record = record
        self._parallelism = parallelism
        self._interrupt = interrupt
        self._report = report
        self._fresh = fresh
        self._clock = clock
        self._under_way: dict[str, tuple[Change, float]] = {}
        self._done: list[Change] = []
        self._failed: list[Failure] = []
        self._total = 0
        self._beaten_at = clock()
        self.unsaved: StateError | None = None

    def carry_out(self, changes: Sequence[Change], live: Iterable[LiveStep], *, limit: int, plan: str) -> Outcome:
        """Make the changes of the plan with digest `plan`; a chain may have `limit` steps.

        Raises StateError if the first write fails: no call is made then. A later one that fails ends the run as
        soon as may be, and is kept in `unsaved`.
        """
        self._record.begin(changes)
        free = [change for change in changes if not needs_call(change)]
        calls = [change for change in changes if needs_call(change)]
        agenda = Agenda((step.step for step in live), calls, limit)
        self._total = len(calls)
        workers = Workers(self._call, min(self._parallelism, len(calls)))
        self._interrupt.wakes(workers.wake)
        try:
            self._loop(agenda, workers)
        finally:
            workers.close()
            self._save(lambda: self._record.finish(self._under_way))
        return Outcome(
            plan=plan,
            done=(*free, *self._done),
            failed=(*self._failed, *(_unanswered(change) for change, _ in self._under_way.values())),
            not_attempted=tuple(NotAttempted(change=change, reason=why) for change, why in agenda.not_attempted()),
            interrupted=self._interrupt.requested_at is not None,
        )

    def _call(self, change: Change) -> Done | Failed:
        return call(self._steps, change)

    def _loop(self, agenda: Agenda, workers: Workers[Change, Done | Failed]) -> None:
        while True:
            if self._interrupt.requested_at is not None:
                agenda.stop("the run was interrupted")
            if self._grace_is_over():
                self._interrupt.cancelled.set()
                return
            self._begin(agenda, workers)
            if not self._under_way:
                return
            finished = workers.next(self._patience())
            if finished is None:
                self._beat()
            elif finished.bug is not None:
                raise finished.bug
            elif finished.result is not None:
                self._settle(agenda, finished.result)
            if not self._save(self._record.save_if_due):
                agenda.stop("the state could not be written")

    def _save(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except StateError as error:
            self.unsaved = error
            return False
        self.unsaved = None
        return True

    def _begin(self, agenda: Agenda, workers: Workers[Change, Done | Failed]) -> None:
        if not self._fresh():
            agenda.stop("the lock of the state could not be renewed")
        while len(self._under_way) < self._parallelism and (change := agenda.next()) is not None:
            self._under_way[change.address] = (change, self._clock())
            self._tell("begun", change, 0.0)
            workers.submit(change)

    def _settle(self, agenda: Agenda, result: Done | Failed) -> None:
        change, begun = self._under_way.pop(result.change.address)
        self._record.settle(result)
        if isinstance(result, Failed):
            self._failed.append(_failure(result))
            agenda.failed(change, gate_lost=result.gate_lost)
        else:
            self._done.append(change)
            agenda.done(change)
        self._tell("failed" if isinstance(result, Failed) else "done", change, self._clock() - begun)

    def _patience(self) -> float:
        """Seconds until something is to be done even if no call ends."""
        due = [self._beaten_at + HEARTBEAT_SECONDS - self._clock()]
        if (save := self._record.save_in()) is not None:
            due.append(save)
        if self._interrupt.requested_at is not None:
            due.append(self._interrupt.requested_at + GRACE_SECONDS - monotonic())
        return max(0.0, min(due))

    def _grace_is_over(self) -> bool:
        asked = self._interrupt.requested_at
        return asked is not None and monotonic() >= asked + GRACE_SECONDS

    def _beat(self) -> None:
        now = self._clock()
        if now >= self._beaten_at + HEARTBEAT_SECONDS:
            self._beaten_at = now
            for change, begun in self._under_way.values():
                self._tell("still", change, now - begun)

    def _tell(self, kind: Literal["begun", "still", "done", "failed"], change: Change, seconds: float) -> None:
        self._report(Progress(kind, change, seconds, len(self._done) + len(self._failed), self._total))


def _failure(result: Failed) -> Failure:
    error = result.error
    return Failure(
        change=result.change,
        operation=error.operation,
        status=error.status,
        error_code=error.error_code,
        message=error.message or error.what,
        next=error.next,
        unclear=result.unclear,
        gate_lost=result.gate_lost,
        restored=result.restored is not None,
        taken=result.taken,
        restore=None if result.again is None else result.again.message or result.again.what,
    )


def _unanswered(change: Change) -> Failure:
    """What has not answered stays in the state's `pending`: the next plan reads what became of it."""
    return Failure(
        change=change,
        operation=f"{change.action} {change.address}",
        status=None,
        error_code=None,
        message="the API had not answered when the run was stopped",
        next="plan again: the next plan reads what has become of it",
        unclear=True,
    )
