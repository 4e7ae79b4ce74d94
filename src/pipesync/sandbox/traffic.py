"""The log of requests, for tests that count: what came, in which order, how many at once. No tokens, no bodies."""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

KEPT_HEADERS: Final = ("user-agent", "content-type", "accept", "accept-encoding")

KEPT_REQUESTS: Final = 50_000
"""A run over 10,000 steps makes some 30,000 calls; older entries fall out, the counts stay."""


@dataclass(slots=True)
class Entry:
    """One request; `status` is None until it is answered and stays None if the reply is lost."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    in_flight: int
    status: int | None = None
    lost: bool = False


class Traffic:
    """The requests so far, in the order in which they began."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT_REQUESTS)
        self._total = self._in_flight = self._peak = 0
        self._lock = threading.Lock()

    def begin(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Entry:
        with self._lock:
            self._total += 1
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
            entry = Entry(method, path, query, headers, self._in_flight)
            self._entries.append(entry)
            return entry

    def end(self, entry: Entry, status: int | None, *, lost: bool) -> None:
        with self._lock:
            self._in_flight -= 1
            entry.status, entry.lost = status, lost

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._total, self._peak = 0, self._in_flight

    @property
    def total(self) -> int:
        return self._total

    def described(self, method: str = "*", path: str = "*") -> dict[str, Any]:
        """The requests whose method and path match the globs, counted and listed."""
        with self._lock:
            chosen = [
                asdict(entry)
                for entry in self._entries
                if fnmatchcase(entry.method, method) and fnmatchcase(entry.path, path)
            ]
            return {
                "total": self._total,
                "peak_in_flight": self._peak,
                "count": len(chosen),
                "by_method": Counter(entry["method"] for entry in chosen),
                "requests": chosen,
            }
