"""Where a state is to be found, as users write it: today a path."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipesync.errors import StateError

if TYPE_CHECKING:  # a plan that reads no state does not pay for it
    from pipesync.store.protocol import Store

DEFAULT_LOCATION: Final = "pipesync.state.json"

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")


def files_of(location: str) -> tuple[Path, ...]:
    """The files on this machine that make up the state at `location`."""
    if _SCHEME.match(location) or not location or "\0" in location:
        return ()
    path = Path(location)
    return (path, *(path.with_name(f"{path.name}.{suffix}") for suffix in ("backup", "lock", "damaged")))


def open_store(location: str, environment: Mapping[str, str]) -> "Store":  # noqa: ARG001  for stores to come
    """The store at `location`; nothing is read yet. StateError if no kind of store is meant by it.

    `environment` is where stores find their credentials.

    An address may hold a password, so an error names its scheme only.
    """
    understood = f"The location of a state is a path, for example {DEFAULT_LOCATION}."
    if scheme := _SCHEME.match(location):
        raise StateError(
            f"this pipesync cannot keep a state at a {scheme[1]}:// location", where="--state", next=understood
        )
    if not location or "\0" in location:
        raise StateError(f"{location!r} is no location of a state", where="--state", next=understood)
    from pipesync.store.local import LocalStore

    return LocalStore(Path(location))
