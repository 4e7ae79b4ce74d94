"""A database that asks for the password as it is, and tells it back in its refusal."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def hostile_database(words: Callable[[], str], code: Callable[[], str]) -> Iterator[int]:
    """Its port on loopback. It refuses with the SQLSTATE `code()` and `words()`."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, words, code), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _serve(listener: socket.socket, words: Callable[[], str], code: Callable[[], str]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError, struct.error):
                connection.settimeout(20)
                _refuse(connection, words(), code())


def _refuse(connection: socket.socket, words: str, code: str) -> None:
    """PostgreSQL's protocol, version 3: the documentation's chapter "Message Formats"."""
    while struct.unpack("!II", _read(connection, 8))[1] in {80877103, 80877104}:  # SSLRequest, GSSENCRequest
        connection.sendall(b"N")
    connection.recv(65536)  # the rest of the StartupMessage
    connection.sendall(b"R" + struct.pack("!II", 8, 3))  # AuthenticationCleartextPassword
    sent = connection.recv(65536)[5:].rstrip(b"\0").decode()
    told = f"password authentication failed for {words}, {sent}".encode()
    fields = b"".join(
        kind + text + b"\0" for kind, text in ((b"S", b"FATAL"), (b"C", code.encode()), (b"M", told), (b"D", told))
    )
    connection.sendall(b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0")


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data
