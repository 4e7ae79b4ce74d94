"""Where an HTTP store is: the addresses of its state and of its lock, and the method that each is asked by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import SplitResult, urlencode, urlsplit

from pipesync.errors import StateError
from pipesync.loopback import is_loopback

_GITLAB: Final = re.compile(r"(.*/api/v4/projects/[^/]+/terraform/state/[^/]+)(/versions/[0-9]+)?")
"""https://docs.gitlab.com/user/infrastructure/iac/terraform_state/: the path of a state that GitLab manages, and of an
earlier version of it, which can be read."""

_METHOD: Final = re.compile(r"[A-Za-z]{1,20}")


@dataclass(frozen=True, slots=True)
class Address:
    """`state`, `lock` and `unlock` are where each is asked; `shown` is the first without its query, for people."""

    state: str = field(repr=False)
    lock: str = field(repr=False)
    unlock: str = field(repr=False)
    shown: str
    gitlab: bool = False
    write_method: str = "POST"
    lock_method: str = "LOCK"
    unlock_method: str = "UNLOCK"

    @classmethod
    def of(cls, location: str, environment: Mapping[str, str]) -> Self:
        """The address that `location` names; StateError, which shows none of it, if a password must not be sent there.

        The methods and addresses that Terraform's variables name are those of the state at TF_HTTP_ADDRESS: they
        count if that is this one. GitLab's follow from its state's address.
        """
        parts = _checked(location, "--state")
        state = f"{_origin(parts)}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        shown = f"{_origin(parts)}{parts.path}" + ("?…" if parts.query else "")
        if managed := _GITLAB.fullmatch(parts.path.rstrip("/")):
            lock = f"{_origin(parts)}{managed[1]}/lock"
            return cls(
                state.rstrip("/"), lock, lock, shown.rstrip("/"), True, lock_method="POST", unlock_method="DELETE"
            )
        if not is_about(location, environment):
            return cls(state, state, state, shown)
        return cls(
            state,
            _beside(environment.get("TF_HTTP_LOCK_ADDRESS"), "TF_HTTP_LOCK_ADDRESS", parts) or state,
            _beside(environment.get("TF_HTTP_UNLOCK_ADDRESS"), "TF_HTTP_UNLOCK_ADDRESS", parts) or state,
            shown,
            write_method=_method(environment, "TF_HTTP_UPDATE_METHOD", "POST"),
            lock_method=_method(environment, "TF_HTTP_LOCK_METHOD", "LOCK"),
            unlock_method=_method(environment, "TF_HTTP_UNLOCK_METHOD", "UNLOCK"),
        )

    @property
    def secure(self) -> bool:
        return self.state.startswith("https:")

    def version(self, serial: int) -> str:
        """Where GitLab keeps the version of the state with `serial`."""
        return f"{self.state}/versions/{serial}"

    def under_lock(self, lock_id: str) -> str:
        """Where the state is written by the holder of the lock `lock_id`."""
        return _with_id(self.state, lock_id)

    def freeing(self, lock_id: str) -> str:
        """Where the lock is given back. GitLab frees whoever's lock it is if a body gets lost on the way: its address
        names the lock, too.
        """
        return _with_id(self.unlock, lock_id) if self.gitlab else self.unlock


def is_about(location: str, environment: Mapping[str, str]) -> bool:
    """Whether Terraform's variables are about the state at `location`."""
    return environment.get("TF_HTTP_ADDRESS", "").rstrip("/") == location.rstrip("/")


def same_server(location: str, other: str) -> bool:
    """Whether both addresses are of one scheme, host and port."""
    try:
        return _origin(urlsplit(location)) == _origin(urlsplit(other))
    except ValueError:
        return False


def _checked(address: str, where: str) -> SplitResult:
    def wrong(
        why: str, remedy: str = "An address is https://HOST/PATH; http:// is for this machine only."
    ) -> StateError:
        return StateError(f"the address of the state {why}", where=where, next=remedy)

    if address.endswith("?…"):
        raise wrong(
            "is written as in a message, which shows no query",
            "Write the whole address: the query stands where this one has `…`.",
        )
    if not address.isascii() or not address.isprintable() or set(address) & set(" \"'<>\\^`{|}"):
        raise wrong("holds characters that no address has")
    if "@" in address:  # also where a / or ? in a password has moved it behind the host
        raise wrong(
            "must not hold a user name or password: it is printed and logged",
            "Set TF_HTTP_USERNAME and TF_HTTP_PASSWORD, or GitLab's variables; an @ of the path is written %40.",
        )
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  reading it raises ValueError for a port that is no number from 0 to 65535
    except ValueError:
        raise wrong("cannot be read") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong("names no host")
    if parts.fragment:
        raise wrong("must not hold a #")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise wrong("must begin with https://: plain http:// is for this machine only (127.0.0.1, ::1, localhost)")
    return parts


def _beside(address: str | None, name: str, state: SplitResult) -> str | None:
    """`address`, which must be on the server of the state: the password goes there, too."""
    if not address:
        return None
    parts = _checked(address, name)
    if _origin(parts) != _origin(state):
        raise StateError(
            "the lock of the state is on another server than the state",
            where=name,
            next="The credentials are for the server of the state and go nowhere else: keep both on one.",
        )
    return address


def _method(environment: Mapping[str, str], name: str, usual: str) -> str:
    method = environment.get(name) or usual
    if not _METHOD.fullmatch(method):
        raise StateError("the method is no method of HTTP", where=name, next=f"Leave it out for {usual}.")
    return method.upper()


def _origin(parts: SplitResult) -> str:
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in {None, usual} else "")


def _with_id(address: str, lock_id: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'ID': lock_id})}"
