"""The token: a secret that knows where it came from and how to keep itself out of sight."""

import re
from typing import Final

from pipesync.errors import PipesyncError
from pipesync.web.secret import Secret

HIDDEN: Final = "[token]"

_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


class Token:
    """A bearer token from `source` (the words for it: a variable's or a file's name); never shown.

    PipesyncError if it cannot stand in a header.
    """

    __slots__ = ("_secret", "source")

    def __init__(self, secret: str, source: str) -> None:
        if not _HEADER_SAFE.fullmatch(secret):
            raise PipesyncError(
                f"the token from {source} is {'empty' if not secret.strip() else 'not a token'}",
                next="a token is one line of printable ASCII characters without spaces",
            )
        self._secret = Secret(secret, HIDDEN)
        self.source = source

    def __repr__(self) -> str:
        return f"Token(from {self.source})"

    def __reduce__(self) -> str:
        raise TypeError("a token is not written anywhere")

    @property
    def header(self) -> str:
        """The value of the Authorization header."""
        return f"Bearer {self._secret.reveal()}"

    def is_in(self, body: bytes) -> bool:
        """Whether an answer holds the token."""
        return self._secret.is_in(body)

    def scrub(self, text: str) -> str:
        """`text` without the token, in case a server or a proxy sent it back."""
        return self._secret.scrub(text)
