"""Trouble on real sockets: each becomes one clear error, soon, and without filling the memory."""

import gzip
import itertools
import json
import socket
import struct
import threading
import tracemalloc
import zlib
from pathlib import Path

import pytest

from pipesync.aiven.client import Client
from pipesync.aiven.patience import Patience
from pipesync.aiven.token import Token
from pipesync.aiven.transport import Transport
from pipesync.errors import ApiError, PipesyncError, Unreachable
from pipesync.web import body
from tests.contract.loopback import Talk, head, saying, serving
from tests.contract.scripted import SECRET, payload

ONCE = Patience(attempts=1)
IMPATIENT = Patience(attempts=1, attempt=0.3)


def trouble(talk: Talk, patience: Patience = ONCE) -> ApiError:
    """The error that listing the steps ends in."""
    with (
        serving(talk) as url,
        Transport(url, Token(SECRET, "PIPESYNC_TOKEN"), patience=patience) as to_api,
        pytest.raises(ApiError) as caught,
    ):
        Client(to_api, "org1").list_steps()
    return caught.value


def drip(connection: socket.socket, what: bytes) -> None:
    """One byte every 20 ms: no single read is slow."""
    pause = threading.Event()
    for byte in itertools.cycle(what):
        connection.sendall(bytes([byte]))
        pause.wait(0.02)


def test_a_dripping_body_is_cut_off() -> None:
    """An answer that arrives byte by byte ends with the attempt's time, though each read is quick."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(head(content_length="1000000"))
        drip(connection, b" ")

    error = trouble(talk, IMPATIENT)
    assert isinstance(error, Unreachable)
    assert "no answer in time" in error.what or "takes too long" in error.what


def test_dripping_headers_are_cut_off() -> None:
    """So does a head that never ends."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        drip(connection, b"X-Slow: yes\r\n")

    error = trouble(talk, IMPATIENT)
    assert isinstance(error, Unreachable)
    assert "no answer in time" in error.what


def test_silence_is_cut_off() -> None:
    """A server that accepts and says nothing costs one attempt's time."""
    hung_up = threading.Event()

    def talk(connection: socket.socket) -> None:
        assert connection.recv(1) == b""
        hung_up.set()

    assert "no answer in time" in trouble(talk, IMPATIENT).what
    assert hung_up.is_set()


def test_a_gzip_bomb_stays_small() -> None:
    """A few kilobytes that unpack to gigabytes are refused at the cap, without holding more than that."""
    block = zlib.compressobj(9, wbits=31)
    bomb = b"".join(block.compress(bytes(1 << 20)) for _ in range(256)) + block.flush()
    tracemalloc.start()
    error = trouble(saying(head(content_encoding="gzip", content_length=str(len(bomb))), bomb))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than 64 MiB" in error.what
    assert peak < 4 * body.CAP


def test_an_endless_body_is_refused_at_the_cap() -> None:
    """A plain body is read up to the cap, and the connection is closed there."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(head(content_type="application/json"))
        while True:
            connection.sendall(bytes(1 << 20))

    assert "larger than 64 MiB" in trouble(talk).what


def test_gzip_is_understood() -> None:
    """An honest gzip body is read; it is what the client asks for."""
    packed = gzip.compress(json.dumps(payload("organization-steps")).encode())
    said = head(content_encoding="gzip", content_type="application/json", content_length=str(len(packed)))
    with serving(saying(said, packed)) as url, Transport(url, Token(SECRET, "x"), patience=ONCE) as to_api:
        assert len(Client(to_api, "org1").list_steps()) == 2


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (saying(), "the connection was lost"),
        (saying(b"HTTP/1.1 200 O"), "the connection was lost"),
        (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "what came back is not HTTP"),
        (saying(head(content_length="50"), b'{"steps": ['), "the connection was lost"),
        (saying(head(transfer_encoding="chunked"), b'5\r\n{"ste\r\n'), "the connection was lost"),
        (saying(head(content_type="application/json"), b'{"steps": ['), "broken or cut off"),
        (saying(head(content_type="application/json")), "no list of upgrade steps"),
        (saying(head(content_encoding="gzip"), gzip.compress(b'{"steps": []}')[:-9]), "breaks off"),
        (saying(head(content_encoding="gzip"), b'{"steps": []}'), "not the gzip"),
        (saying(head(content_encoding="br"), b"\x0b\x02"), "not asked for"),
        (saying(head(content_type="text/html"), b"<html>Sign in"), "a web page (13 bytes of HTML), not Aiven's JSON"),
        (saying(head("502 Bad Gateway", content_type="text/html"), b"<html>"), "something else than Aiven"),
        (saying(head("302 Found", location="https://login.example.com/?next=x")), "redirect (302) to https://login.ex"),
        (saying(head("307 Temporary Redirect")), "redirect (307) to an address that cannot be read"),
        (saying(head(content_length="10"), b'"\xff\xfe 123456"'), "not JSON"),
        (saying(head(content_length="5000"), b"[" * 5000), "not JSON"),
    ],
)
def test_broken_answers_are_named(talk: Talk, words: str) -> None:
    """Each way to break an answer is told apart, in words that do not quote the answer."""
    assert words in trouble(talk).what


def test_a_reset_connection_is_named() -> None:
    """A connection that is reset instead of answered is lost."""

    def talk(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    assert "the connection was lost" in trouble(talk).what


def test_nobody_listens() -> None:
    """A refused connection is named in the system's words, with what to check."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Transport(f"http://127.0.0.1:{port}", Token(SECRET, "x"), patience=ONCE) as to_api:
        with pytest.raises(Unreachable, match="Connection refused; tried once") as caught:
            Client(to_api, None).list_steps()
        assert "--api-url" in str(caught.value.next)


def test_a_redirect_is_not_followed() -> None:
    """The token goes to the address that was given, and nowhere else."""
    reached: list[bool] = []
    with serving(lambda _: reached.append(True)) as elsewhere:
        error = trouble(saying(head("308 Permanent Redirect", location=f"{elsewhere}/v1")))
    assert "a token is not carried elsewhere" in error.what
    assert reached == []


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b"no certificate", "holds no certificate")])
def test_a_bad_ca_file_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    """A CA file that is missing or holds no certificate is an error that names it."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PipesyncError, match=words) as caught:
        Transport("https://api.example.com", Token(SECRET, "x"), ca_cert=path)
    assert caught.value.where == str(path)


PROXIED = "https://api.example.com"


def asked_through(monkeypatch: pytest.MonkeyPatch, api_url: str, reply: bytes) -> list[str]:
    """How the error reads that comes back through a proxy which HTTPS_PROXY and HTTP_PROXY name."""
    for name in ("all_proxy", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving(saying(reply)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with Transport(api_url, Token(SECRET, "x"), patience=ONCE) as to_api, pytest.raises(Unreachable) as caught:
            Client(to_api, None).list_steps()
    return [caught.value.what, str(caught.value.next)]


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is obeyed, and what it refuses is named as its refusal."""
    what, advice = asked_through(monkeypatch, PROXIED, head("407 Proxy Authentication Required"))
    assert "the proxy refuses: 407 Proxy Authentication Required" in what
    assert "HTTPS_PROXY" in advice


def test_a_proxys_own_words_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows a password that is not ours to show: that of its address, in any way to write it down."""
    what, _ = asked_through(monkeypatch, PROXIED, head("403 Go away me:pass-word, bWU6cGFzcy13b3Jk"))
    assert "the proxy refuses: 403 Forbidden" in what
    assert "Go away" not in what


def test_loopback_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain http stays on this machine, whatever HTTP_PROXY says."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    what, _ = asked_through(monkeypatch, f"http://127.0.0.1:{port}", head("502 Bad Gateway"))
    assert "Connection refused" in what


@pytest.mark.parametrize(
    "proxy", ["socks5://me:pass-word@127.0.0.1:1080", "gopher://127.0.0.1", "http://127.0.0.1:port"]
)
def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """A proxy of another kind is an error that does not repeat its password."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(PipesyncError, match="the proxy that the environment names cannot be used") as caught:
        Transport(PROXIED, Token(SECRET, "x"))
    assert "pass-word" not in f"{caught.value} {caught.value.where} {caught.value.next}"
