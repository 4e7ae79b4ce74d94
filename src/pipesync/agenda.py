"""What a run may begin next: the chains side by side, and who waits for whom after a failure.

It decides and remembers, and makes no call. Within a chain `schedule` gives the order; across chains a failure
lets creates and updates go on and begins no new destroy, and the first replace in each project runs alone.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipesync.model import UpgradeStep
from pipesync.plan import Change, Delete, Replace
from pipesync.schedule import Graph, chains, next_batch


@dataclass(slots=True)
class _Line:
    """One chain: what exists of it now, what is left to do, and why it goes no further."""

    graph: Graph
    left: dict[str, Change]
    open: int = 0  # changes of the current batch that have not ended
    ended: str | None = None


class Agenda:
    """The changes of one plan that need a call."""

    def __init__(self, live: Iterable[UpgradeStep], changes: Sequence[Change], limit: int) -> None:
        """`limit` is the number of steps that a chain may have."""
        self._limit = limit
        self._lines: dict[str, _Line] = {}
        self._ready: deque[Change] = deque()
        self._behind: dict[str, list[Change]] = {}  # project → replaces that wait for the first one there
        self._proven: set[str] = set()
        self._turned_away: dict[str, str] = {}
        self._begun: set[str] = set()
        self._stopped: str | None = None
        self._no_destroys = False
        for chain in chains(live, changes):
            line = _Line(Graph(chain.steps), {change.address: change for change in chain.changes})
            self._lines.update(dict.fromkeys(line.left, line))
            self._queue(line)

    def next(self) -> Change | None:
        """A change that may begin now; None if there is none until one that has begun ends."""
        while self._ready:
            change = self._ready.popleft()
            line = self._lines[change.address]
            reason = self._stopped or line.ended or self._no_destroy(change)
            if reason is not None:
                self._turned_away[change.address] = reason
                self._end(line)
            elif not self._waits_behind_another(change):
                self._begun.add(change.address)
                return change
        return None

    def done(self, change: Change) -> None:
        """A change that had begun came about."""
        line = self._lines[change.address]
        del line.left[change.address]
        if change.before is not None:
            line.graph.remove(change.before.destination)
        if change.after is not None:
            line.graph.add(*change.after.ends)
        self._release(change)
        self._end(line)

    def failed(self, change: Change, *, gate_lost: bool = False) -> None:
        """A change that had begun did not come about, or nobody knows."""
        line = self._lines[change.address]
        line.ended = f"{change.address} failed before it in its chain"
        self._no_destroys = True
        if gate_lost:
            self.stop(f"{change.address} was left without its gate, so nothing new began")
        self._release(change)
        self._end(line)

    def stop(self, reason: str) -> None:
        """Nothing new begins."""
        self._stopped = self._stopped or reason

    def not_attempted(self) -> Iterator[tuple[Change, str]]:
        """Every change that never began, and why."""
        for address, line in self._lines.items():
            if address not in self._begun:
                reason = self._turned_away.get(address) or line.ended or self._stopped
                assert reason is not None  # a run goes on as long as anything may begin
                yield line.left[address], reason

    def _queue(self, line: _Line) -> None:
        left = [change for address, change in line.left.items() if address not in self._turned_away]
        batch = next_batch(line.graph, left, self._limit)
        if not batch:
            never = "Aiven's rules leave no order in which it could be made any more"
            self._turned_away.update({change.address: never for change in left})
        line.open = len(batch)
        self._ready.extend(batch)

    def _end(self, line: _Line) -> None:
        line.open -= 1
        if line.open == 0 and line.ended is None:
            self._queue(line)

    def _no_destroy(self, change: Change) -> str | None:
        if self._no_destroys and isinstance(change, Replace | Delete):
            return "no new destroy or replace begins after a failure"
        return None

    def _waits_behind_another(self, change: Change) -> bool:
        """The first replace in each destination project runs alone: it shows that replacing works there."""
        if not isinstance(change, Replace):
            return False
        project = change.after.destination.project
        if project in self._proven:
            return False
        if project in self._behind:
            self._behind[project].append(change)
            return True
        self._behind[project] = []
        return False

    def _release(self, change: Change) -> None:
        """Let those go that waited for the first replace of a project; after a failure they are turned away."""
        if isinstance(change, Replace):
            project = change.after.destination.project
            self._proven.add(project)
            self._ready.extend(self._behind.pop(project, ()))
