"""A refusal in Aiven's words: reads the error bodies that its endpoints, old and new, are known to send."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pipesync.web.visible import visible

MESSAGE_LENGTH: Final = 1000
"""Longer than any message Aiven is known to send, and short enough for a terminal."""

CODE_LENGTH: Final = 100
"""The longest of the 293 published codes has some 60 characters."""

MOST_READ: Final = 64 * 1024
"""Characters of a text that are looked at; our own choice."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Aiven's own words and its code, as far as the body has them, without control characters."""

    message: str | None = None
    error_code: str | None = None

    @classmethod
    def of(cls, data: Any) -> "Refusal":
        """The refusal in an error body: `message` and `errors`, which is a list of objects or strings, or a string."""
        if isinstance(data, str):
            return cls(_words(data))
        if not isinstance(data, dict):
            return cls()
        errors = data.get("errors")
        several = errors if isinstance(errors, list) else [errors]
        parts = [data, *several]
        messages = (part.get("message") if isinstance(part, dict) else part for part in parts)
        codes = (part.get("error_code") for part in parts if isinstance(part, dict))
        return cls(_first(messages), _first(codes))

    def shown(self, scrub: Callable[[str], str]) -> "Refusal":
        """Fit to be printed. First without secrets, then cut: a part of one would not be found any more."""
        return Refusal(
            _shortened(scrub(self.message), MESSAGE_LENGTH) if self.message else None,
            _shortened(scrub(self.error_code), CODE_LENGTH) if self.error_code else None,
        )


def _first(candidates: Any) -> str | None:
    for candidate in candidates:
        words = _words(candidate) if isinstance(candidate, str) else None
        if words:
            return words
    return None


def _words(text: str) -> str | None:
    return visible(text[:MOST_READ].strip()) or None


def _shortened(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"
