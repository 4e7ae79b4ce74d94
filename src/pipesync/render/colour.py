"""ANSI colour for terminals: a Paint wraps text, and taking the codes away gives the same text without it."""

from dataclasses import dataclass

BOLD, DIM, RED, GREEN, YELLOW, CYAN = 1, 2, 31, 32, 33, 36
"""ECMA-48, select graphic rendition."""


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours text, or leaves it as it is."""

    on: bool = False

    def __call__(self, text: str, *codes: int) -> str:
        if not self.on or not text:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"
