"""The door of a server that keeps states: it passes requests on, counts them, and springs a trap on the chosen one."""

import email.utils
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tests.faults.gate import Trap
from tests.stores.http_server import open_to_all

_OF_THE_LINE: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
"""Headers of an answer that are about its way, not about what it says."""


class Door:
    """Leads from its own `port` to the port `to` of this machine. It is shut unless a run is expected.

    `age` is how many seconds earlier than it was an object has changed, by the answers of a store; but not a probe,
    which tells the time.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self.age = 0
        self._changed = threading.Condition()
        self._open = False
        self._trap: Trap | None = None
        self._under_way = 0
        self._count = 0

    def expect(self, trap: Trap | None = None) -> None:
        """A run comes: the requests are counted from here."""
        with self._changed:
            self._open, self._trap, self._count = True, trap, 0

    def shut(self) -> None:
        with self._changed:
            self._open = False

    def wait_until_quiet(self) -> None:
        """Returns when nothing is under way any more, and nothing comes after it."""
        self.shut()
        with self._changed:
            assert self._changed.wait_for(lambda: not self._under_way, timeout=30), "a request does not end"

    @contextmanager
    def passing(self) -> Iterator[Callable[[str], None]]:
        """One request on its way. What is given is called at each of its moments, and springs the trap that is there.

        ConnectionAbortedError if nobody is expected, or if the trap kills whoever asks.
        """
        trap = self._enter()

        def reach(moment: str) -> None:
            if trap and trap.moment == moment:
                self.shut()
                trap.spring()

        try:
            yield reach
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def _enter(self) -> Trap | None:
        """The trap that the request has walked into, if any."""
        with self._changed:
            if not self._open:
                raise ConnectionAbortedError("nobody that is expected")
            self._under_way += 1
            self._count += 1
            trap = self._trap
            return trap if trap and trap.first <= self._count <= trap.last else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Those who were killed are not answered: nothing is to be said of it."""


class _Handler(BaseHTTPRequestHandler):
    door: Door
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer is sent in two pieces

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.door.passing() as reach:
            reach("received")
            answer, text = self._ask(body)
            reach("effect")
        self._say(answer, text)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_LOCK = do_UNLOCK = _handle  # noqa: N815  the library's names

    def _ask(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        server = http.client.HTTPConnection("127.0.0.1", self.door.to, timeout=30)
        server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            server.putheader(name, value)
        server.endheaders(body)
        answer = server.getresponse()
        text = answer.read()
        server.close()
        return answer, text

    def _say(self, answer: http.client.HTTPResponse, text: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "last-modified" and self.door.age and ".probe" not in self.path:
                self.send_header(name, _earlier(value, self.door.age))
            elif name.lower() not in _OF_THE_LINE:
                self.send_header(name, value)
        if answer.status != 204:
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's signature
        """Nothing is printed."""


def _earlier(date: str, seconds: int) -> str:
    return email.utils.formatdate(email.utils.parsedate_to_datetime(date).timestamp() - seconds, usegmt=True)


@contextmanager
def door(to: int) -> Iterator[Door]:
    """A door to the HTTP server at the port `to` of this machine, while the block runs."""
    made = Door(to)
    http = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"door": made}))
    made.port = http.server_port
    with open_to_all(http):
        yield made
