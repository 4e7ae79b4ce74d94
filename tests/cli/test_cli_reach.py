"""How the API is reached: the address, its sources, and what is not sent where."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from tests.cli.shell import THREE_ENVIRONMENTS, Api, Shell


def test_the_address_comes_from_the_flag_then_two_variables(pipesync: Shell, start: Callable[..., Api]) -> None:
    """--api-url, PIPESYNC_API_URL, AIVEN_WEB_URL (avn's own)."""
    pipesync.write(THREE_ENVIRONMENTS)
    flag, ours, theirs = start(), start(), start()
    every = {"PIPESYNC_API_URL": ours.url, "AIVEN_WEB_URL": theirs.url}
    pipesync.ok("plan", "--api-url", flag.url, **every)
    assert [bool(api.requests()) for api in (flag, ours, theirs)] == [True, False, False]
    pipesync.ok("plan", **every)
    assert [bool(api.requests()) for api in (ours, theirs)] == [True, False]
    pipesync.ok("plan", PIPESYNC_API_URL="", AIVEN_WEB_URL=theirs.url)
    assert theirs.requests() != []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://aiven.example.org", "plain http:// is for this machine only"),
        ("https://user:secret@api.aiven.io", "must not hold a user name or password"),
        ("api.aiven.io", "must begin with https://"),
        ("https://api.aiven.io/v1", "is given without /v1"),
        ("https://api.aiven.io:99999", "a port is at most 65535"),
        ("https://user:secret/x@api.aiven.io", "must not hold a user name or password"),
        ("https://user:[secret]@api.aiven.io", "must not hold a user name or password"),
        ("https://user:secret", "cannot be read"),
        ("https://[secret]/", "cannot be read"),
    ],
)
def test_a_token_is_not_sent_just_anywhere(pipesync: Shell, url: str, words: str) -> None:
    """Wrong usage, by flag or by variable, and no secret of the address is repeated."""
    pipesync.write(THREE_ENVIRONMENTS)
    for result in (pipesync("plan", "--api-url", url), pipesync("plan", PIPESYNC_API_URL=url)):
        assert (result.code, words in result.err) == (64, True)
        assert "secret" not in result.both


def test_the_default_address_is_aivens(pipesync: Shell, proxy: "Proxy") -> None:
    """Without any setting the request goes to api.aiven.io, through HTTPS_PROXY; NO_PROXY takes the proxy away."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", PIPESYNC_API_URL="", HTTPS_PROXY=proxy.url)
    assert result.code == 1
    assert set(proxy.asked) == {"CONNECT api.aiven.io:443 HTTP/1.1"}


class Proxy:
    """Refuses every tunnel for good, and keeps the first line of what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(65536).split(b"\r\n")[0].decode())
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def proxy(no_waiting: None) -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.close()


def test_no_proxy_is_obeyed(pipesync: Shell, proxy: Proxy) -> None:
    """An address that NO_PROXY names is reached without the proxy: here nobody listens there."""
    pipesync.write(THREE_ENVIRONMENTS)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"https://127.0.0.1:{nobody.getsockname()[1]}"
        nobody.close()
        result = pipesync("plan", PIPESYNC_API_URL=url, HTTPS_PROXY=proxy.url, NO_PROXY="127.0.0.1")
    assert (result.code, proxy.asked) == (1, [])
    assert "no connection" in result.err


def test_the_ca_certificate_is_read(pipesync: Shell) -> None:
    """--ca-cert and AIVEN_CA_CERT name a file; one of no use is an error with its path."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.write("no certificate", "ca.pem")
    url = "https://127.0.0.1:1"
    missing = pipesync("plan", "--api-url", url, "--ca-cert", "missing.pem")
    assert (missing.code, "the CA certificate file cannot be used: No such file" in missing.err) == (1, True)
    wrong = pipesync("plan", "--api-url", url, AIVEN_CA_CERT="ca.pem")
    assert (wrong.code, "it holds no certificate\n  ca.pem\n" in wrong.err) == (1, True)


def test_nobody_there_is_an_error_with_the_next_step(pipesync: Shell, no_waiting: None) -> None:
    """What was tried, why it failed, what to check; code 1."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan", PIPESYNC_API_URL="http://127.0.0.1:1")
    assert result.code == 1
    assert result.err.startswith("waiting ")
    assert "Error: no usable answer from Aiven's API: no connection: " in result.err
    assert "check the network, --api-url and HTTPS_PROXY" in result.err
    assert "waiting" not in pipesync("plan", "-q", PIPESYNC_API_URL="http://127.0.0.1:1").err
