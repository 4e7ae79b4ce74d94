"""Sockets that keep a deadline, however slowly bytes drip in, and that end with the transport that opened them.

httpx and httpcore bound each read, never their sum, so a server that sends one byte now and then could hold a
request for ever. The deadline is the thread's own, because pooled connections pass from thread to thread.

httpcore's pool forgets a connection that is being opened, or is busy, when the pool is closed: the thread that
uses it would leave it open. So every open connection is known here.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    """A connection of httpcore's, read and written within the thread's deadline; `forget` is told of its end."""

    def __init__(self, stream: httpcore.NetworkStream, forget: "Callable[[DeadlineStream], None]") -> None:
        self._stream = stream
        self._forget = forget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._forget(self)
        self._stream.close()

    def hang_up(self) -> None:
        """Ends the connection, whoever waits for it."""
        with suppress(OSError):  # the other side may have been faster
            self.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            within = _within(timeout, httpcore.ConnectTimeout)
            self._stream = self._stream.start_tls(ssl_context, server_hostname, within)
        except BaseException:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens httpcore's own connections, as `DeadlineStream`s, until it is closed."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()
        self._lock = threading.Lock()
        self._open: set[DeadlineStream] = set()
        self._closed = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        within = _within(timeout, httpcore.ConnectTimeout)
        connected = self._backend.connect_tcp(host, port, within, local_address, socket_options)
        stream = DeadlineStream(connected, self._forget)
        with self._lock:
            self._open.add(stream)
            closed = self._closed
        if closed:
            stream.hang_up()
            raise httpcore.ConnectError("the run is over")
        return stream

    def close(self) -> None:
        """Hangs up on every connection; a thread that waits for one gets an error, and none is opened any more."""
        with self._lock:
            self._closed = True
            left = [*self._open]
        for stream in left:
            stream.hang_up()

    def _forget(self, stream: DeadlineStream) -> None:
        with self._lock:
            self._open.discard(stream)
