"""The API over TLS: whose certificate is trusted, and that a deadline and a close hold there as well."""

import socket
import ssl
import threading
from pathlib import Path

import pytest
import trustme

from pipesync.aiven.answer import Answer, Call, Outcome
from pipesync.aiven.patience import Patience
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.web.lost import Lost
from tests.contract.loopback import head, saying, serving
from tests.contract.scripted import SECRET

CALL = Call("GET", "/v1/anything", "ask for something")
TOKEN = Token(SECRET, "PIPESYNC_TOKEN")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's proxies are left out."""
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def ca_cert(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def secure(authority: trustme.CA) -> ssl.SSLContext:
    """A server's context with a certificate for localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def over_tls(url: str) -> str:
    return url.replace("http://127.0.0.1", "https://localhost")


def test_an_answer_over_tls(secure: ssl.SSLContext, ca_cert: Path) -> None:
    """With the authority named by --ca-cert; the connection is kept for the next call."""
    talk = saying(head(content_length="2", content_type="application/json") + b"{}")
    with serving(talk, secure) as url, Transport(over_tls(url), TOKEN, ca_cert=ca_cert) as transport:
        assert transport.exchange(CALL) == Answer(200, {})


def test_a_certificate_that_nobody_vouches_for(secure: ssl.SSLContext) -> None:
    """Nothing is sent, and the flag that would help is named."""
    with serving(saying(), secure) as url, Transport(over_tls(url), TOKEN) as transport:
        outcome = transport.exchange(CALL)
    assert isinstance(outcome, Lost)
    assert not outcome.sent
    assert "its certificate is not trusted" in outcome.reason
    assert "--ca-cert" in (outcome.advice or "")


def test_a_handshake_that_never_ends() -> None:
    """A server that accepts and says nothing: the attempt's time ends it."""

    def silent(connection: socket.socket) -> None:
        connection.recv(1)

    patience = Patience(attempts=1, attempt=0.3)
    with serving(silent) as url, Transport(over_tls(url), TOKEN, patience=patience) as transport:
        outcome = transport.exchange(CALL)
    assert isinstance(outcome, Lost)
    assert "nobody answers" in outcome.reason or "no answer in time" in outcome.reason


def test_closing_hangs_up_over_tls(secure: ssl.SSLContext, ca_cert: Path) -> None:
    """A thread that waits for an answer gets an error at once."""
    asked, hung_up = threading.Event(), threading.Event()

    def talk(connection: socket.socket) -> None:
        asked.set()
        try:
            connection.recv(1)
        finally:
            hung_up.set()

    outcomes: list[Outcome] = []
    with serving(talk, secure) as url:
        transport = Transport(over_tls(url), TOKEN, ca_cert=ca_cert)
        caller = threading.Thread(target=lambda: outcomes.append(transport.exchange(CALL)))
        caller.start()
        assert asked.wait(5)
        transport.close()
        caller.join()
    assert hung_up.is_set()
    assert [type(outcome) for outcome in outcomes] == [Lost]
