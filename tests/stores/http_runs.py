"""Runs that share an HTTP store, and how long they wait in tests: not at all."""

from collections.abc import Callable
from typing import Any

from pipesync.store.http.exchange import Patience
from pipesync.store.http.store import HttpStore
from pipesync.store.lock import LockInfo
from tests.stores.http_server import Server


def info(lock_id: str = "mine", who: str = "me") -> LockInfo:
    return LockInfo(
        lock_id=lock_id, who=who, host="ci-7", pid=42, ci_url="https://ci.example/1", since="2026-11-01T10:00:00Z"
    )


def patience(wait: Callable[[float], None] = lambda _seconds: None, **changes: Any) -> Patience:
    """Pauses are skipped, or are what `wait` makes of them."""
    return Patience(**{"wait": wait, "silence": 5.0, **changes})


def store(server: Server, wait: Callable[[float], None] = lambda _seconds: None, **changes: Any) -> HttpStore:
    """A run's own view of the store at `server`."""
    return HttpStore.of(server.url, {}, patience(wait, **changes))
