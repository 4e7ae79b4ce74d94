"""How long a run that is being ended still waits for the place of its state.

Requests are made on threads of their own: a signal is heard though the place hangs, and what does not answer is left.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

CUT_SECONDS: Final = 4.5
"""After the request to stop: calls of the API have 4 s, and everything is to be over within 5 s."""

LEAST_SECONDS: Final = 0.5
"""What a request gets that begins late: a place that answers is heard out."""

LAST_SECONDS: Final = 2.0
"""For the request under way when a signal ends the run at once, so that what comes after it knows what it did."""

_SLICE: Final = 0.1
"""Seconds after which a wait looks whether the run is being ended: a signal's handler cannot safely wake it."""

WORDS: Final = "no answer, and the run is being ended"


class Abandoned(Exception):  # noqa: N818  what it says of the request
    """The place did not answer in the time that is left; whether the request has an effect is not known."""


@dataclass(frozen=True, slots=True)
class _Given(Generic[Value]):
    value: Value | None = None
    error: BaseException | None = None


class _Answer(Generic[Value]):
    """What a thread finds out. A signal that comes while it is taken over does not lose it, as a queue alone would."""

    def __init__(self) -> None:
        self._given: _Given[Value] | None = None
        self._bell: SimpleQueue[None] = SimpleQueue()
        self._decision = Lock()
        """Whoever acquires it decides for good: the thread that the request is made, or the run that it is not."""

    def find(self, request: Callable[[], Value]) -> None:
        if not self._decision.acquire(blocking=False):
            return
        try:
            self._given = _Given(request())
        except BaseException as error:  # noqa: BLE001  raised where the answer is waited for
            self._given = _Given(error=error)
        self._bell.put(None)

    def withdrawn(self) -> bool:
        """Whether the request had not begun, and now never will."""
        return self._decision.acquire(blocking=False)

    def given(self, seconds: float) -> _Given[Value] | None:
        """The answer; None if there is none after so many seconds."""
        if self._given is None:
            with suppress(Empty):
                self._bell.get(timeout=seconds)
        return self._given


class Parting:
    """The end of one run. Once the place has not answered in time, nothing is asked of it any more."""

    def __init__(self) -> None:
        self._begun_at: float | None = None
        self._spent = False

    def begin(self) -> None:
        """The run is being ended; safe to call from a signal handler."""
        if self._begun_at is None:
            self._begun_at = monotonic()

    def call(self, request: Callable[[], Value]) -> Value:
        """What `request` gives or raises; Abandoned if the run is being ended and there is no answer in time."""
        if self._spent:
            raise Abandoned
        answer: _Answer[Value] = _Answer()
        began = monotonic()
        try:
            Thread(target=answer.find, args=(request,), name="store-request", daemon=True).start()
            while (given := answer.given(_SLICE)) is None:
                if self._is_over(began):
                    self._spent = True
                    raise Abandoned
        except (KeyboardInterrupt, SystemExit):
            self.begin()
            self._spent = not answer.withdrawn() and answer.given(LAST_SECONDS) is None
            raise
        if given.error is not None:
            raise given.error
        return given.value  # type: ignore[return-value]  # a request that raises nothing has a value

    def wait(self, event: Event, seconds: float) -> bool:
        """Wait on `event`; true if it came first, or if the run is being ended and has no time for this."""
        ends = monotonic() + seconds
        while (left := ends - monotonic()) > 0:
            if event.wait(min(left, _SLICE)) or self._has_less_than(left):
                return True
        return event.is_set()

    def pause(self, seconds: float) -> None:
        """Wait; not at all if the run is being ended and has no time for this."""
        self.wait(Event(), seconds)

    def _is_over(self, began: float) -> bool:
        return self._begun_at is not None and monotonic() >= max(self._begun_at + CUT_SECONDS, began + LEAST_SECONDS)

    def _has_less_than(self, seconds: float) -> bool:
        return self._begun_at is not None and self._begun_at + CUT_SECONDS - monotonic() < seconds
