"""The holder of a lock as a value: who to ask, which process or CI run to look at, and what frees the lock."""

import shlex
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_LONGEST_ID: Final = 255
"""Characters; ours and Terraform's are UUIDs. An id is never cut, for a person has to type it."""

_MOST_SHOWN: Final = 300
"""Characters of each of a record's words: the address of a run is shorter, and a store may hold anything."""


class LockInfo(BaseModel):
    """Who holds a lock. Keys that a newer pipesync added to the record are ignored: reading it changes nothing.

    `since` is a UTC time in ISO 8601; `ci_url` the page of the CI run, where there is one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    lock_id: str = Field(max_length=_LONGEST_ID)
    who: str
    host: str
    pid: int
    ci_url: str | None
    since: str

    def to_json(self) -> str:
        """One line of JSON, ended by a line feed."""
        return self.model_dump_json() + "\n"

    @classmethod
    def parse(cls, text: bytes) -> Self | None:
        """The value that `to_json` wrote; None if `text` is empty, half written or something else."""
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return None

    def __str__(self) -> str:
        if self == UNKNOWN:
            return "someone (the lock says nothing of its holder)"
        run = f", {_cut(self.ci_url)}" if self.ci_url else ""
        process = _cut(str(self.pid))
        place = (
            f" on {_cut(self.host)} (process {process}{run})" if self.pid else ""
        )  # a server may know the person alone
        return f"{_cut(self.who)}{place} since {_cut(self.since)}, lock id {self.lock_id}"


UNKNOWN = LockInfo(
    lock_id="unknown", who="someone", host="an unknown host", pid=0, ci_url=None, since="an unknown time"
)
"""The holder of a lock whose record says nothing."""


def unlock_command(where: str, lock_id: str) -> str:
    """What a person types to free the lock `lock_id` of the state at `where`."""
    return shlex.join(["pipesync", "state", "unlock", "--state", where, *(["--"] * lock_id.startswith("-")), lock_id])


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
