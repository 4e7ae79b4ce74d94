"""Calls to the API as requests, and their retries: one token, one pace, any number of threads."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from pydantic_core import from_json

from pipesync.aiven import address
from pipesync.aiven.answer import Answer, Call, Outcome, after, doubted
from pipesync.aiven.pace import Pace, WaitHook
from pipesync.aiven.patience import SENT_AGAIN, Patience, passing
from pipesync.aiven.refusal import Refusal
from pipesync.aiven.token import Token
from pipesync.web.connections import Connections, Limits, Manners, Reply, Request, trust
from pipesync.web.lost import Lost

if TYPE_CHECKING:
    import httpx

Permit = Callable[[bool], bool]

NOT_PERMITTED: Final = Lost(
    "nothing was sent: this run's lock of the state was not renewed in time, and another run may break it",
    again=False,
    sent=False,
    advice="run `pipesync plan` once the place of the state answers again",
)


REPEATED: Final = Lost(
    "the answer repeats the token; nothing of it is used, because it would be shown or kept",
    again=False,
    advice="something that tells what it was sent may stand in between: check --api-url and HTTPS_PROXY",
)


class Transport:
    """Sends calls to one API address with one token; any number of threads may use it at once.

    parallelism  connections kept open
    ca_cert      certificates to trust besides the default ones
    cancelled    ends every wait once set; requests under way are finished
    permit       asked before each attempt of a call that writes, with its `owed`: whether it may begin
    through      httpx's transport instead of the network: the seam for tests
    """

    def __init__(
        self,
        api_url: str,
        token: Token,
        *,
        parallelism: int = 10,
        ca_cert: Path | None = None,
        patience: Patience | None = None,
        cancelled: threading.Event | None = None,
        on_wait: WaitHook = lambda _reason, _seconds: None,
        permit: Permit = lambda _owed: True,
        through: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.api_url = address.checked(api_url)
        self.token = token
        self.parallelism = parallelism
        self.pace = Pace(patience or Patience(), cancelled or threading.Event(), on_wait)
        self._permit = permit
        self._lock = threading.Lock()
        self._sent = 0
        self._connections = Connections(
            _manners(self.api_url, token, parallelism, ca_cert, through),
            Limits(connect=self.pace.patience.connect, silence=self.pace.patience.silence),
            self.pace.patience.clock,
            through=through,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections, those of calls under way on other threads as well; none is tried again."""
        self.pace.stop()
        self._connections.close()

    @property
    def requests_sent(self) -> int:
        """How many requests went out, each attempt counted."""
        return self._sent

    def exchange(self, call: Call) -> Outcome:
        """What came of `call`, after as many attempts as its method, the outcome and the deadline allow."""
        ends = self.pace.ends()
        before: Outcome | None = None
        for attempt in itertools.count(1):
            outcome = after(before, self.attempt(call, ends))
            before = outcome = doubted(before, outcome) if call.writes else outcome
            if not (SENT_AGAIN[call.method] and passing(outcome)):
                break
            note = self.pace.pause(outcome, attempt, ends)
            if note is not None:
                return replace(outcome, note=note)
        return outcome

    def attempt(self, call: Call, ends: float) -> Outcome:
        """Sends `call` once; everything that can go wrong on the way comes back as a value."""
        refused = self.pace.admit(ends)
        if refused is not None:
            return refused
        if call.writes and not self._permit(call.owed):
            return NOT_PERMITTED
        clock = self.pace.patience.clock
        ends = min(ends, clock() + self.pace.patience.attempt)
        with self._lock:
            self._sent += 1
        reply = self._connections.send(Request(call.method, self.api_url + call.path, call.query, call.body), ends)
        return reply if isinstance(reply, Lost) else self._answer(reply)

    def _answer(self, reply: Reply) -> Outcome:
        if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES and self.token.is_in(reply.body):
            return REPEATED
        data, foreign = None, None
        if reply.body.strip():
            try:
                data = from_json(reply.body, allow_inf_nan=False)
            except ValueError:
                foreign = _foreign(reply)
        answer = Answer(status=reply.status, data=data, foreign=foreign, location=reply.location)
        if foreign is not None and answer.good:
            advice = "a proxy or a login page may stand in between: check --api-url and HTTPS_PROXY"
            return Lost(f"the answer is {foreign}", again="html" not in reply.media, advice=advice)
        message = None if answer.good else Refusal.of(data).message
        return replace(answer, wait=self.pace.patience.asked_wait(reply.retry_after, message))


def _foreign(reply: Reply) -> str:
    size = len(reply.body)
    if "html" in reply.media:
        return f"a web page ({size} bytes of HTML), not Aiven's JSON"
    if "json" in reply.media:
        return f"broken or cut off: {size} bytes that are not valid JSON"
    return f"{size} bytes that are not JSON"


def _manners(
    api_url: str, token: Token, parallelism: int, ca_cert: Path | None, through: "httpx.BaseTransport | None"
) -> Manners:
    """PipesyncError if the CA file is of no use."""
    secure = api_url.startswith("https:")
    return Manners(
        headers={"Authorization": token.header},
        size=parallelism,
        secure=secure,
        trust=trust(ca_cert) if secure and through is None else None,
        advice="if the API or a proxy uses a certificate of your own authority, name it with --ca-cert",
        scrub=token.scrub,
    )
