"""Servers of states that lie, drip, send elsewhere or say no: one clear error each, and never a password in it."""

import base64
import http.server
from collections.abc import Callable
from typing import Any

import pytest

from pipesync.errors import PipesyncError, StateError
from pipesync.store.http.store import HttpStore
from pipesync.web import body
from tests.contract.loopback import head, saying
from tests.contract.loopback import serving as talking
from tests.stored_states import FIRST
from tests.stores.http_rules import GitLab, Plain, Said, bomb
from tests.stores.http_runs import info, patience, store
from tests.stores.http_server import serving

PASSWORD = "pw-3n/9+Xq~Zw7Lr2Vb8Yc1"
LOGIN = {"TF_HTTP_USERNAME": "ada", "TF_HTTP_PASSWORD": PASSWORD}

REFUSALS = {
    "no credentials": (
        Said(401, {"message": "401 Unauthorized"}),
        "the server refuses us without credentials (401: 401",
    ),
    "no rights": (Said(403, {"message": "403 Forbidden"}), "the server refuses us without credentials (403: 403"),
    "too large": (Said(413), "it is too large for the server (413)"),
    "a teapot": (Said(418, "tea"), "the server answers 418: tea"),
    "elsewhere": (
        Said(302, headers=(("Location", "https://evil.example/x?a=b"),)),
        "sends us to https://evil.example/x (302)",
    ),
    "elsewhere, quietly": (Said(307), "the server sends us to an address that cannot be read (307)"),
    "a page": (Said(500, raw=b"<html>Oops</html>", media="text/html"), "the server answers 500"),
    "its own words": (Said(400, {"message": "bad\x1b[31m" + "x" * 1000}), "\\x1b[31mxxx"),
}


@pytest.mark.parametrize(("said", "words"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("kind", ["read", "lock", "write"])
def test_a_server_that_says_no(kind: str, said: Said, words: str) -> None:
    """The error says what could not be done, the status, the server's own words, and what to do next."""
    with serving(Plain()) as server:
        mine = store(server)

        def run() -> None:
            with mine.lock(info(), 0):
                mine.write(FIRST, replacing=None)

        server.instead[kind] = said
        with pytest.raises(StateError) as caught:
            run()
        told = {"read": "be read", "lock": "be locked", "write": "be written"}[kind]
        assert f"the state cannot {told}: " in caught.value.what
        assert words in caught.value.what
        assert len(caught.value.what) < 500
        assert caught.value.where == server.url
        assert caught.value.next
        assert server.rules.lock_id is None


def test_a_project_that_gitlab_hides_is_no_new_state() -> None:
    """GitLab says 404 of a project that is not to be seen; that must not look like a state to begin."""
    with serving(GitLab()) as server:
        url = server.url.replace("/17/", "/18/")
        hidden = HttpStore.of(url, {}, patience())
        with pytest.raises(StateError, match="404 Project Not Found"):
            hidden.read()
        with pytest.raises(StateError, match=r"the state cannot be locked: .*404 Project"), hidden.lock(info(), 0):
            pytest.fail("there is nothing to lock")


def test_a_page_of_a_proxy_is_no_new_state_of_gitlab() -> None:
    """GitLab says in JSON that there is no state yet; a page that says 404 is somebody else's."""
    with serving(GitLab()) as server:
        server.instead["read"] = Said(404, raw=b"<html>Nothing here</html>", media="text/html")
        with pytest.raises(StateError, match=r"there is nothing at this address \(404\)"):
            store(server).read()


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_a_lock_is_refused(status: int) -> None:
    """One that knows GET and POST only keeps no lock, so nothing is written there."""
    with serving(Plain()) as server:
        server.instead["lock"] = Said(status)
        mine = store(server)
        with pytest.raises(StateError, match="has no lock"), mine.lock(info(), 0):
            pytest.fail("there is no lock")
        with pytest.raises(StateError, match="has no lock"):
            mine.write(FIRST, replacing=None)
        assert "write" not in server.asked


def test_the_password_goes_to_nobody_else() -> None:
    """A redirect is not followed, to whatever host, whatever the request."""
    with serving(Plain()) as other, serving(Plain()) as server:
        for kind in ("read", "write", "lock", "unlock"):
            server.instead[kind] = Said(308, headers=(("Location", other.url),))
        mine = HttpStore.of(server.url, LOGIN, patience())
        with pytest.raises(StateError, match="sends us to"):
            mine.read()
        with pytest.raises(StateError, match="sends us to"):
            mine.write(FIRST, replacing=None)
        with pytest.raises(StateError, match="sends us to"):
            mine.unlock("x")
        assert (other.headers, len(server.headers)) == ([], 3)


BAD_BODIES: dict[str, Callable[[], bytes]] = {
    "cut off": lambda: head(content_length="500") + b'{"format": "pipe',
    "not packed as it says": lambda: head(content_encoding="gzip", content_length="3") + b"abc",
    "packed in another way": lambda: head(content_encoding="br", content_length="3") + b"abc",
    "not HTTP": lambda: b"\0\1\2 hello\r\n\r\n",
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("spoken", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_an_answer_that_is_none(spoken: Callable[[], bytes]) -> None:
    """It is neither a state nor a state that is missing."""
    with talking(saying(spoken())) as url, pytest.raises(StateError, match="the state cannot be read"):
        HttpStore.of(f"{url}/state", {}, patience(attempts=2)).read()


def test_a_web_page_is_no_state() -> None:
    """A login page that answers with 200 is told as what it is."""
    with serving(Plain()) as server:
        server.instead["read"] = Said(200, raw=b"<html>Log in</html>", media="text/html")
        with pytest.raises(StateError, match="a web page"):
            store(server).read()


def test_a_bomb_ends_at_the_cap() -> None:
    """A megabyte that unpacks to a gigabyte is not unpacked."""
    with serving(Plain()) as server:
        server.instead["read"] = bomb(body.CAP + 1)
        with pytest.raises(StateError, match="the answer is larger than 64 MiB"):
            store(server).read()


def test_an_answer_that_drips_has_a_total_deadline() -> None:
    """Each piece is in time, and the whole is not: the clock of the attempt decides."""
    ticks = iter(range(10_000))
    with talking(_drip) as url, pytest.raises(StateError, match="the state cannot be read"):
        HttpStore.of(f"{url}/state", {}, patience(clock=lambda: float(next(ticks)), attempts=1, attempt=20.0)).read()


def _drip(connection: Any) -> None:
    connection.sendall(head(content_length="100000"))
    for _ in range(1000):
        connection.sendall(b" ")


def test_nobody_listens() -> None:
    """No connection: nothing was sent, and the error names the place."""
    listener = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{listener.server_address[1]}/state"
    listener.server_close()
    mine = HttpStore.of(url, {}, patience())
    with pytest.raises(StateError, match="no connection") as caught:
        mine.read()
    assert caught.value.where == url
    with pytest.raises(StateError, match="no connection") as caught, mine.lock(info(), 0):
        pytest.fail("nobody is there")
    assert "unlock" not in (caught.value.next or "")


def test_a_proxy_that_cuts_off_what_it_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt comes to it; none waits for the place of one that failed before."""
    asked = []

    def cut_off(connection: Any) -> None:
        asked.append(connection)
        connection.sendall(head("200 Connection established"))

    for name in ("all_proxy", "no_proxy", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with talking(cut_off) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        to_wait = patience()
        with pytest.raises(StateError, match=r"no connection|the connection was lost"):
            HttpStore.of("https://states.example.com/mine", {}, to_wait).read()
    assert len(asked) == to_wait.attempts


def test_what_a_server_is_told_it_may_not_tell() -> None:
    """A server that sends every header back, in every place that people see, shows no password of ours."""
    both = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    echoes = [both, PASSWORD, f"x{both}", base64.b64encode(f"xx{PASSWORD}".encode()).decode()]
    seen: list[str] = []
    for echo in echoes:
        with serving(Plain()) as server:
            mine = HttpStore.of(server.url, LOGIN, patience())
            holder = {"ID": echo, "Who": echo, "Created": echo, "Info": echo}
            extra = FIRST.to_json().replace('"serial"', f'"{echo}": 1, "serial"').encode()
            for kind, said in (
                ("read", Said(400, {"message": echo})),
                ("read", Said(400, raw=echo.encode(), media="text/plain")),
                ("read", Said(200, raw=extra)),
                ("read", Said(302, headers=(("Location", f"https://evil.example/{echo}"),))),
                ("lock", Said(423, holder)),
                ("lock", Said(500, {"error": echo})),
                ("write", Said(400, {"message": echo})),
            ):
                server.instead = {kind: said}
                with pytest.raises(PipesyncError) as caught:
                    mine.write(FIRST, replacing=None)
                seen += [caught.value.what, caught.value.where or "", caught.value.next or "", repr(caught.value)]
                server.rules = Plain()
            seen.append(repr(mine.__dict__))
    shown = "\n".join(seen)
    assert [secret for secret in (PASSWORD, both, *echoes) if secret in shown] == []


def test_every_request_says_who_we_are() -> None:
    """The credentials go with each request to their own server."""
    basic = base64.b64encode(b"ada:secret").decode()
    with serving(Plain(), login=("Authorization", f"Basic {basic}")) as server:
        mine = HttpStore.of(server.url, {"TF_HTTP_USERNAME": "ada", "TF_HTTP_PASSWORD": "secret"}, patience())
        with mine.lock(info(), 0):
            mine.write(FIRST, replacing=None)
        assert server.rules.lock_id is None
        with pytest.raises(StateError, match="refuses the credentials of TF_HTTP_USERNAME and TF_HTTP_PASSWORD"):
            HttpStore.of(server.url, LOGIN, patience()).read()
        with pytest.raises(StateError, match="refuses us without credentials"):
            store(server).read()
