"""The door of a database: it passes statements on, counts them, and springs a trap on the chosen one."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, Final

from tests.faults.door import Door
from tests.stores.http_server import open_to_all

_STATEMENT: Final = (b"P", b"Q")
"""What begins with a Parse or a Query message is a statement; libpq sends it, if it is short, as one piece."""

_READY: Final = (b"Z\0\0\0\5I", b"Z\0\0\0\5T", b"Z\0\0\0\5E")
"""The message ReadyForQuery, which ends the answer to a statement (PostgreSQL's documentation, Message Formats)."""

_PIECE: Final = 1024**2
_IDLE_SECONDS: Final = 60


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Those who were killed are not answered: nothing is to be said of it."""


class _Handler(BaseRequestHandler):
    door: Door

    def handle(self) -> None:
        near: socket.socket = self.request
        with socket.create_connection(("127.0.0.1", self.door.to)) as far:
            while ready := select.select((near, far), (), (), _IDLE_SECONDS)[0]:
                for side in ready:
                    data = side.recv(_PIECE)
                    if not data:
                        return
                    if side is near and data.startswith(_STATEMENT):
                        self._ask(data, far)
                    else:
                        (far if side is near else near).sendall(data)

    def _ask(self, data: bytes, far: socket.socket) -> None:
        with self.door.passing() as reach:
            reach("received")
            far.sendall(data)
            answer = b""
            while not answer.endswith(_READY):
                more = far.recv(_PIECE)
                if not more:
                    raise ConnectionAbortedError("the database has gone")
                answer += more
            reach("effect")
        self.request.sendall(answer)


@contextmanager
def database_door(to: int) -> Iterator[Door]:
    """A door to the database server at the port `to` of this machine, while the block runs."""
    made = Door(to)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"door": made}))
    made.port = server.server_address[1]
    with open_to_all(server):
        yield made
