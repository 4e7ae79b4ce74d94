"""Connections end with the transport that opened them, also those that another thread is still busy with."""

import socket
import threading
import time

import httpcore
import pytest

from pipesync.aiven.answer import Call, Outcome
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.web import sockets
from pipesync.web.lost import Lost
from tests.contract.loopback import serving
from tests.contract.scripted import SECRET

CALL = Call("GET", "/v1/anything", "ask for something")


def test_closing_hangs_up_on_calls_under_way() -> None:
    """A thread that waits for an answer gets an error at once, and the server sees the connection end.

    It neither tries again nor says that it waits: a process that ends must not be written into.
    """
    asked, hung_up = threading.Event(), threading.Event()

    def talk(connection: socket.socket) -> None:
        asked.set()
        if not connection.recv(1):
            hung_up.set()

    outcomes: list[Outcome] = []
    waits: list[str] = []
    with serving(talk) as url:
        token = Token(SECRET, "PIPESYNC_TOKEN")
        transport = Transport(url, token, on_wait=lambda reason, _seconds: waits.append(reason))
        caller = threading.Thread(target=lambda: outcomes.append(transport.exchange(CALL)))
        caller.start()
        assert asked.wait(5)
        transport.close()
        caller.join()
    assert hung_up.is_set()
    assert [type(outcome) for outcome in outcomes] == [Lost]
    assert (waits, transport.requests_sent) == ([], 1)


def test_a_connection_made_after_the_close_is_closed_too() -> None:
    """A thread that was about to connect when the transport closed leaves no open socket behind."""
    backend = sockets.DeadlineBackend()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        backend.close()
        with sockets.deadline(time.monotonic, time.monotonic() + 5), pytest.raises(httpcore.ConnectError):
            backend.connect_tcp(*listener.getsockname())
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            assert connection.recv(1) == b""
