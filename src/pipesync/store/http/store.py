"""A state at a server that keeps it and its lock; the server's lock is what makes comparing and writing one act."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from http import HTTPStatus
from typing import Self

from pipesync.errors import LockLostError, StateError
from pipesync.state import State
from pipesync.store.http import login
from pipesync.store.http.address import Address
from pipesync.store.http.content import Content, keep_aside, serial_in, write_id
from pipesync.store.http.exchange import Exchange, Outcome, Patience, Tries, good
from pipesync.store.http.hold import ServerHold
from pipesync.store.http.serverlock import ServerLock, anonymous
from pipesync.store.lock import UNKNOWN, LockInfo
from pipesync.store.parting import Parting
from pipesync.store.protocol import Hold
from pipesync.store.restoring import push_command, remote_backup
from pipesync.store.statefile import NewerStateError, read_state
from pipesync.store.timing import elapsed
from pipesync.web import body
from pipesync.web.connections import Reply


class HttpStore:
    """A Store. The server has no backup of its own that could be asked for, except GitLab, which keeps each version."""

    def __init__(self, exchange: Exchange) -> None:
        self.where = exchange.address.shown
        self._exchange = exchange
        self._address = exchange.address
        self._content = Content(exchange)
        self._lock = ServerLock(exchange)
        self._hold: ServerHold | None = None

    @classmethod
    def of(
        cls,
        location: str,
        environment: Mapping[str, str],
        patience: Patience | None = None,
        parting: Parting | None = None,
    ) -> Self:
        """The store at an address; the credentials come from `environment`. StateError if either is of no use."""
        address = Address.of(location, environment)
        ca_pem = environment.get("TF_HTTP_CLIENT_CA_CERTIFICATE_PEM")
        parting = parting or Parting()
        patience = patience or Patience(wait=parting.pause)
        return cls(Exchange(address, login.find(address, environment), patience, ca_pem, parting))

    def read(self) -> State | None:
        return self._judged(self._content.read())

    def write(self, state: State, *, replacing: State | None) -> None:
        data = self._data(state)
        with self._exclusively() as hold:
            self._check_ours(hold)
            text = self._content.read()
            self._check_unmoved(self._judged(text), replacing)
            self._put(state, data, text, hold)

    def overwrite(self, state: State) -> None:
        """As the protocol says; what was there is kept in a file of the working directory, named by its content.

        GitLab shows the version with the highest serial, so there the serial of `state` is raised above what is there.
        """
        with self._exclusively() as hold:
            self._check_ours(hold)
            if (text := self._content.read()) is not None:
                self._keep(text)
                if self._address.gitlab and (serial := serial_in(text)) >= state.serial:
                    state = state.model_copy(update={"serial": serial + 1})
            self._put(state, self._data(state), text, hold)

    @contextmanager
    def lock(self, info: LockInfo, timeout: float) -> Iterator[Hold]:
        hold = ServerHold(info, lambda: self._lock.is_kept(info))
        try:
            with self._taken(hold, timeout):
                self._hold = hold
                yield hold
        finally:
            self._hold = None

    def holder(self) -> LockInfo | None:
        """Nobody can be named: the protocol only tells who asks for the lock, and that writes."""
        return None

    def unlock(self, lock_id: str) -> None:
        """Free the lock `lock_id`, whoever's it is: only people know that its run has ended."""
        self._lock.break_open(lock_id)

    def backup(self) -> str | None:
        """GitLab keeps each version; of another server nothing is known."""
        try:
            before = self._content.version_before()
            found = None if before is None else read_state(before, self.where)
        except StateError:
            return None
        if found is None:
            return None
        location = f"{self.where}/versions/{found.serial}"
        return remote_backup(self.where, location, found.serial)

    def notice(self) -> str | None:
        return None

    def _judged(self, text: bytes | None) -> State | None:
        return None if text is None else self._state(text)

    def _state(self, text: bytes) -> State:
        try:
            return read_state(text, self.where)
        except StateError as error:
            raise type(error)(
                self._exchange.login.scrub(error.what), where=error.where, next=self._remedy(error)
            ) from None

    def _remedy(self, error: StateError) -> str | None:
        if isinstance(error, NewerStateError):
            return error.next
        if "Terraform" in error.what:  # servers of this protocol are full of them
            return "Name another place with --state: this one is not pipesync's."
        return self.backup() or f"Restore it from a copy: {push_command(self.where, 'FILE')}"

    def _data(self, state: State) -> bytes:
        """The text to write: never one that the next run would refuse to read."""
        data = state.to_json().encode("ascii")
        read_state(data, self.where)
        if len(data) > body.CAP:
            raise StateError(f"the state is larger than {body.CAP // 1024**2} MiB", where=self.where)
        return data

    def _check_ours(self, hold: ServerHold) -> None:
        """A server may take a write from anybody: so a run whose lock was taken by another stops by itself."""
        asked_at = elapsed()
        found = self._lock.keep(hold.info)
        if found != UNKNOWN and found.lock_id != hold.info.lock_id:
            raise self._fenced(hold, found)
        hold.seen(asked_at)

    def _fenced(self, hold: ServerHold, holder: LockInfo | None) -> LockLostError:
        return self._lost(hold, "nobody had it since" if holder is None else f"it is locked by {holder} now")

    def _lost(self, hold: ServerHold, how_it_is: str) -> LockLostError:
        hold.lost = True
        return LockLostError(
            f"this run's lock of the state was removed, and {how_it_is}",
            where=self.where,
            next="Nothing was overwritten. Run `pipesync plan` once no other run is at work: "
            "it finds what this run has done.",
        )

    def _check_unmoved(self, found: State | None, expected: State | None) -> None:
        """Compared as a whole, not by `write_id`: a hand that edited it is noticed too."""
        if (found and found.to_json()) != (expected and expected.to_json()):
            raise self._moved(found, expected)

    def _moved(self, found: State | None, expected: State | None) -> StateError:
        what = f"the state has changed since it was read: {_serial(expected)} was there, now {_serial(found)}"
        if self._hold is not None:  # our lock was taken away, and is free again
            return self._lost(self._hold, what)
        return StateError(
            what,
            where=self.where,
            next="Nothing was written. Run the command again: it starts from what is there now.",
        )

    def _put(self, state: State, data: bytes, before: bytes | None, hold: ServerHold) -> None:
        """Send `data`, and look: only what can be read back counts as written, and only what cannot is sent again."""
        request = self._content.request(data, hold.info.lock_id)
        tries = Tries(self._exchange.patience)
        while True:
            outcome = self._exchange.once(request, tries.begin())
            found = self._content.read()
            if found is not None and write_id(found) == state.write_id:
                return
            if good(outcome):
                raise self._shadowed(state)
            if found != before:
                raise self._moved(self._judged(found), self._judged(before))
            if not tries.again(outcome):
                raise self._unwritten(state, outcome, hold)

    def _shadowed(self, state: State) -> StateError:
        return StateError(
            f"the server took the state (serial {state.serial}), but shows another one",
            where=self.where,
            next="It may know a state with a higher serial: look at its versions, and remove the state there if it is "
            "not needed. Then push this one again.",
        )

    def _unwritten(self, state: State, outcome: Outcome, hold: ServerHold) -> StateError:
        """Why a write failed: servers tell a wrong lock by 409, 423, 400 or even 500."""
        with suppress(StateError):  # one that is down has no more to say
            found = self._lock.look()
            if found is None or (found != UNKNOWN and found.lock_id != hold.info.lock_id):
                return self._fenced(hold, found)
        if isinstance(outcome, Reply) and outcome.status == HTTPStatus.UNPROCESSABLE_ENTITY and self._address.gitlab:
            return StateError(
                f"GitLab has had a state with serial {state.serial} already, and takes each serial once",
                where=self.where,
                next="Push a state with a higher serial, or remove this one and its versions in GitLab first.",
            )
        return self._exchange.refusal("the state cannot be written", outcome)

    def _keep(self, text: bytes) -> None:
        """Keep what is about to be overwritten; a state of a newer format is not: NewerStateError."""
        try:
            self._state(text)
        except NewerStateError:
            raise
        except StateError:
            pass
        keep_aside(text)

    def _exclusively(self) -> AbstractContextManager[ServerHold]:
        """The lock that this run has, or one for this write alone."""
        return nullcontext(self._hold) if self._hold is not None else self._for_a_moment()

    @contextmanager
    def _for_a_moment(self) -> Iterator[ServerHold]:
        hold = ServerHold(anonymous(str(uuid.uuid4())))
        with self._taken(hold, 0):
            yield hold

    @contextmanager
    def _taken(self, hold: ServerHold, timeout: float) -> Iterator[None]:
        """Have the lock while the block runs. It is given back whatever instant a signal comes in."""
        try:
            self._lock.take(hold.info, timeout)
            hold.seen(elapsed())
            try:
                yield
            except (KeyboardInterrupt, SystemExit):
                self._exchange.parting.begin()
                raise
            finally:
                self._give_back(hold)
        except (KeyboardInterrupt, SystemExit):
            # It may have come in the midst of taking the lock, or of giving it back, or between.
            self._exchange.parting.begin()
            self._give_back(hold)
            raise

    def _give_back(self, hold: ServerHold) -> None:
        if not hold.over:
            hold.words = self._lock.give_back(hold.info)
            hold.over = True


def _serial(state: State | None) -> str:
    return "no state" if state is None else f"serial {state.serial} ({state.write_id})"
