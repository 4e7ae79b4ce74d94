"""Real sockets on loopback that misbehave in one way each; every connection gets the same bytes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Talk = Callable[[socket.socket], None]


@contextmanager
def serving(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server that reads a request's head and leaves the rest to `talk`, on a thread a connection.

    With `tls` it speaks that; a handshake that fails ends the connection.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def converse(plain: socket.socket) -> None:
        with plain, suppress(OSError):  # the client hung up, as it should
            plain.settimeout(5)
            with plain if tls is None else tls.wrap_socket(plain, server_side=True) as connection:
                if _reads_head(connection):
                    talk(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=converse, args=(connection,), daemon=True))
            threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread in threads:
            thread.join()


def _reads_head(connection: socket.socket) -> bool:
    """Whether a whole head came before the client hung up."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            return False
        head += piece
    return True


def saying(*pieces: bytes) -> Talk:
    """Sends the pieces and closes the connection."""

    def talk(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return talk


def head(status: str = "200 OK", **headers: str) -> bytes:
    """The head of an answer; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
