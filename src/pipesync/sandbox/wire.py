"""Between the socket and the application: odd names in paths, the request log, and faults.

A reply is lost by raising an OSError out of the application: waitress then closes the connection without a
byte more, which is what a client sees when a real connection breaks.
"""

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.test import run_wsgi_app

from pipesync.sandbox.faults import Answer, Fault, Faults
from pipesync.sandbox.names import raw_path, spelt_path
from pipesync.sandbox.traffic import KEPT_HEADERS, Traffic

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STOPPING = "pipesync.stopping"
"""The `environ` key of an event that ends waiting when the server stops."""


class ReplyLostError(ConnectionAbortedError):
    """The connection ends here: no answer, or no more of it."""


class Wire:
    """A WSGI application around the sandbox's own. Only requests of Aiven's API are logged and meet faults."""

    def __init__(self, inner: "WSGIApplication", faults: Faults, traffic: Traffic) -> None:
        self._inner = inner
        self._faults = faults
        self._traffic = traffic

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = raw_path(environ)
        environ["PATH_INFO"] = spelt_path(path)
        if not path.startswith("/v1/"):
            return self._inner(environ, start_response)
        method = environ["REQUEST_METHOD"]
        entry = self._traffic.begin(method, path, environ.get("QUERY_STRING", ""), _headers(environ))
        status: int | None = None
        lost = True
        try:
            fault = self._faults.fire(method, path)
            _wait(environ, self._faults.latency_ms + (fault.latency_ms if fault else 0))
            answer = self._carry_out(environ, fault)
            status, lost = int(answer.status[:3]), bool(fault and fault.truncate)
        finally:
            self._traffic.end(entry, status, lost=lost)
        start_response(answer.status, answer.headers)
        return _in_part(answer.body, fault.truncate) if fault and fault.truncate else [answer.body]

    def _carry_out(self, environ: "WSGIEnvironment", fault: Fault | None) -> Answer:
        """The effect, where there is one, and then the answer, where there is one."""
        answer = None if fault and fault.prevents_effect else _answer(self._inner, environ)
        if fault and fault.replaces_answer:
            return fault.answer()
        if answer is None or (fault and fault.lose):
            raise ReplyLostError
        return answer


def _answer(app: "WSGIApplication", environ: "WSGIEnvironment") -> Answer:
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Answer(status, headers.to_wsgi_list(), b"".join(parts))


def _in_part(body: bytes, length: int) -> Iterator[bytes]:
    """The first bytes of a body whose whole length has been announced."""
    yield body[:length]
    raise ReplyLostError


def _wait(environ: "WSGIEnvironment", latency_ms: float) -> None:
    stopping = environ.get(STOPPING) or threading.Event()
    if latency_ms and stopping.wait(latency_ms / 1000):
        raise ReplyLostError


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """The headers that the log keeps, and of the authorization its scheme alone."""
    named = {name: environ.get("HTTP_" + name.upper().replace("-", "_")) for name in KEPT_HEADERS}
    named["content-type"] = environ.get("CONTENT_TYPE")
    named["authorization"] = (environ.get("HTTP_AUTHORIZATION") or "").partition(" ")[0] or None
    return {name: value for name, value in named.items() if value}
