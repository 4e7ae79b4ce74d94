"""What a SharedStore needs of the place its state is at: compare-and-swap of one object, and a clock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Part(StrEnum):
    """An object of a state, by what is added to its name."""

    STATE = ""
    BACKUP = ".backup"
    DAMAGED = ".damaged"
    PROBE = ".probe"


@dataclass(frozen=True, slots=True)
class Found:
    """An object as it was read. `version` is the place's own name for this content; `changed_at` is in seconds, by the
    place's clock.
    """

    data: bytes
    version: str
    changed_at: float


class Moved(Exception):  # noqa: N818  an answer, not a failure
    """Something else is there than what was to be replaced; nothing was written. `found` is what, once it was read."""

    def __init__(self, found: Found | None = None) -> None:
        super().__init__("something else is there")
        self.found = found


class Unclear(Exception):  # noqa: N818  what it says of the write
    """No answer that tells whether the write came about; its words are ours, and hold nothing of the place's."""


class Place(Protocol):
    """One object. Trouble is a StateError with words of ours: a server's may hold what must not be shown."""

    @property
    def where(self) -> str:
        """The location as a user may write it, without a secret."""
        ...

    def get(self, part: Part = Part.STATE) -> Found | None:
        """The object; None only if the place says that there is none."""
        ...

    def put(self, data: bytes, *, replacing: str | None) -> str:
        """Put `data` in the place of the version `replacing` (None: of nothing), and return the new version.

        Moved if something else is there, Unclear if the outcome is not known, StateError if the place refuses.
        """
        ...

    def set_aside(self, part: Part, data: bytes) -> None:
        """Keep `data` under another name, whatever is there."""
        ...

    def now(self) -> float:
        """The place's clock, which `changed_at` is of; may write a probe."""
        ...

    def prove(self) -> None:
        """StateError unless the place refuses writes that it must refuse; writes nothing but a probe."""
        ...
