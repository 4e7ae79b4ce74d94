"""The token: a secret that knows where it came from and how to keep itself out of sight."""

import base64
import re
from typing import Final
from urllib.parse import quote

from pipesync.errors import PipesyncError

HIDDEN: Final = "[token]"

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")
_SHORTEST: Final = 4
"""Scrubbing shorter texts would blank ordinary words; no real token is that short."""


class Token:
    """A bearer token from `source` (the words for it: a variable's or a file's name); never shown.

    PipesyncError if it cannot stand in a header.
    """

    __slots__ = ("_forms", "_secret", "source")

    def __init__(self, secret: str, source: str) -> None:
        if not _HEADER_SAFE.fullmatch(secret):
            raise PipesyncError(
                f"the token from {source} is {'empty' if not secret.strip() else 'not a token'}",
                next="a token is one line of printable ASCII characters without spaces",
            )
        self._secret = secret
        self.source = source
        self._forms = sorted(_forms(secret), key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Token(from {self.source})"

    def __reduce__(self) -> str:
        raise TypeError("a token is not written anywhere")

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"Bearer {self._secret}"

    def scrub(self, text: str) -> str:
        """`text` without the token, in case a server or a proxy sent it back."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text


def _forms(secret: str) -> set[str]:
    """The token as it is, quoted for a URL, and in base64 at each of the three offsets inside a longer text."""
    raw = secret.encode("ascii")
    forms = {secret, quote(secret), quote(secret, safe="")}
    for offset in range(3):
        # The characters that share bits with what stands before or after the token are not the token's own.
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        encoded = base64.b64encode(b"\0" * offset + raw + b"\0\0")[first:last].decode()
        forms |= {encoded, encoded.replace("+", "-").replace("/", "_"), quote(encoded, safe="")}
    return {form for form in forms if len(form) >= _SHORTEST}
