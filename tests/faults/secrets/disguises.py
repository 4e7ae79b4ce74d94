"""How a server may write down what it was sent."""

import base64
import hashlib
import html
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus


def _each(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form.format(ord(char)) for char in text)


def _base64(before: str) -> Callable[[str], str]:
    return lambda text: base64.b64encode(f"{before}{text}!".encode()).decode()


ALPHABETS: Final[Mapping[str, Callable[[str], str]]] = {
    "plain": str,
    "bearer": lambda text: f"Bearer {text}",
    "backwards": lambda text: text[::-1],
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "base64": _base64(""),
    "base64 after one": _base64("x"),
    "base64 after two": _base64("a:"),
    "base64 of a login": _base64("ada:"),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "percent": lambda text: quote(text, safe=""),
    "percent of all": _each("%{:02X}"),
    "percent of all, small": _each("%{:02x}"),
    "escapes of JSON": _each("\\u{:04x}"),
}
"""The whole text, each character in one way."""

DISGUISES: Final[Mapping[str, Callable[[str], str]]] = {
    **ALPHABETS,
    "capitals": str.upper,
    "small letters": str.lower,
    "its beginning": lambda text: f"{text[:12]}…",
    "its end": lambda text: f"…{text[-12:]}",
    "form": quote_plus,
    "percent, lower case": lambda text: quote(text, safe="").lower(),
    "percent of some": lambda text: "".join(f"%{ord(c):02x}" if at % 3 else c for at, c in enumerate(text)),
    "percent twice": lambda text: quote(_each("%{:02X}")(text)),
    "escapes of bytes": _each("\\x{:02x}"),
    "entities": _each("&#{};"),
    "entities in hexadecimal": _each("&#x{:X};"),
    "entities, escaped": lambda text: html.escape(_each("&#{};")(text)),
    "quoted printable": _each("={:02X}"),
    "hexadecimal in groups": lambda text: text.encode().hex(":"),
    "two bytes a character": lambda text: text.encode("utf-16-le").decode(),
    "base64 of two bytes a character": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "colours": lambda text: "\x1b[31m".join(text[at : at + 5] for at in range(0, len(text), 5)),
    "lines": lambda text: "\n".join(text[at : at + 6] for at in range(0, len(text), 6)),
    "hyphens": lambda text: "-".join(text[at : at + 4] for at in range(0, len(text), 4)),
    "md5": lambda text: hashlib.md5(text.encode()).hexdigest(),
    "sha1": lambda text: hashlib.sha1(text.encode()).hexdigest(),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "sha512 in base64": lambda text: base64.b64encode(hashlib.sha512(text.encode()).digest()).decode(),
    "beginning of sha256": lambda text: hashlib.sha256(text.encode()).hexdigest()[:16],
}
"""Also in parts, in pieces, and what can be tried out."""
