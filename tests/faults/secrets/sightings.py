"""The eye that looks for secrets in whatever a run has left: plain, in parts, in disguise, packed."""

import base64
import binascii
import hashlib
import html
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

SHORT: Final = 8
"""Letters and digits in a row that are a sighting: a part of that length helps to guess the rest."""

IN_HEX: Final = 12
"""The same for hexadecimal, of which ids and digests are full: a row of 12 meets by chance once in 2.8e14."""

_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_BETWEEN: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\\x1b\[[0-9;]*[A-Za-z]|\\x00|\\u0000|\\[nrt]|=\r?\n")
_ESCAPES: Final = (re.compile(r"\\+(?:u00|x)([0-9A-Fa-f]{2})"), re.compile(r"=([0-9A-Fa-f]{2})"))
_ENCODED: Final = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_DEEPEST: Final = 3
"""Of what is packed inside of what is packed."""


class Eye:
    """Knows the `canaries` by name. A line that was looked at before is not looked at again."""

    def __init__(self, canaries: Mapping[str, str]) -> None:
        self._marks = {
            mark: name for name, text in canaries.items() for mark in (*_marks(text), *_marks(text.swapcase()))
        }
        self._seen: set[bytes] = set()

    def sees(self, data: bytes) -> frozenset[str]:
        """The names of the canaries that `data` holds, in any way."""
        new = [line for line in data.splitlines(keepends=True) if line not in self._seen]
        found = self._look(b"".join(new), _DEEPEST)
        if not found:
            self._seen.update(new)
        return found

    def _look(self, data: bytes, depth: int) -> frozenset[str]:
        found = {self._marks[mark] for view in _views(data) for mark in _rows(view) if mark in self._marks}
        if depth:
            found |= {name for inner in _unpacked(data) for name in self._look(inner, depth - 1)}
        return frozenset(found)


def _marks(text: str) -> Iterator[str]:
    raw = text.encode()
    for form in (text, text[::-1], *_in_base64(raw)):
        yield from _cut(_letters(form), SHORT)
    yield from _cut(raw.hex(), IN_HEX)
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        digest = hashlib.new(name, raw).digest()
        yield from _cut(digest.hex(), IN_HEX)
        yield from _cut(_letters(base64.b64encode(digest).decode()), IN_HEX)


def _in_base64(raw: bytes) -> Iterator[str]:
    """Without the first and last characters, which depend on what stands beside it."""
    for offset in range(3):
        yield base64.b64encode(b"\0" * offset + raw + b"\0\0")[
            2 if offset else 0 : (offset + len(raw)) * 8 // 6
        ].decode()


def _rows(text: str) -> set[str]:
    letters = _letters(text)
    return {*_cut(letters, SHORT), *_cut(letters, IN_HEX)}


def _cut(letters: str, length: int) -> Iterator[str]:
    return (letters[at : at + length] for at in range(len(letters) - length + 1))


def _letters(text: str) -> str:
    """Letters and digits alone: signs differ between encodings, and breaks come in between."""
    return _NO_LETTERS.sub("", text.lower())


def _views(data: bytes) -> set[str]:
    """What it reads like, and what it may have been before it was escaped, up to twice."""
    views = {data.decode("utf-8", "replace"), data.replace(b"\0", b"").decode("latin-1")}
    for _ in range(2):
        views |= {decoded for view in views for decoded in _decoded(view)}
    return views


def _decoded(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield html.unescape(text)
    yield _BETWEEN.sub("", text)
    for escape in _ESCAPES:
        yield escape.sub(lambda found: chr(int(found[1], 16)), text)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What is packed in it: gzip and zlib streams anywhere, and base64."""
    for start in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data):
        with suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data[start.start() :], 1 << 24)
    for found in _ENCODED.finditer(data.replace(b"\0", b"")):
        run = found[0].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        with suppress(binascii.Error):
            yield base64.b64decode(run[: len(run) // 4 * 4])
