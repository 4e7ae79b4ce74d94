"""What is kept out of sight is found in whatever a server makes of it, and ordinary words are left alone."""

import base64
import hashlib
import html
import json
from urllib.parse import quote

import pytest

from pipesync.web.secret import Secret
from pipesync.web.visible import visible

TEXT = "k7Qm2xVb9LpT4wZr/8NcY3+hGdJf="
RAW = TEXT.encode()

WHOLE = {
    "as it is": TEXT,
    "backwards": TEXT[::-1],
    "in capitals": TEXT.upper(),
    "its beginning": f"{TEXT[:9]}…",
    "its end": f"…{TEXT[-14:]}",
    "for a URL": quote(TEXT, safe=""),
    "in hexadecimal": RAW.hex(),
    "in hexadecimal, in groups": RAW.hex(":"),
    "in base64, after a name": base64.b64encode(b"me:" + RAW).decode(),
    "in base64, for URLs": base64.urlsafe_b64encode(b"x" + RAW + b"yz").decode(),
    "in base64, wrapped": base64.encodebytes(b"=" * 50 + RAW).decode(),
    "in base64 of two bytes a character": base64.b64encode(TEXT.encode("utf-16-le")).decode(),
    "its hash": hashlib.sha256(RAW).hexdigest(),
    "its hash in base64": base64.b64encode(hashlib.sha1(RAW).digest()).decode(),
}

DISGUISED = {
    "every character escaped for a URL": "".join(f"%{byte:02x}" for byte in RAW),
    "escaped for a URL twice": quote("".join(f"%{byte:02X}" for byte in RAW)),
    "escaped for JSON": "".join(f"\\u{byte:04x}" for byte in RAW),
    "escaped as bytes": "".join(f"\\x{byte:02x}" for byte in RAW),
    "as entities": "".join(f"&#{byte};" for byte in RAW),
    "as entities, escaped": html.escape("".join(f"&#x{byte:x};" for byte in RAW)),
    "quoted printable": "".join(f"={byte:02X}" for byte in RAW),
    "in colours": "\x1b[31m".join(TEXT),
    "over several lines": "\n".join(TEXT),
    "in two bytes a character": RAW.decode().encode("utf-16-le").decode(),
}


@pytest.mark.parametrize("told", [*WHOLE.values(), *DISGUISED.values()], ids=[*WHOLE, *DISGUISED])
def test_no_disguise_helps(told: str) -> None:
    """Also where control characters were spelt out before."""
    secret = Secret(TEXT, "[token]")
    for text in (f"is {told} good?", visible(f"is {told} good?")):
        scrubbed = secret.scrub(text)
        assert "[token]" in scrubbed
        assert not any(TEXT[at : at + 8] in scrubbed for at in range(len(TEXT) - 8))
        assert told[2:-2] not in scrubbed


@pytest.mark.parametrize("told", WHOLE.values(), ids=WHOLE.keys())
def test_the_words_around_are_kept(told: str) -> None:
    """They may say what to do."""
    scrubbed = Secret(TEXT, "[token]").scrub(f"is {told} good?")
    assert (scrubbed.startswith("is "), scrubbed.endswith(" good?")) == (True, True)


@pytest.mark.parametrize("word", ["pg", "test", "production", "permission-test"])
def test_an_ordinary_word_hides_no_others(word: str) -> None:
    """A sandbox takes any token: the parts of a short one are no secret."""
    text = "permissions of a producer are tested: pg-prod, pg-producti, permission-tes"
    hidden = Secret(word, "[token]").scrub(text)
    assert hidden == (text if len(word) < 4 or word not in text else text.replace(word, "[token]"))
    assert not Secret(word, "[token]").is_in(f"a {word} b".encode())


@pytest.mark.parametrize(
    "told",
    [
        TEXT,
        TEXT[::-1],
        RAW.hex(),
        json.dumps(TEXT),
        base64.b64encode(b"ab" + RAW).decode(),
        TEXT.replace("/", "\\/"),
        "".join(f"\\u{byte:04x}" for byte in RAW),
        "".join(f"\\\\u{byte:04X}" for byte in RAW),
    ],
)
def test_an_answer_that_holds_it_is_known(told: str) -> None:
    """As a whole: an answer is too long to be looked at closer."""
    secret = Secret(TEXT, "[token]")
    assert secret.is_in(f'{{"service_name": "x-{told}"}}'.encode())
    assert not secret.is_in(b'{"service_name": "pg"}')
