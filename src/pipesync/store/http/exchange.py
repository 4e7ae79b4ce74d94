"""Requests to the server of an HTTP store: how often and how long each is tried, and what a failure says to people."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Final

from pipesync.errors import StateError
from pipesync.store.http.address import Address
from pipesync.store.http.login import Login
from pipesync.store.parting import WORDS, Abandoned, Parting
from pipesync.web.connections import Connections, Limits, Manners, Reply, Request, trust
from pipesync.web.lost import Lost
from pipesync.web.visible import visible

Outcome = Reply | Lost

PASSING: Final = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505}
"""Statuses that a later attempt may not meet; 501 and 505 say that the server cannot do this at all."""

_MOST_READ: Final = 64 * 1024
"""Bytes of a failure's body that are looked into for words."""

_MOST_WORDS: Final = 300
"""Characters of a server's own words that are shown: longer than any message of GitLab's."""


def _sleep(seconds: float) -> None:
    time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All in seconds. The numbers are ours where no source is named."""

    connect: float = 10.0
    """Three SYN packets go out within 7 s."""
    silence: float = 20.0
    """Between two pieces of an answer."""
    attempt: float = 60.0
    """One request: a state of 10,000 steps has 3 MB."""
    total: float = 120.0
    """All attempts of one request."""
    attempts: int = 6
    backoff_first: float = 0.25
    """Doubled with each attempt: six attempts outlast a restart of 8 s."""
    backoff_most: float = 15.0
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = _sleep


class Tries:
    """The attempts of one request."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._ends = patience.clock() + patience.total
        self._made = 0

    def begin(self) -> float:
        """The instant at which the attempt that begins now must be over."""
        self._made += 1
        return min(self._ends, self._patience.clock() + self._patience.attempt)

    def again(self, outcome: Outcome) -> bool:
        """Whether another attempt may fare better than `outcome`; true after the wait before it."""
        if not passing(outcome) or self._made >= self._patience.attempts:
            return False
        seconds = min(self._patience.backoff_most, self._patience.backoff_first * 2.0 ** (self._made - 1))
        if isinstance(outcome, Reply) and (outcome.retry_after or "").isdecimal():
            seconds = max(seconds, float(outcome.retry_after or 0))
        if self._patience.clock() + seconds >= self._ends:
            return False
        self._patience.wait(seconds)
        return True


class Exchange:
    """Speaks with the server at `address` as `login`; nothing is sent before the first request."""

    def __init__(
        self, address: Address, login: Login, patience: Patience, ca_pem: str | None, parting: Parting
    ) -> None:
        self.parting = parting
        self.address = address
        self.login = login
        self.patience = patience
        self._ca_pem = ca_pem

    def ask(self, request: Request) -> Outcome:
        """What came of `request`, sent again while that may help: it must be one that twice is as good as once."""
        tries = Tries(self.patience)
        while True:
            outcome = self.once(request, tries.begin())
            if not tries.again(outcome):
                return outcome

    def once(self, request: Request, ends: float) -> Outcome:
        connections = self._connections
        try:
            return self.parting.call(lambda: connections.send(request, ends))
        except Abandoned:
            return Lost(WORDS, again=False)

    def refusal(self, what: str, outcome: Outcome) -> StateError:
        """`what` could not be done, and why."""
        if isinstance(outcome, Lost):
            why, remedy = outcome.reason, outcome.advice or "Try again once the server answers."
        else:
            why, remedy = self._judgement(outcome)
        return StateError(f"{what}: {why}", where=self.address.shown, next=remedy)

    def _judgement(self, reply: Reply) -> tuple[str, str]:
        """Why a request failed that `reply` answers, and what to do next."""
        label = f"{reply.status}{self._words(reply)}"
        match reply.status:
            case 401 | 403:
                whose = f"the credentials of {self.login.source}" if self.login.header else "us without credentials"
                return f"the server refuses {whose} ({label})", _CREDENTIALS
            case 404 | 410:
                return f"there is nothing at this address ({label})", "Correct --state."
            case 413:
                return f"it is too large for the server ({label})", "Ask who runs it for more room."
            case status if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
                why = f"the server sends us to {reply.location or 'another address'} ({status})"
                return why, "Nobody is followed with a password: if the state is there, name that address with --state."
            case status if status in PASSING:
                return f"the server answers {label}", "Try again once the server is well."
            case _:
                return f"the server answers {label}", "Correct --state, or ask who runs the server."

    def _words(self, reply: Reply) -> str:
        """The server's own words, as far as it has some for people."""
        text: object = None
        if "html" not in reply.media and len(reply.body) <= _MOST_READ:
            try:
                found = json.loads(reply.body)
                text = (found.get("message") or found.get("error")) if isinstance(found, dict) else found
            except (ValueError, RecursionError):
                text = reply.body.decode("utf-8", "replace").strip()
        words = self.clean(text) if isinstance(text, str) else ""
        return f": {words}" if words else ""

    def clean(self, text: str) -> str:
        """Foreign words: cut, fit to be printed, and without our credentials."""
        words = self.login.scrub(visible(text.strip()))
        return words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1] + "…"

    @cached_property
    def _connections(self) -> Connections:
        secure = self.address.secure
        context = trust(None) if secure else None
        if context is not None and self._ca_pem:
            try:
                context.load_verify_locations(cadata=self._ca_pem)
            except (OSError, ValueError):
                raise StateError(
                    "the variable holds no certificates",
                    where="TF_HTTP_CLIENT_CA_CERTIFICATE_PEM",
                    next="It holds certificates in PEM form, as for Terraform.",
                ) from None
        manners = Manners(
            headers=self.login.header,
            # There is one request at a time. httpcore never forgets a connection whose encryption fails behind a
            # proxy: with a limit the next attempt would wait for its place until the end.
            size=None,
            kept=0,  # requests are few, and a store is never closed
            secure=secure,
            trust=context,
            advice="If the server has a certificate of your own authority, name it in SSL_CERT_FILE, or as for "
            "Terraform in TF_HTTP_CLIENT_CA_CERTIFICATE_PEM.",
            scrub=self.login.scrub,
        )
        return Connections(
            manners, Limits(connect=self.patience.connect, silence=self.patience.silence), self.patience.clock
        )


_CREDENTIALS: Final = (
    "Set TF_HTTP_USERNAME and TF_HTTP_PASSWORD. For GitLab GITLAB_TOKEN does, too (with GITLAB_HOST unless that is "
    "gitlab.com), or a CI job of that GitLab; writing a state there takes the Maintainer role."
)


def passing(outcome: Outcome) -> bool:
    """Whether a later attempt may fare better."""
    return outcome.again if isinstance(outcome, Lost) else outcome.status in PASSING


def good(outcome: Outcome) -> bool:
    return isinstance(outcome, Reply) and HTTPStatus.OK <= outcome.status < HTTPStatus.MULTIPLE_CHOICES
