"""The holder of a lock as a value: who to ask, and which process or CI run to look at."""

from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class LockInfo(BaseModel):
    """Who holds a lock. Keys that a newer pipesync added to the record are ignored: reading it changes nothing.

    `since` is a UTC time in ISO 8601; `ci_url` the page of the CI run, where there is one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    lock_id: str
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
        run = f", {self.ci_url}" if self.ci_url else ""
        place = f" on {self.host} (process {self.pid}{run})" if self.pid else ""  # a server may know the person alone
        return f"{self.who}{place} since {self.since}, lock id {self.lock_id}"


UNKNOWN = LockInfo(
    lock_id="unknown", who="someone", host="an unknown host", pid=0, ci_url=None, since="an unknown time"
)
"""The holder of a lock whose record says nothing."""
