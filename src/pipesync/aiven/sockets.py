"""Sockets that keep a deadline: no single read or write outlasts it, however slowly bytes drip in.

httpx and httpcore bound each read, never their sum, so a server that sends one byte now and then could hold a
request for ever. The deadline is the thread's own, because pooled connections pass from thread to thread.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore

_ends = threading.local()


@contextmanager
def deadline(clock: Callable[[], float], ends: float) -> Iterator[None]:
    """Lets no socket operation of this thread pass the instant `ends` of `clock`, while the block runs."""
    _ends.left = lambda: ends - clock()
    try:
        yield
    finally:
        del _ends.left


def _within(timeout: float | None, expired: type[Exception]) -> float:
    seconds: float = _ends.left()
    if seconds <= 0:
        raise expired("the time is up")
    return seconds if timeout is None else min(timeout, seconds)


class DeadlineStream(httpcore.NetworkStream):
    """A connection of httpcore's, read and written within the thread's deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = _within(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, within))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens httpcore's own connections, as `DeadlineStream`s."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        within = _within(timeout, httpcore.ConnectTimeout)
        return DeadlineStream(self._backend.connect_tcp(host, port, within, local_address, socket_options))
