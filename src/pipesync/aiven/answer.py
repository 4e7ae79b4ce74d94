"""What is asked of the API, and what comes back from one attempt: values, no exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Literal

from pipesync.web.lost import Lost
from pipesync.web.visible import visible

Method = Literal["GET", "POST", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `purpose` says what it is for (`list the upgrade steps`), `path` is percent-encoded.

    `owed` is the second half of a pair whose first half was made, such as the POST of a replace.
    """

    method: Method
    path: str
    purpose: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, str | int] | None = None
    owed: bool = False

    def __str__(self) -> str:
        return f"{visible(self.purpose)} ({self.method} {self.path})"

    @property
    def writes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer. `data` is its JSON (None if the body is empty) and may hold secrets.

    `foreign` describes a body that is not JSON, which only a failure may have. `wait` is how many seconds the
    server asks to wait. `note` says why no further attempt was made. `doubt`: whatever this answer says, an earlier
    attempt may have been carried out.
    """

    status: int
    data: Any = field(default=None, repr=False)
    foreign: str | None = None
    location: str | None = None
    wait: float | None = None
    note: str | None = None
    doubt: bool = False

    @property
    def good(self) -> bool:
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


Outcome = Answer | Lost


def after(before: Outcome | None, outcome: Outcome) -> Outcome:
    """The `outcome` of one more attempt of a call: what was sent `before` has been sent, whatever came of it since."""
    if isinstance(outcome, Lost) and (isinstance(before, Answer) or (before is not None and before.sent)):
        return replace(outcome, sent=True)
    return outcome


def doubted(before: Outcome | None, outcome: Outcome) -> Outcome:
    """The `outcome`, in doubt if the attempt `before` may have been carried out: nobody has looked in between.

    A rate limit answers before anything is done.
    """
    if before is None or isinstance(outcome, Lost) or outcome.good:
        return outcome
    limited = isinstance(before, Answer) and before.status == HTTPStatus.TOO_MANY_REQUESTS and not before.doubt
    return outcome if limited or (isinstance(before, Lost) and not before.sent) else replace(outcome, doubt=True)
