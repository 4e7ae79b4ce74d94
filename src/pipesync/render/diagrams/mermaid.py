"""What all Mermaid diagrams share: how large one may be, and what could not be drawn in it."""

from dataclasses import dataclass
from typing import Final

MOST_CHARACTERS: Final = 2_000
"""GitLab draws no larger diagram."""

MOST_OF_A_LABEL: Final = 40
"""The table below the drawing has the whole names."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """The diagram's text, empty if there is nothing to draw; `left_out` things had no room in it."""

    text: str
    left_out: int
