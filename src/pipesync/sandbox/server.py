"""A sandbox on a loopback socket: waitress, started and stopped within one process."""

import logging
import socket
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from waitress import wasyncore
from waitress.server import BaseWSGIServer, create_server

from pipesync.sandbox.wire import STOPPING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST: Final = "127.0.0.1"
PORT: Final = 8765

THREADS: Final = 40
"""Requests that may wait side by side: clients are measured with latency and up to 32 calls at once."""

_FIRST_THREADS: Final = 4
"""More start when they are needed: most tests send one request at a time, and a thread costs up to 2 ms."""

CONNECTIONS: Final = 500
"""Well above what clients with 32 connections each keep open; waitress would stop accepting at 100."""

_IN_MEMORY: Final = 64 * 1024 * 1024
"""Bytes of a message that waitress keeps in memory: more would go to a file, which nobody closes when it stops."""

_STOP_SECONDS: Final = 5
"""How long a stop waits for requests under way, which take milliseconds unless something hangs."""


class Server:
    """A sandbox that listens. Use it as a context manager, which serves in a thread, or call `run`."""

    def __init__(self, app: "WSGIApplication", port: int = PORT, threads: int = THREADS) -> None:
        self._app = app
        self._most_threads = threads
        self._busy = 0
        self._busy_lock = threading.Lock()
        self._stopping = threading.Event()
        self._map: dict[int, Any] = {}
        # A full house is what this server is for, and not worth a line on standard error.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        server = create_server(
            self._call,
            map=self._map,
            sockets=[_bound(port)],
            threads=min(threads, _FIRST_THREADS),
            connection_limit=CONNECTIONS,
            inbuf_overflow=_IN_MEMORY,
            outbuf_overflow=_IN_MEMORY,
            ident="pipesync-sandbox",
            log_socket_errors=False,
            asyncore_use_poll=True,
        )
        assert isinstance(server, BaseWSGIServer)
        self._server = server
        self._thread = threading.Thread(target=self._loop, name="pipesync-sandbox", daemon=True)
        self.port = int(server.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def run(self) -> None:
        """Serve until interrupted."""
        try:
            self._loop()
        except KeyboardInterrupt:
            pass
        finally:
            self._close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._server.pull_trigger()
        self._thread.join()
        self._close()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._map, count=1)

    def _stop(self) -> None:
        """Ends the loop and every wait; no thread starts after this."""
        with self._busy_lock:
            self._stopping.set()

    def _close(self) -> None:
        """In this order: worker threads write to the wake-up pipe, which must not be closed under them."""
        self._stop()
        self._server.task_dispatcher.shutdown(timeout=_STOP_SECONDS)
        wasyncore.close_all(self._map)

    def _call(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[STOPPING] = self._stopping
        with self._busy_lock:
            self._busy += 1
            self._grow()
        try:
            return self._app(environ, start_response)
        finally:
            with self._busy_lock:
                self._busy -= 1

    def _grow(self) -> None:
        """Twice the threads if all of them are busy, so that none of the requests to come has to wait."""
        dispatcher = self._server.task_dispatcher
        count = len(dispatcher.threads)
        if self._busy >= count and not self._stopping.is_set():
            dispatcher.set_thread_count(min(count * 2, self._most_threads))


def _bound(port: int) -> socket.socket:
    """Bound here because waitress leaves a socket open that it could not bind."""
    bound = socket.socket()
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
    except OSError:
        bound.close()
        raise
    return bound


def serve(app: "WSGIApplication", port: int = PORT, threads: int = THREADS) -> Server:
    """`app` on 127.0.0.1; port 0 takes a free one. It listens at once and answers inside `with` or `run`.

    OSError if the port is taken.
    """
    return Server(app, port, threads)
