"""A text that must not be seen: in which forms it could come back, and what stands in its place then."""

import base64
from typing import Final
from urllib.parse import quote

SHORTEST: Final = 4
"""Scrubbing shorter texts would blank ordinary words; no real token is that short."""


class Secret:
    """A text that is kept out of sight, and `hidden`, the word for it."""

    __slots__ = ("_forms", "_hidden", "_text")

    def __init__(self, text: str, hidden: str) -> None:
        self._text = text
        self._hidden = hidden
        self._forms = sorted(_forms(text), key=len, reverse=True)

    def __repr__(self) -> str:
        return self._hidden

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")

    def reveal(self) -> str:
        """The text itself, for the header that it belongs into."""
        return self._text

    def scrub(self, text: str) -> str:
        """`text` without the secret, in case a server or a proxy sent it back."""
        for form in self._forms:
            text = text.replace(form, self._hidden)
        return text


def _forms(secret: str) -> set[str]:
    """The secret as it is, quoted for a URL, and in base64 at each of the three offsets inside a longer text."""
    raw = secret.encode("utf-8")
    forms = {secret, quote(secret), quote(secret, safe="")}
    for offset in range(3):
        # The characters that share bits with what stands before or after the secret are not the secret's own.
        first = (offset * 8 + 5) // 6
        last = (offset + len(raw)) * 8 // 6
        encoded = base64.b64encode(b"\0" * offset + raw + b"\0\0")[first:last].decode()
        forms |= {encoded, encoded.replace("+", "-").replace("/", "_"), quote(encoded, safe="")}
    return {form for form in forms if len(form) >= SHORTEST}
