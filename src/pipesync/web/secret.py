"""A text that must not be seen: in which forms it could come back, and what stands in its place then."""

import base64
import html
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote

SHORTEST: Final = 4
"""Scrubbing shorter texts would blank ordinary words; no real token is that short."""

LONG: Final = 16
"""A text of so many letters and digits is no ordinary word: its parts and its disguises are looked for as well."""

PART: Final = 8
"""Letters and digits of a part that is too much to show: servers like to repeat the beginning of what they refuse."""

_BETWEEN: Final = re.compile(r"(?:\x1b|\\x1b)\[[0-9;]*[A-Za-z]|\0|\\x00|\\[nrt]|\\\n|=\r?\n")
"""What may stand between the characters of a text that was coloured, wrapped or written in two bytes a character; also
as `visible` spells it."""

_ESCAPED: Final = re.compile(r"\\+(?:u00|x)([0-9A-Fa-f]{2})")
_QUOTED_PRINTABLE: Final = re.compile(r"=([0-9A-Fa-f]{2})")


class Secret:
    """A text that is kept out of sight, and `hidden`, the word for it."""

    def __init__(self, text: str, hidden: str) -> None:
        self._text = text
        self._hidden = hidden

    def __repr__(self) -> str:
        return self._hidden

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")

    def reveal(self) -> str:
        """The text itself, for the header that it belongs into."""
        return self._text

    def scrub(self, text: str) -> str:
        """`text` without the secret, in case a server or a proxy sent it back.

        Where it stands in disguise (escaped, in pieces), nothing of `text` is left: it cannot be told where it ends.
        """
        for form in self._forms:
            text = text.replace(form, self._hidden)
        text = self._without_parts(text)
        return self._hidden if any(self._parts_in(view) for view in _unveiled(text)) else text

    def is_in(self, body: bytes) -> bool:
        """Whether an answer holds the secret as a whole: as it is, backwards, escaped, in base64 or hexadecimal.

        Backslashes do not count: a text may be escaped any number of times. Never of a secret that is short: an
        answer may well hold an ordinary word.
        """
        bare = body.replace(b"\\", b"")
        return any(form in bare for form in self._whole)

    @cached_property
    def _forms(self) -> list[str]:
        """The longest first, for the others may be parts of it."""
        quoted = {quote(self._text), quote(self._text, safe="")}
        encoded = set(_in_base64(self._text.encode()))
        safe = {form.replace("+", "-").replace("/", "_") for form in encoded}
        forms = {self._text, *quoted, *encoded, *safe, *(quote(form, safe="") for form in encoded)}
        return sorted((form for form in forms if len(form) >= SHORTEST), key=len, reverse=True)

    @cached_property
    def _whole(self) -> tuple[bytes, ...]:
        if len(_letters(self._text)) < LONG:
            return ()
        in_hex = self._text.encode().hex()
        unlike = {in_hex, in_hex.upper(), self._text[::-1], *_in_escapes(self._text)}
        return tuple({form.replace("\\", "").encode() for form in {*self._forms, *unlike}})

    @cached_property
    def _parts(self) -> frozenset[str]:
        """Each part of PART letters and digits that the secret has, in whatever alphabet it may be written."""
        if len(_letters(self._text)) < LONG:
            return frozenset()
        return frozenset(part for form in _alike(self._text) for part in _cut(_letters(form)))

    def _parts_in(self, text: str) -> bool:
        return not self._parts.isdisjoint(_cut(_letters(text)))

    def _without_parts(self, text: str) -> str:
        """`text` with each part of the secret, and what joins it to the next one, hidden."""
        places = [place for place, char in enumerate(text) if char.isascii() and char.isalnum()]
        found = [at for at, part in enumerate(_cut(_letters(text))) if part in self._parts]
        shown, end = [], 0
        for first, last in _runs(found):
            shown += [text[end : places[first]], self._hidden]
            end = places[last + PART - 1] + 1
        return "".join([*shown, text[end:]])


def _letters(text: str) -> str:
    """The ASCII letters and digits alone, in lower case: the signs differ between ways to write a text down."""
    return "".join(char for char in text if char.isascii() and char.isalnum()).lower()


def _cut(letters: str) -> Iterator[str]:
    return (letters[at : at + PART] for at in range(len(letters) - PART + 1))


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each group of `numbers` whose parts touch."""
    first = last = None
    for number in numbers:
        if first is not None and last is not None and number > last + PART:
            yield first, last
            first = number
        first = number if first is None else first
        last = number
    if first is not None and last is not None:
        yield first, last


def _alike(text: str) -> Iterator[str]:
    """`text` in each alphabet, and what a server may keep instead of it: a hash of it can be tried out."""
    import hashlib  # only what goes wrong is scrubbed

    raw = text.encode()
    yield from (text, text[::-1], raw.hex())
    yield from _in_base64(raw)
    yield from _in_base64(text.encode("utf-16-le"))
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, raw, usedforsecurity=False).digest()
        yield from (digest.hex(), base64.b64encode(digest).decode())


def _in_base64(raw: bytes) -> Iterator[str]:
    """In base64 at each of the three offsets inside a longer text."""
    for offset in range(3):
        # The characters that share bits with what stands before or after the secret are not the secret's own.
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        yield base64.b64encode(b"\0" * offset + raw + b"\0\0")[first:last].decode()


def _in_escapes(text: str) -> Iterator[str]:
    """Each character escaped, as for JSON and for a URL."""
    for form in ("\\u{:04x}", "\\u{:04X}", "%{:02x}", "%{:02X}"):
        yield "".join(form.format(ord(char)) for char in text)


def _unveiled(text: str) -> Iterator[str]:
    """What `text` may have been before it was coloured, wrapped or escaped, once or twice."""
    views = {text}
    for _ in range(2):
        views |= {decoded for view in views for decoded in _decoded(view)}
    return iter(views - {text})


def _decoded(text: str) -> Iterator[str]:
    yield _BETWEEN.sub("", text)
    yield unquote(text)
    yield html.unescape(text)
    for escape in (_ESCAPED, _QUOTED_PRINTABLE):
        yield escape.sub(lambda found: chr(int(found[1], 16)), text)
