"""The lock that a server keeps: asked for, asked about, and given back, whatever replies get lost on the way.

The protocol has no question for who has the lock. But asking for it again under the same id harms nobody, and its
answer tells: so a lost reply is settled, and a stranger's lock is never taken for ours.
"""

import json
import re
import uuid
from enum import Enum, auto
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from pipesync.errors import LockedError, StateError
from pipesync.store.http.exchange import Exchange, Outcome, Tries, good, passing
from pipesync.store.lock import UNKNOWN, LockInfo, unlock_command
from pipesync.web.connections import Reply, Request
from pipesync.web.lost import Lost

_TAKEN: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.LOCKED})
"""Another one has the lock: 423 by the protocol, 409 by GitLab; Terraform reads both."""

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{8,255}")
"""The id of a lock where it is the whole answer, as of some servers; Terraform's and ours are UUIDs."""

_POLL_FIRST: Final = 1.0
_POLL_MOST: Final = 10.0
"""Seconds between two attempts while we wait for the lock; the first is doubled each time, to spare the server."""

_GLANCE: Final = 10.0
"""Seconds for a question that API calls wait for: less than the minute between two of them."""


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
        patience = self._exchange.patience
        deadline = patience.clock() + timeout
        pause = _POLL_FIRST
        while isinstance(found := self.ask(info), LockInfo):
            left = deadline - patience.clock()
            if left <= 0:
                raise self.locked(found)
            patience.wait(min(pause, left))
            pause = min(2 * pause, _POLL_MOST)

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

    def look(self) -> LockInfo | None:
        """Who has the lock, as told to a stranger who asks for it; None if nobody had it."""
        stranger = anonymous(str(uuid.uuid4()))
        if isinstance(found := self.ask(stranger), LockInfo):
            return found
        self.give_back(stranger)
        return None

    def keep(self, info: LockInfo) -> LockInfo:
        """Who has the lock that should be `info`'s; if it was removed and is free, it is taken again.

        StateError if the server gives it to a stranger as well.
        """
        if (found := self.look()) is not None:
            return found
        if isinstance(again := self.ask(info), LockInfo):
            return again
        if (found := self.look()) is not None:
            return found
        raise StateError(
            "the server of the state gives its lock to two runs at once",
            where=self._address.shown,
            next="Nothing was written. Use a server whose lock keeps others out.",
        )

    def is_kept(self, info: LockInfo) -> bool | None:
        """Whether the lock is still `info`'s, as far as one question tells; None if there was no answer to it."""
        stranger = anonymous(str(uuid.uuid4()))
        ends = self._exchange.patience.clock() + _GLANCE
        found = self._read(self._exchange.once(self._request_for(stranger), ends), stranger)
        if isinstance(found, Got):
            self.give_back(stranger)
            return False
        return None if found is None else found == UNKNOWN or found.lock_id == info.lock_id

    def give_back(self, info: LockInfo) -> str | None:
        """What a person should know if the lock is still there; None if it is not, or is another run's by now.

        It is asked for before: some servers take it away whoever's it is, some complain if it is gone already.
        """
        tries = Tries(self._exchange.patience)
        while True:
            ends = tries.begin()
            found = self._read(self._exchange.once(self._request_for(info), ends), info)
            if isinstance(found, LockInfo) and found != UNKNOWN:
                return None
            outcome = self._exchange.once(self._request_against(info), ends)
            if good(outcome):
                return None
            if not tries.again(outcome):
                why = self._exchange.refusal("the lock of the state could not be given back", outcome)
                return f"{why.what}. Free it: {self.command(info.lock_id)}"

    def break_open(self, lock_id: str) -> None:
        """Remove the lock `lock_id`, whoever's it is; StateError if there is none of that id."""
        found = self.look()
        if found is None:
            raise StateError("the state is not locked", where=self._address.shown, next="Nothing is to be done.")
        if found.lock_id not in {lock_id, UNKNOWN.lock_id}:
            raise StateError(
                f"the lock id is {found.lock_id}, not {lock_id}: the state is locked by {found}",
                where=self._address.shown,
                next=f"If that run has ended: {self.command(found.lock_id)}",
            )
        info = anonymous(lock_id) if found == UNKNOWN else found
        outcome = self._exchange.ask(self._request_against(info))
        if good(outcome):
            return
        if (left := self.look()) is not None and left.lock_id == found.lock_id:
            raise self._exchange.refusal("the lock of the state could not be removed", outcome)

    def command(self, lock_id: str) -> str:
        """What a person types to free the lock `lock_id`."""
        return unlock_command(self._address.shown, lock_id)

    def locked(self, holder: LockInfo) -> LockedError:
        free = "" if holder == UNKNOWN else f" If it has ended and left its lock behind: {self.command(holder.lock_id)}"
        return LockedError(
            f"the state is locked by {holder}",
            where=self._address.shown,
            next=f"Wait for that run, or let --lock-timeout SECONDS do so.{free}",
        )

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
            said = None
        if not isinstance(said, dict):
            said = {"ID": text} if _ID.fullmatch(text := reply.body[:300].decode("latin-1").strip()) else {}
        if not (lock_id := _text(said, "ID")):
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


def anonymous(lock_id: str) -> LockInfo:
    """A holder of whom nothing but the id matters."""
    return UNKNOWN.model_copy(update={"lock_id": lock_id, "who": "pipesync"})


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
