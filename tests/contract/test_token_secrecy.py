"""The token is in the request's header and nowhere else, whatever goes wrong and whatever a server sends back."""

import base64
import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipesync.aiven.token import HIDDEN, Token
from pipesync.errors import PipesyncError
from tests.contract.scripted import SECRET, STEP, Reply, Script, answer, client, transport, wire

ECHOES = {
    "plain": SECRET,
    "quoted": quote(SECRET, safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 of the header": base64.b64encode(f"Bearer {SECRET}".encode()).decode(),
    "base64 after a user": base64.b64encode(f"me:{SECRET}!".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"x{SECRET}".encode()).decode(),
}


def exceptions_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and everything that it remembers."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def shown(error: BaseException) -> str:
    """All that a log, a debugger or a bug report would show of an error."""
    parts = ["".join(traceback.format_exception(error))]
    for one in exceptions_of(error):
        parts += [repr(one), str(one), repr(vars(one)), repr(one.args)]
        assert "httpx" not in type(one).__module__
    return "\n".join(parts)


NO = Script([answer(403)])


def said(echo: str) -> Any:
    return {"message": f"bad {echo}", "errors": [{"message": echo, "error_code": f"code_{echo}"}]}


def page(content_type: str, text: str) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": content_type}, text=text)


FAILURES: dict[str, Callable[[str], Reply]] = {
    "refused": lambda echo: answer(403, said(echo)),
    "failed": lambda echo: answer(500, said(echo)),
    "limited": lambda echo: answer(429, said(echo)),
    "redirected": lambda echo: answer(302, location=f"https://x.example.com/{echo}?t={echo}"),
    "html": lambda echo: page("text/html", f"<html>{echo}"),
    "broken": lambda echo: page(f"application/json;{echo}", f'{{"{echo}'),
    "unreadable": lambda echo: answer(200, {"steps": [{"step_id": [echo], "destination_service": {"x": echo}}]}),
    "unconnected": lambda echo: httpx.ConnectError(f"no way to {echo}"),
    "proxy": lambda echo: httpx.ProxyError(f"407 {echo}"),
    "cut": lambda echo: httpx.RemoteProtocolError(f"illegal line {echo}"),
    "illegal": lambda echo: httpx.LocalProtocolError(f"Illegal header value b'Bearer {echo}'"),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES.keys())
@pytest.mark.parametrize("kind", FAILURES)
def test_no_error_shows_the_token(kind: str, echo: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither text, representation, attributes, traceback nor log hold the token, in any of its forms."""
    caplog.set_level(logging.DEBUG)
    speaker = client(Script([FAILURES[kind](echo)]))
    for act in (speaker.list_steps, lambda: speaker.create_step(STEP), lambda: speaker.get_step("1")):
        with pytest.raises(PipesyncError) as caught:
            act()
        text = shown(caught.value) + caplog.text
        assert SECRET not in text
        assert SECRET[5:-5] not in text
        assert quote(SECRET, safe="") not in text
        for encoded in (echo for name, echo in ECHOES.items() if name.startswith("base64")):
            assert encoded[14:-6] not in text


def test_no_part_is_left_where_words_are_cut() -> None:
    """What is too long to be shown is cut, and the token may stand where the end is, or a code's."""
    for room in range(len(SECRET) + 8):
        body = {"message": "x" * (1000 - room) + SECRET, "errors": [{"error_code": "y" * (100 - room) + SECRET}]}
        reply = answer(302, location=f"https://x.example.com/{'z' * (180 - room)}{SECRET}")
        for script in (answer(403, body), reply):
            with pytest.raises(PipesyncError) as caught:
                client(Script([script])).list_steps()
            assert SECRET[:8] not in shown(caught.value)


def test_a_host_that_is_the_token_is_not_named() -> None:
    """Hosts are told in small letters."""
    token = Token("AVNs-CANARYtoken0123456789", "x")
    script = Script([answer(302, location=f"https://{token.header[7:]}.example.com/")])
    with pytest.raises(PipesyncError, match="redirect") as caught:
        client(script, token=token).list_steps()
    assert "canary" not in shown(caught.value)


@pytest.mark.parametrize("name", ["plain", "base64", "base64 for URLs"])
def test_an_answer_that_repeats_the_token_is_not_used(name: str) -> None:
    """As a name it would be shown, planned and recorded."""
    live = {**wire(), "destination_service_name": ECHOES[name]}
    with pytest.raises(PipesyncError, match="the answer repeats the token") as caught:
        client(Script([answer(200, {"steps": [live]})])).list_steps()
    assert ECHOES[name] not in shown(caught.value)


def test_nothing_represents_the_token() -> None:
    """A token cannot be printed, copied into a file, or found in what holds it."""
    token = Token(SECRET, "AIVEN_TOKEN")
    holder = transport(NO, token=token)
    texts = [repr(token), str(token), f"{token}", repr(holder), repr(vars(holder)), repr(client(NO))]
    assert not [text for text in texts if SECRET in text]
    assert repr(token) == "Token(from AIVEN_TOKEN)"
    for write in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not written anywhere"):
            write(token)


@pytest.mark.parametrize("secret", ["", " ", "a b", "line\n", "tab\t", "schlüssel", "nul\0"])
def test_what_is_no_token(secret: str) -> None:
    """A text that cannot stand in a header is refused by where it came from, and not repeated."""
    with pytest.raises(PipesyncError, match="the token from AIVEN_TOKEN is") as caught:
        Token(secret, "AIVEN_TOKEN")
    assert not secret.strip() or secret not in f"{caught.value!r} {caught.value.next}"


@given(
    st.text(st.characters(codec="ascii", min_codepoint=0x21, max_codepoint=0x7E), min_size=16, max_size=64),
    st.binary(max_size=8),
    st.binary(max_size=8),
)
def test_base64_in_any_surroundings_is_scrubbed(secret: str, before: bytes, after: bytes) -> None:
    """Wherever the token stands in an encoded text, its own characters are taken out."""
    token = Token(secret, "x")
    plain = base64.b64encode(before + secret.encode() + after).decode()
    for text in (plain, plain.replace("+", "-").replace("/", "_")):
        scrubbed = token.scrub(text)
        assert HIDDEN in scrubbed
        assert len(scrubbed.replace(HIDDEN, "")) <= len(text) - len(secret)


def test_ordinary_words_survive() -> None:
    """A short word that happens to be a sandbox's token does not blank out messages."""
    assert Token("pg", "x").scrub("pg-prod of project pg") == "pg-prod of project pg"
