"""The lock that a server keeps: asked for, asked about, and given back, whatever replies get lost on the way.

The protocol has no question for who has the lock. But asking for it again under the same id harms nobody, and its
answer tells: so a lost reply is settled, and a stranger's lock is never taken for ours.
"""

import json
import shlex
from enum import Enum, auto
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from pipesync.errors import LockedError, StateError
from pipesync.store.http.exchange import Exchange, Outcome, good, passing
from pipesync.store.lock import UNKNOWN, LockInfo
from pipesync.web.connections import Reply, Request
from pipesync.web.lost import Lost

_TAKEN: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.LOCKED})
"""Another one has the lock: 423 by the protocol, 409 by GitLab; Terraform reads both."""

_GONE: Final = _TAKEN | {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
"""Giving back a lock that is not ours any more."""

_POLL_FIRST: Final = 1.0
_POLL_MOST: Final = 10.0
"""Seconds between two attempts while we wait for the lock; the first is doubled each time, to spare the server."""

_PARTING: Final = 2.0
"""Seconds for each of the two requests that clean up when a run is ended while it asks for the lock: it has 5 s."""


class Got(Enum):
    """The lock is ours."""

    NOW = auto()
    BEFORE = auto()


class ServerLock:
    """The lock at the server of `exchange`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._address = exchange.address

    def take(self, info: LockInfo, timeout: float) -> None:
        """Nothing, once the lock is ours; LockedError if another run still has it after `timeout` seconds."""
        try:
            self._take(info, timeout)
        except StateError:
            raise
        except BaseException:  # the run is being ended: what is under way may have got the lock already
            self._give_up(info)
            raise

    def ask(self, info: LockInfo) -> Got | LockInfo:
        """Take the lock if it is free; else who has it."""
        outcome = self._exchange.ask(self._request_for(info))
        if (found := self._read(outcome, info)) is not None:
            return found
        if isinstance(outcome, Reply) and outcome.status in {404, 405, 501} and not self._address.gitlab:
            raise StateError(
                f"the server of the state has no lock ({self._address.lock_method} is answered by {outcome.status})",
                where=self._address.shown,
                next="Use one that keeps a lock. If it has another address or method, set TF_HTTP_ADDRESS, "
                "TF_HTTP_LOCK_ADDRESS, TF_HTTP_LOCK_METHOD and their like as for Terraform.",
            )
        error = self._exchange.refusal("the state cannot be locked", outcome)
        if passing(outcome) and (isinstance(outcome, Reply) or outcome.sent):
            error.next = (
                f"{error.next} Should a later run find the lock taken by this one: {self.command(info.lock_id)}"
            )
        raise error

    def give_back(self, info: LockInfo) -> str | None:
        """What a person should know if the lock is still there; None if it is not, or is another run's by now."""
        outcome = self._exchange.ask(self._request_against(info))
        if isinstance(outcome, Reply) and outcome.status in _GONE and self._holder(outcome).lock_id != info.lock_id:
            return None  # what was asked first may have got through although its reply was lost
        return self._left_behind(info, outcome)

    def break_open(self, info: LockInfo) -> str | None:
        """The same of a lock that was just seen: a no is a no."""
        return self._left_behind(info, self._exchange.ask(self._request_against(info)))

    def _left_behind(self, info: LockInfo, outcome: Outcome) -> str | None:
        if good(outcome):
            return None
        why = self._exchange.refusal("the lock of the state could not be given back", outcome)
        return f"{why.what}. Free it: {self.command(info.lock_id)}"

    def command(self, lock_id: str) -> str:
        """What a person types to free the lock `lock_id`."""
        return shlex.join(["pipesync", "state", "unlock", "--state", self._address.shown, lock_id])

    def locked(self, holder: LockInfo) -> LockedError:
        free = "" if holder == UNKNOWN else f" If it has ended and left its lock behind: {self.command(holder.lock_id)}"
        return LockedError(
            f"the state is locked by {holder}",
            where=self._address.shown,
            next=f"Wait for that run, or let --lock-timeout SECONDS do so.{free}",
        )

    def _take(self, info: LockInfo, timeout: float) -> None:
        patience = self._exchange.patience
        deadline = patience.clock() + timeout
        pause = _POLL_FIRST
        while isinstance(found := self.ask(info), LockInfo):
            left = deadline - patience.clock()
            if left <= 0:
                raise self.locked(found)
            patience.wait(min(pause, left))
            pause = min(2 * pause, _POLL_MOST)

    def _give_up(self, info: LockInfo) -> None:
        clock = self._exchange.patience.clock
        outcome = self._exchange.once(self._request_for(info), clock() + _PARTING)
        if isinstance(self._read(outcome, info), Got):
            self._exchange.once(self._request_against(info), clock() + _PARTING)

    def _read(self, outcome: Outcome, info: LockInfo) -> Got | LockInfo | None:
        """What an answer to asking for the lock means; None if it is neither yes nor no."""
        if good(outcome):
            return Got.NOW
        if isinstance(outcome, Lost) or outcome.status not in _TAKEN:
            return None
        holder = self._holder(outcome)
        return Got.BEFORE if holder.lock_id == info.lock_id else holder

    def _request_for(self, info: LockInfo) -> Request:
        return Request(self._address.lock_method, self._address.lock, content=_record(info))

    def _request_against(self, info: LockInfo) -> Request:
        return Request(self._address.unlock_method, self._address.freeing(info.lock_id), content=_record(info))

    def _holder(self, reply: Reply) -> LockInfo:
        """Who has the lock, as far as the answer says."""
        try:
            said = json.loads(reply.body)
        except (ValueError, RecursionError):
            return UNKNOWN
        lock_id = said.get("ID") if isinstance(said, dict) else None
        if not isinstance(lock_id, str) or not lock_id:
            return UNKNOWN
        known = LockInfo.parse(_text(said, "Info").encode("utf-8", "replace"))
        if known is None or known.lock_id != lock_id:  # Terraform's, or GitLab's, which tells the asker's own Info
            known = UNKNOWN.model_copy(
                update={"lock_id": lock_id, "who": _text(said, "Who") or UNKNOWN.who}
                | ({"since": since} if (since := _text(said, "Created")) else {})
            )
        clean = self._exchange.clean
        words = {name: clean(value) for name, value in known.model_dump().items() if isinstance(value, str)}
        return known.model_copy(update=words)


def _record(info: LockInfo) -> bytes:
    """The lock in Terraform's words. GitLab refuses it unless each key is there; it keeps `ID` alone."""
    return json.dumps(
        {
            "ID": info.lock_id,
            "Operation": "pipesync",
            "Info": info.to_json(),
            "Who": f"{info.who}@{info.host}",
            "Version": version("pipesync"),
            "Created": info.since,
            "Path": "pipesync",
        }
    ).encode("ascii")


def _text(said: dict[str, Any], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""
