"""The only place that speaks HTTP: one shared client, deadlines, size caps, retries; httpx ends here."""

import itertools
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, Self

import httpx
from pydantic_core import from_json

from pipesync.aiven import address, body, sockets
from pipesync.aiven.answer import Answer, Call, Lost, Outcome
from pipesync.aiven.pace import Pace, WaitHook
from pipesync.aiven.patience import SENT_AGAIN, Patience, passing
from pipesync.aiven.refusal import Refusal, visible
from pipesync.aiven.token import Token
from pipesync.errors import PipesyncError

Permit = Callable[[bool], bool]

NOT_PERMITTED: Final = Lost(
    "nothing was sent: this run's lock of the state was not renewed in time, and another run may break it",
    again=False,
    sent=False,
    advice="run `pipesync plan` once the place of the state answers again",
)


class Transport:
    """Sends calls to one API address with one token; any number of threads may use it at once.

    parallelism  connections kept open
    ca_cert      certificates to trust besides the default ones
    cancelled    ends every wait once set; requests under way are finished
    permit       asked before each attempt of a call that writes, with its `owed`: whether it may begin
    through      httpx's transport instead of the network: the seam for tests
    """

    def __init__(
        self,
        api_url: str,
        token: Token,
        *,
        parallelism: int = 10,
        ca_cert: Path | None = None,
        patience: Patience | None = None,
        cancelled: threading.Event | None = None,
        on_wait: WaitHook = lambda _reason, _seconds: None,
        permit: Permit = lambda _owed: True,
        through: httpx.BaseTransport | None = None,
    ) -> None:
        self.api_url = address.checked(api_url)
        self.token = token
        self.parallelism = parallelism
        self.pace = Pace(patience or Patience(), cancelled or threading.Event(), on_wait)
        self._permit = permit
        self._lock = threading.Lock()
        self._sent = 0
        self._sockets = sockets.DeadlineBackend()
        self._http = _open(self.api_url, token, parallelism, ca_cert, through, self._sockets)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections, those of calls under way on other threads as well; none is tried again."""
        self.pace.stop()
        self._sockets.close()
        self._http.close()

    @property
    def requests_sent(self) -> int:
        """How many requests went out, each attempt counted."""
        return self._sent

    def exchange(self, call: Call) -> Outcome:
        """What came of `call`, after as many attempts as its method, the outcome and the deadline allow."""
        ends = self.pace.ends()
        for attempt in itertools.count(1):
            outcome = self.attempt(call, ends)
            if not (SENT_AGAIN[call.method] and passing(outcome)):
                break
            note = self.pace.pause(outcome, attempt, ends)
            if note is not None:
                return replace(outcome, note=note)
        return outcome

    def attempt(self, call: Call, ends: float) -> Outcome:
        """Sends `call` once; everything that can go wrong on the way comes back as a value."""
        refused = self.pace.admit(ends)
        if refused is not None:
            return refused
        if call.writes and not self._permit(call.owed):
            return NOT_PERMITTED
        clock = self.pace.patience.clock
        ends = min(ends, clock() + self.pace.patience.attempt)
        with self._lock:
            self._sent += 1
        # What httpx raises holds the request, and that holds the token: it is turned into a value here.
        try:
            with sockets.deadline(clock, ends):
                return self._send(call, ends)
        except body.BodyError as error:
            return Lost(str(error), again=error.again)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _lost(error, self.token)

    def _send(self, call: Call, ends: float) -> Outcome:
        request = self._http.build_request(
            call.method,
            self.api_url + call.path,
            params=call.query or None,
            json=call.body,
            timeout=self._timeout(ends),
        )
        response = self._http.send(request, stream=True)
        try:
            return self._answer(response, ends)
        finally:
            response.close()

    def _timeout(self, ends: float) -> httpx.Timeout:
        left = max(ends - self.pace.patience.clock(), 0.001)
        silence = min(self.pace.patience.silence, left)
        return httpx.Timeout(silence, connect=min(self.pace.patience.connect, left), pool=left)

    def _answer(self, response: httpx.Response, ends: float) -> Outcome:
        if response.is_stream_consumed:  # a transport that has the whole answer already has unpacked it, too
            raw = body.read((response.content,), "")
        else:
            raw = body.read(self._chunks(response, ends), response.headers.get("content-encoding", "").lower())
        data, foreign = None, None
        if raw.strip():
            try:
                data = from_json(raw, allow_inf_nan=False)
            except ValueError:
                foreign = _foreign(response, len(raw))
        if foreign is not None and response.is_success:
            advice = "a proxy or a login page may stand in between: check --api-url and HTTPS_PROXY"
            return Lost(f"the answer is {foreign}", again="html" not in _media(response), advice=advice)
        message = None if response.is_success else Refusal.of(data).message
        return Answer(
            status=response.status_code,
            data=data,
            foreign=foreign,
            location=_location(response) if response.is_redirect else None,
            wait=self.pace.patience.asked_wait(response.headers.get("retry-after"), message),
        )

    def _chunks(self, response: httpx.Response, ends: float) -> Iterator[bytes]:
        for chunk in response.iter_raw():
            if self.pace.patience.clock() >= ends:
                raise body.BodyError("the answer takes too long", again=True)
            yield chunk


def _open(
    api_url: str,
    token: Token,
    parallelism: int,
    ca_cert: Path | None,
    through: httpx.BaseTransport | None,
    backend: sockets.DeadlineBackend,
) -> httpx.Client:
    """A client for `api_url`; PipesyncError if the CA file or the proxy named by the environment is of no use."""
    secure = api_url.startswith("https:")
    headers = {
        "Authorization": token.header,
        "User-Agent": f"pipesync/{version('pipesync')}",
        "Accept": "application/json",
        "Accept-Encoding": body.ACCEPTED,
    }
    try:
        client = httpx.Client(
            headers=headers,
            # Plain http is for loopback, where a proxy would only carry the token away from this machine.
            trust_env=secure,
            verify=_trust(ca_cert) if secure and through is None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            limits=httpx.Limits(max_connections=parallelism, max_keepalive_connections=parallelism),
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


def _trust(ca_cert: Path | None) -> ssl.SSLContext:
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


_TROUBLES: Final[tuple[tuple[type[Exception], Lost], ...]] = (
    (httpx.ConnectTimeout, Lost("no connection: nobody answers", sent=False)),
    (httpx.PoolTimeout, Lost("nothing was sent, because every connection stayed busy", sent=False)),
    (httpx.TimeoutException, Lost("no answer in time")),
    (httpx.NetworkError, Lost("the connection was lost")),
    (httpx.RemoteProtocolError, Lost("the connection was lost, or what came back is not HTTP")),
)
"""The first that fits counts. A server's own words are left out."""


def _lost(error: Exception, token: Token) -> Lost:
    """What an exception of httpx means; the system's and the proxy's words for a connection that failed are kept."""
    detail = token.scrub(visible(str(error)))[:200]
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in detail:
        advice = "if the API or a proxy uses a certificate of your own authority, name it with --ca-cert"
        return Lost(f"its certificate is not trusted: {detail}", again=False, sent=False, advice=advice)
    if isinstance(error, httpx.ConnectError):
        return Lost(f"no connection: {detail}", sent=False)
    if isinstance(error, httpx.ProxyError):
        return Lost(f"the proxy refuses: {detail}", sent=False, advice="check HTTPS_PROXY and NO_PROXY")
    fitting = (lost for kind, lost in _TROUBLES if isinstance(error, kind))
    return next(fitting, Lost(f"the request could not be sent ({type(error).__name__})", again=False))


def _foreign(response: httpx.Response, size: int) -> str:
    media = _media(response)
    if "html" in media:
        return f"a web page ({size} bytes of HTML), not Aiven's JSON"
    if "json" in media:
        return f"broken or cut off: {size} bytes that are not valid JSON"
    return f"{size} bytes that are not JSON"


def _media(response: httpx.Response) -> str:
    media: str = response.headers.get("content-type", "")
    return media.partition(";")[0].strip().lower()


def _location(response: httpx.Response) -> str:
    """Where a redirect leads, without its query, which may hold anything."""
    with suppress(httpx.InvalidURL, KeyError):
        url = httpx.URL(response.headers["location"])
        port = f":{url.port}" if url.port else ""
        return visible(f"{url.scheme}://{url.host}{port}{url.path}" if url.host else url.path)[:200]
    return "an address that cannot be read"
