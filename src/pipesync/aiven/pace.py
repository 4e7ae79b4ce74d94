"""When a request may go out: deadlines, the waits between attempts, and a rate limit that holds for all threads."""

import threading
from collections.abc import Callable

from pipesync.aiven.answer import Answer, Outcome
from pipesync.aiven.patience import Patience
from pipesync.web.lost import Lost

WaitHook = Callable[[str, float], None]
"""Told before each wait: the reason in a few words, and the seconds."""


class Pace:
    """One transport's pace, shared by its threads; the run's time begins with it.

    Setting `cancelled` ends every wait at once.
    """

    def __init__(self, patience: Patience, cancelled: threading.Event, on_wait: WaitHook) -> None:
        self.patience = patience
        self._cancelled = cancelled
        self._on_wait = on_wait
        self._run_ends = patience.clock() + patience.run
        self._lock = threading.Lock()
        self._held_until = patience.clock()

    def stop(self) -> None:
        """No request is tried again from now on."""
        self._cancelled.set()

    def ends(self) -> float:
        """When a request that begins now must be over, all its attempts included."""
        return min(self.patience.clock() + self.patience.request, self._run_ends)

    def pause(self, outcome: Outcome, attempt: int, ends: float) -> str | None:
        """Waits before the attempt that follows `attempt` (from 1); if there is to be none, says why at once."""
        if attempt >= self.patience.attempts:
            return "tried once" if attempt == 1 else f"tried {attempt} times"
        seconds = self.patience.delay(outcome, attempt)
        left = ends - self.patience.clock()
        if seconds >= left:
            limit = "run" if ends == self._run_ends else "request"
            return f"waiting {seconds:.0f} s more would pass the time limit of this {limit}, {max(left, 0):.0f} s away"
        if isinstance(outcome, Answer) and outcome.wait is not None:
            self._hold(seconds)
        if self._cancelled.is_set():
            return "interrupted before another attempt"
        self._on_wait(str(outcome.status) if isinstance(outcome, Answer) else outcome.reason, seconds)
        if self.patience.wait(self._cancelled, seconds):
            return "interrupted before another attempt"
        return None

    def admit(self, ends: float) -> Lost | None:
        """Waits out a rate limit that another thread met; a Lost if the request cannot go out before `ends`."""
        held = self._held_until - self.patience.clock()
        if held > 0:
            seconds = held + self.patience.jitter(self.patience.backoff_first)
            if self.patience.clock() + seconds >= ends:
                return Lost(
                    "nothing was sent: Aiven asks to wait for longer than the time limit", again=False, sent=False
                )
            if self.patience.wait(self._cancelled, seconds):
                return Lost("interrupted before the request was sent", again=False, sent=False)
        if self.patience.clock() >= ends:
            return Lost("nothing was sent: the time limit was reached", again=False, sent=False)
        return None

    def _hold(self, seconds: float) -> None:
        with self._lock:
            self._held_until = max(self._held_until, self.patience.clock() + seconds)
