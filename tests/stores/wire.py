"""A wire between a run and an engine, of real sockets, that loses an answer when it is told to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """What becomes of one request, or of its answer."""

    RESET_BEFORE = "reset before the effect"
    RESET_AFTER = "reset after the effect"
    ANSWER_503_BEFORE = "503 before the effect"
    ANSWER_503_AFTER = "503 after the effect"
    HANG_BEFORE = "hangs before the effect"
    HANG_AFTER = "hangs after the effect"


AFTER: Final = frozenset({Fault.RESET_AFTER, Fault.ANSWER_503_AFTER, Fault.HANG_AFTER})
HANGS: Final = frozenset({Fault.HANG_BEFORE, Fault.HANG_AFTER})
HTTP_ONLY: Final = frozenset({Fault.ANSWER_503_BEFORE, Fault.ANSWER_503_AFTER})
SORRY: Final = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Script:
    """The fault that meets the `number`th piece of a run's data, from 1, that is one of those `concerned`."""

    fault: Fault
    concerned: Callable[[bytes], bool]
    number: int
    seen: int = 0

    def meets(self, data: bytes) -> bool:
        if not self.concerned(data):
            return False
        self.seen += 1
        return self.seen == self.number


class Wire:
    """Connections to its own `port` lead to the port `to`."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._script: Script | None = None
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def follow(self, script: Script) -> None:
        self._script = script

    def close(self) -> None:
        for end in (self._server, *self._ends):
            _end(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                connection = _Connection(near, far)
                threading.Thread(target=self._carry_there, args=(connection,), daemon=True).start()
                threading.Thread(target=connection.carry_back, daemon=True).start()

    def _carry_there(self, connection: "_Connection") -> None:
        with suppress(OSError):
            while data := connection.near.recv(65536):
                with self._lock:
                    script = self._script
                    met = script is not None and connection.fault is None and script.meets(data)
                if script is not None and met:
                    connection.fault = script.fault
                    if script.fault not in AFTER:
                        connection.fail()
                if connection.fault is None or connection.fault in AFTER:
                    connection.far.sendall(data)
        connection.close()


class _Connection:
    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.near = near
        self.far = far
        self.fault: Fault | None = None

    def carry_back(self) -> None:
        with suppress(OSError):
            while data := self.far.recv(65536):
                if self.fault is None:
                    self.near.sendall(data)
                elif self.fault in AFTER:
                    self.fail()
        if self.fault not in HANGS:
            self.close()

    def fail(self) -> None:
        """The answer that was due is not given."""
        with suppress(OSError):
            if self.fault in HTTP_ONLY:
                self.near.sendall(SORRY)
            if self.fault not in HANGS:
                self.close()

    def close(self) -> None:
        _end(self.near)
        _end(self.far)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """A wire to the port `to` of this machine, while the block runs."""
    made = Wire(to)
    try:
        yield made
    finally:
        made.close()
