"""The line between a run and the store of its state: at the request that was chosen, something happens."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Final

_BEGINNINGS: Final = (b"GET ", b"PUT ", b"POST ", b"DELETE ", b"LOCK ", b"UNLOCK ")
_ROW: Final = b"pipesync_state"
"""What requests begin with in HTTP, and what each of them holds in SQL."""


class Moment(StrEnum):
    """Where a request is while it happens."""

    LATE = "on its way, and arriving late"
    ANSWERED = "answered, and the answer arriving late"
    LOST = "answered, and the answer lost"


class Line:
    """Connections to its own `port` lead to the port `to`; at the `number`th request, from 1, it calls `happens`."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._number = 0
        self._moment = Moment.LATE
        self._happens: Callable[[], None] = lambda: None
        self._lasting = False
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def expect(self, number: int, moment: Moment, happens: Callable[[], None], *, lasting: bool = False) -> None:
        """From now on requests are counted anew. `lasting`: it also happens to each request after that one."""
        self._number, self._moment, self._happens, self._lasting = number, moment, happens, lasting

    def count(self) -> None:
        """From now on requests are counted, and nothing happens to them."""
        self.expect(0, Moment.LATE, lambda: None)

    @property
    def counted(self) -> int:
        return -self._number

    def close(self) -> None:
        for end in (self._server, *self._ends):
            _end(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                chosen = threading.Event()
                threading.Thread(target=self._carry_there, args=(near, far, chosen), daemon=True).start()
                threading.Thread(target=self._carry_back, args=(near, far, chosen), daemon=True).start()

    def _carry_there(self, near: socket.socket, far: socket.socket, chosen: threading.Event) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                if self._is_chosen(data):
                    if self._moment is Moment.LATE:
                        self._happens()
                    else:
                        chosen.set()
                far.sendall(data)
        _end(near)
        _end(far)

    def _carry_back(self, near: socket.socket, far: socket.socket, chosen: threading.Event) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if chosen.is_set():
                    chosen.clear()
                    self._happens()
                    if self._moment is Moment.LOST:
                        break
                near.sendall(data)
        _end(near)
        _end(far)

    def _is_chosen(self, data: bytes) -> bool:
        if not (data.startswith(_BEGINNINGS) or _ROW in data):
            return False
        with self._lock:
            self._number -= 1
            return self._number == 0 or (self._lasting and self._number < 0)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def line(to: int) -> Iterator[Line]:
    """A line to the port `to` of this machine, while the block runs."""
    made = Line(to)
    try:
        yield made
    finally:
        made.close()
