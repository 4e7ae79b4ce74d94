"""A few threads that make calls, and the interrupt that reaches whoever waits for them.

The threads are daemons: a process that was told to stop does not wait for an API that hangs.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Interrupt:
    """What a person or a CI runner asked for by a signal.

    `cancelled` ends the waits between attempts. It is set when the time of what is under way is over, and not before:
    the second half of a replace, or the way back, may be what waits.
    """

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.requested_at: float | None = None
        self._wake: Callable[[], None] | None = None

    def request(self) -> None:
        """Stop soon; safe to call from a signal handler."""
        if self.requested_at is None:
            self.requested_at = monotonic()
        if self._wake is not None:
            self._wake()

    def wakes(self, wake: Callable[[], None]) -> None:
        """Call `wake` on each request."""
        self._wake = wake


@dataclass(frozen=True, slots=True)
class Finished(Generic[Task, Result]):
    """A task and its result, or the bug that it ran into."""

    task: Task
    result: Result | None
    bug: Exception | None = None


class Workers(Generic[Task, Result]):
    """`count` threads that turn tasks into results, in whatever order they finish."""

    def __init__(self, work: Callable[[Task], Result], count: int) -> None:
        self._work = work
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._finished: SimpleQueue[Finished[Task, Result] | None] = SimpleQueue()
        self._count = count
        for number in range(count):
            threading.Thread(target=self._run, name=f"call-{number}", daemon=True).start()

    def submit(self, task: Task) -> None:
        self._tasks.put(task)

    def wake(self) -> None:
        """Let a `next` that waits return at once."""
        self._finished.put(None)

    def next(self, timeout: float) -> Finished[Task, Result] | None:
        """The next finished task; None after `timeout` seconds or a `wake`."""
        try:
            return self._finished.get(timeout=max(0.0, timeout))
        except Empty:
            return None

    def close(self) -> None:
        """Let each thread end after what it does now."""
        for _ in range(self._count):
            self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                self._finished.put(Finished(task, self._work(task)))
            except Exception as bug:  # noqa: BLE001  handed to the thread that waits, which raises it
                self._finished.put(Finished(task, None, bug))
