"""The door of the sandbox: it keeps account of every request, and springs a trap on the one that was chosen."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from pipesync.sandbox.wire import STOPPING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class Trap:
    """Springs on the writes (or reads) from the `first` to the `last` of a run, or of the one that is `by`.

    `received` is before the request has its effect, `effect` after that and before its answer; with `drip` the answer
    then comes byte by byte.
    """

    moment: Literal["received", "effect", "drip"]
    first: int
    last: int
    spring: Callable[[], None]
    reads: bool = False
    by: int | None = None

    def counts(self, request: "Request") -> bool:
        return request.writes != self.reads and self.by in {None, request.by}


class Hold:
    """A trap's spring that keeps requests waiting until they are let go."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting = 0
        self._open = False

    def __call__(self) -> None:
        with self._changed:
            self._waiting += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._open)

    def has_caught(self, number: int) -> None:
        """Returns when so many requests wait."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._waiting >= number, timeout=30), "nobody came"

    def until(self, done: Callable[[int], bool]) -> None:
        """Returns when `done` is true of the number of requests that wait; `look` has it asked once more."""
        with self._changed:
            assert self._changed.wait_for(lambda: done(self._waiting), timeout=60), "it does not come about"

    def look(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def release(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()


@dataclass(slots=True)
class Request:
    """A request in the order of arrival; `wish` is its body, `status` what the sandbox said, None before it did.

    `by` is the number of its run among those that began at once.
    """

    method: str
    path: str
    wish: str
    status: int | None = None
    by: int = 0

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def lists(self) -> bool:
        return self.method == "GET" and self.path.endswith(("/upgrade-pipeline/steps", "/upgrade/step"))


Weather = Callable[[Request, "WSGIApplication"], "WSGIApplication"]
"""What a request meets on its way: an application around the sandbox's, or that one itself."""


class Gate:
    """A WSGI application around the sandbox's. Only the run that is `expect`ed is let in."""

    def __init__(self, sandbox: "WSGIApplication") -> None:
        self._sandbox = sandbox
        self._changed = threading.Condition()
        self._token = ""
        self._trap: Trap | None = None
        self._weather: Weather | None = None
        self._under_way = 0
        self.requests: list[Request] = []

    def expect(self, token: str, trap: Trap | None = None, weather: Weather | None = None) -> None:
        """From now on only requests with `token`, or `token.NUMBER`, come through, and `requests` are theirs."""
        with self._changed:
            self._token, self._trap, self._weather, self.requests = token, trap, weather, []

    def shut(self) -> None:
        """Nobody comes through: what a dead run has sent and is not read yet has no effect."""
        with self._changed:
            self._token = ""

    def wait_until_quiet(self) -> None:
        """Returns when nothing is under way any more, and nothing comes after it."""
        self.shut()
        with self._changed:
            assert self._changed.wait_for(lambda: not self._under_way, timeout=30), "a request does not end"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith("/v1/"):
            return self._sandbox(environ, start_response)
        request = Request(environ["REQUEST_METHOD"], path, _body(environ))
        trap = self._enter(request, environ.get("HTTP_AUTHORIZATION", ""))
        try:
            if trap and trap.moment == "received":
                trap.spring()
            sandbox = _noted(self._sandbox, request)
            answer = (self._weather(request, sandbox) if self._weather else sandbox)(environ, start_response)
            if trap and trap.moment != "received":
                trap.spring()
        finally:
            self._leave()
        return slowly(b"".join(answer), environ) if trap and trap.moment == "drip" else answer

    def _enter(self, request: Request, authorization: str) -> Trap | None:
        """Take the request down; the trap that it has walked into, if any."""
        token, _, by = authorization.rpartition(" ")[2].partition(".")
        request.by = int(by or 0)
        with self._changed:
            if not self._token or token != self._token:
                raise ConnectionAbortedError("nobody that is expected")
            self._under_way += 1
            self.requests.append(request)
            trap = self._trap
            if trap is None or not trap.counts(request):
                return None
            number = sum(map(trap.counts, self.requests))
            return trap if trap.first <= number <= trap.last else None

    def _leave(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()


DRIP_SECONDS: Final = 0.05
"""Between two pieces of a slow answer; a run that is in no haste allows 30 s."""


def slowly(body: bytes, environ: "WSGIEnvironment", pieces: int = 1000) -> Iterator[bytes]:
    """`body` in so many pieces, one now and then, as long as somebody is there to take them."""
    length = max(1, len(body) // pieces)
    for start in range(0, len(body), length):
        yield body[start : start + length]
        pause(environ, DRIP_SECONDS)


def pause(environ: "WSGIEnvironment", seconds: float) -> None:
    """Lets the client wait; ends the request if nobody waits any more."""
    stopping = environ.get(STOPPING) or threading.Event()
    if stopping.wait(seconds) or _is_left(connection(environ)):
        raise ConnectionAbortedError("nobody is there to be answered")


def connection(environ: "WSGIEnvironment") -> socket.socket | None:
    """The socket that the request came by, if it is open.

    Waitress shows the channel that it belongs to by a method of that.
    """
    found: socket.socket | None = environ["waitress.client_disconnected"].__self__.socket
    return found


def _is_left(connected: socket.socket | None) -> bool:
    """Whether the client has closed the connection; it sends nothing else while it waits for an answer."""
    if connected is None:
        return True
    try:
        return not connected.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def blind_repeats(requests: Sequence[Request]) -> list[str]:
    """Creates that were sent again although nobody had seen in between, by a list, what came of the first."""
    found: list[str] = []
    sent: set[str] = set()
    for request in requests:
        if request.lists and request.status == HTTPStatus.OK:
            sent.clear()
        elif request.method == "POST":
            if request.wish in sent:
                found.append(request.wish)
            sent.add(request.wish)
    return found


def doublings(requests: Sequence[Request]) -> list[str]:
    """Creates whose destination had its step already: Aiven's answer to that is 409."""
    return [request.wish for request in requests if request.method == "POST" and request.status == 409]


def _body(environ: "WSGIEnvironment") -> str:
    """The body, which can be read once more afterwards."""
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    return json.dumps(json.loads(raw), sort_keys=True) if raw else ""


def _noted(sandbox: "WSGIApplication", request: Request) -> "WSGIApplication":
    """The sandbox, whose answer's status is taken down, whatever becomes of the answer."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def note(status: str, headers: list[tuple[str, str]], error: Any = None, /) -> Any:
            request.status = int(status[:3])
            return start_response(status, headers, error) if error else start_response(status, headers)

        return sandbox(environ, note)

    return answer
