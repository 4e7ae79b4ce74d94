"""How long to try, and when to try again: the retry table, backoff, deadlines, and the clock they are read from."""

import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from pipesync.aiven.answer import Answer, Method, Outcome
from pipesync.web.lost import Lost

PASSING: Final = frozenset({408, 429, *range(500, 600)})
"""Statuses that a later attempt may not meet; the same set as Aiven's Go clients retry."""

SENT_AGAIN: Final[Mapping[Method, bool]] = {"GET": True, "PATCH": True, "DELETE": True, "POST": False}
"""Whether the transport may send a request again. PATCH and DELETE name a step by its id, so twice is as good as
once; a POST sent twice may create twice, so only `creation`, which looks in between, repeats one."""

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_TRY_AGAIN: Final = re.compile(r"try again in (\d{1,9}(?:\.\d{1,9})?) ?(ms|s|m|h)", re.IGNORECASE)
_SECONDS: Final = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


def _full_jitter(most: float) -> float:
    return random.uniform(0, most)  # noqa: S311  spreads load, guards nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All in seconds. The numbers are ours where no source is named.

    clock, wall  monotonic time for deadlines, and the time of day for Retry-After dates
    jitter       a random number from 0 to its argument
    wait         waits on an event for some seconds; true if the event came first
    """

    connect: float = 10.0
    """Three SYN packets go out within 7 s."""
    silence: float = 30.0
    """Between two pieces of an answer; what Aiven's MCP server gives a whole request."""
    attempt: float = 60.0
    request: float = 180.0
    """All attempts of one request, so that a rate limit's minute fits in with room to spare."""
    run: float = 3600.0
    """Everything that one transport sends; GitLab's default limit of a job."""
    attempts: int = 6
    backoff_first: float = 0.5
    """Doubled with each attempt; a blip costs less than a second."""
    backoff_most: float = 15.0
    """The cap of Aiven's Go clients."""
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    jitter: Callable[[float], float] = _full_jitter
    wait: Callable[[threading.Event, float], bool] = threading.Event.wait

    def delay(self, outcome: Outcome, attempt: int) -> float:
        """Seconds to wait after `attempt` (from 1): what the server asks for, else exponential with full jitter."""
        if isinstance(outcome, Answer) and outcome.wait is not None:
            # All threads are told the same; a little jitter keeps them from coming back as one.
            return outcome.wait + self.jitter(self.backoff_first)
        return self.jitter(min(self.backoff_most, self.backoff_first * 2.0 ** (attempt - 1)))

    def asked_wait(self, retry_after: str | None, message: str | None) -> float | None:
        """The wait that an answer asks for, by Retry-After (seconds or a date) or in words (`try again in 28s`)."""
        if retry_after is not None:
            retry_after = retry_after.strip()
            if _SECONDS.fullmatch(retry_after):
                return float(retry_after)
            try:
                return max(0.0, parsedate_to_datetime(retry_after).timestamp() - self.wall())
            except (ValueError, OverflowError):
                pass
        found = _TRY_AGAIN.search(message or "")
        return float(found[1]) * _UNITS[found[2].lower()] if found else None


def passing(outcome: Outcome) -> bool:
    """Whether a later attempt may fare better."""
    match outcome:
        case Answer():
            return outcome.status in PASSING
        case Lost():
            return outcome.again
