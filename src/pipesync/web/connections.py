"""The only place that speaks HTTP: one attempt of a request, its deadline and its size cap; httpx ends here."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import httpx

from pipesync.errors import PipesyncError
from pipesync.web import body, sockets
from pipesync.web.lost import Lost
from pipesync.web.proxy import proxy_status
from pipesync.web.visible import visible


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: `url` is percent-encoded, `query` is added to one that has none; the body is either of two."""

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    json: Any = None
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer, unpacked. `location` is where a redirect leads: it is never followed."""

    status: int
    body: bytes = field(repr=False)
    media: str
    retry_after: str | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long an attempt may take, in seconds, and how large an answer may be, in bytes.

    connect  until there is a connection
    silence  between two pieces of an answer
    """

    connect: float
    silence: float
    cap: int = body.CAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a server is met.

    headers  what each request carries, besides who we are
    size     connections at once; None: as many as there are requests
    kept     connections kept open between requests; left out: all of them
    secure   whether it is met over TLS; without it no proxy is asked
    trust    what its certificate is judged by
    advice   what to do about one that is not trusted
    scrub    a foreign text without our secrets
    """

    headers: Mapping[str, str] = field(repr=False)
    size: int | None
    secure: bool
    trust: ssl.SSLContext | None
    advice: str
    scrub: Callable[[str], str]
    kept: int | None = None


class Connections:
    """Connections to one server over https, or to this machine over http; any number of threads may use them at once.

    through  httpx's transport instead of the network: the seam for tests
    """

    def __init__(
        self,
        manners: Manners,
        limits: Limits,
        clock: Callable[[], float],
        *,
        through: httpx.BaseTransport | None = None,
    ) -> None:
        self._manners = manners
        self._limits = limits
        self._clock = clock
        self._sockets = sockets.DeadlineBackend()
        self._http = _open(manners, through, self._sockets)

    def close(self) -> None:
        """Closes the connections, those of requests under way on other threads as well."""
        self._sockets.close()
        self._http.close()

    def send(self, request: Request, ends: float) -> Reply | Lost:
        """Sends `request` once, until the instant `ends` of the clock; what can go wrong comes back as a value."""
        # What httpx raises holds the request, and that holds the secret: it is turned into a value here.
        try:
            with sockets.deadline(self._clock, ends):
                return self._send(request, ends)
        except body.BodyError as error:
            return Lost(str(error), again=error.again)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _lost(error, self._manners)

    def _send(self, request: Request, ends: float) -> Reply:
        built = self._http.build_request(
            request.method,
            request.url,
            params=request.query or None,
            json=request.json,
            content=request.content,
            headers=None if request.content is None else {"Content-Type": "application/json"},
            timeout=self._timeout(ends),
        )
        response = self._http.send(built, stream=True)
        try:
            return self._reply(response, ends)
        finally:
            response.close()

    def _timeout(self, ends: float) -> httpx.Timeout:
        left = max(ends - self._clock(), 0.001)
        silence = min(self._limits.silence, left)
        return httpx.Timeout(silence, connect=min(self._limits.connect, left), pool=left)

    def _reply(self, response: httpx.Response, ends: float) -> Reply:
        if response.is_stream_consumed:  # a transport that has the whole answer already has unpacked it, too
            raw = body.read((response.content,), "", self._limits.cap)
        else:
            packed = response.headers.get("content-encoding", "").lower()
            raw = body.read(self._chunks(response, ends), packed, self._limits.cap)
        return Reply(
            status=response.status_code,
            body=raw,
            media=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            retry_after=response.headers.get("retry-after"),
            location=_location(response, self._manners.scrub) if response.is_redirect else None,
        )

    def _chunks(self, response: httpx.Response, ends: float) -> Iterator[bytes]:
        for chunk in response.iter_raw():
            if self._clock() >= ends:
                raise body.BodyError("the answer takes too long", again=True)
            yield chunk


def trust(ca_cert: Path | None) -> ssl.SSLContext:
    """The usual certificates, those of SSL_CERT_FILE for one, and the file's; PipesyncError if it holds none."""
    context = httpx.create_ssl_context()
    if ca_cert is not None:
        try:
            context.load_verify_locations(cafile=ca_cert)
        except OSError as error:
            reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
            raise PipesyncError(
                f"the CA certificate file cannot be used: {reason}",
                where=str(ca_cert),
                next="--ca-cert and AIVEN_CA_CERT name a file of certificates in PEM form",
            ) from None
    return context


def _open(manners: Manners, through: httpx.BaseTransport | None, backend: sockets.DeadlineBackend) -> httpx.Client:
    """A client; PipesyncError if the proxy named by the environment is of no use."""
    headers = {
        **manners.headers,
        "User-Agent": f"pipesync/{version('pipesync')}",
        "Accept": "application/json",
        "Accept-Encoding": body.ACCEPTED,
    }
    try:
        client = httpx.Client(
            headers=headers,
            # Plain http is for loopback, where a proxy would only carry the secret away from this machine.
            trust_env=manners.secure,
            verify=manners.trust or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            limits=httpx.Limits(
                max_connections=manners.size,
                max_keepalive_connections=manners.size if manners.kept is None else manners.kept,
            ),
            transport=through,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        client = None
    if client is None:
        raise PipesyncError(
            "the proxy that the environment names cannot be used",
            where="HTTPS_PROXY, HTTP_PROXY or ALL_PROXY",
            next="give it as http://HOST:PORT; SOCKS is not supported",
        )
    # httpx has no parameter for this. Were the attribute ever renamed, only what sockets.py adds would go.
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = backend  # noqa: SLF001
    return client


_TROUBLES: Final[tuple[tuple[type[Exception], Lost], ...]] = (
    (httpx.ConnectTimeout, Lost("no connection: nobody answers", sent=False)),
    (httpx.PoolTimeout, Lost("nothing was sent, because every connection stayed busy", sent=False)),
    (httpx.TimeoutException, Lost("no answer in time")),
    (httpx.NetworkError, Lost("the connection was lost")),
    (httpx.RemoteProtocolError, Lost("the connection was lost, or what came back is not HTTP")),
)
"""The first that fits counts. A server's own words are left out."""


def _lost(error: Exception, manners: Manners) -> Lost:
    """What an exception of httpx means; the system's words for a connection that failed are kept.

    A proxy's are not: it knows a password of its own, which is in the environment's address of it.
    """
    detail = manners.scrub(visible(str(error)))[:200]
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in detail:
        return Lost(f"its certificate is not trusted: {detail}", again=False, sent=False, advice=manners.advice)
    if isinstance(error, httpx.ConnectError):
        return Lost(f"no connection: {detail}", sent=False)
    if isinstance(error, httpx.ProxyError):
        return Lost(f"the proxy refuses{proxy_status(detail)}", sent=False, advice="check HTTPS_PROXY and NO_PROXY")
    fitting = (lost for kind, lost in _TROUBLES if isinstance(error, kind))
    return next(fitting, Lost(f"the request could not be sent ({type(error).__name__})", again=False))


def _location(response: httpx.Response, scrub: Callable[[str], str]) -> str:
    """Where a redirect leads, without its query, which may hold anything, and without our secrets."""
    with suppress(httpx.InvalidURL, KeyError):
        url = httpx.URL(response.headers["location"])
        port = f":{url.port}" if url.port else ""
        return scrub(visible(f"{url.scheme}://{url.host}{port}{url.path}" if url.host else url.path))[:200]
    return "an address that cannot be read"
