"""Where a state is to be found, as users write it: a path, or an address whose scheme names a kind of store."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipesync.errors import StateError

if TYPE_CHECKING:  # a plan that reads no state does not pay for it
    from pipesync.store.parting import Parting
    from pipesync.store.place import Place
    from pipesync.store.protocol import Store

DEFAULT_LOCATION: Final = "pipesync.state.json"

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")

OBJECTS: Final = ("s3", "gs", "az")
POSTGRES: Final = ("postgresql", "postgres")
HTTP: Final = ("https", "http")

_ALMOST: Final = re.compile(rf"\s*({'|'.join((*OBJECTS, *POSTGRES, *HTTP))}):", re.IGNORECASE)
"""An address that lost a slash or has a space before it: no path, or a state there would look new, and be shown."""

_KEYWORDS: Final = re.compile(
    r"\s*(host|hostaddr|port|dbname|user|password|passfile|service|sslmode|connect_timeout|options)\s*="
)
"""How PostgreSQL's own tools also write where a database is: no path, and it may hold a password."""

UNDERSTOOD: Final = (
    f"The location of a state is a path, for example {DEFAULT_LOCATION}, or an address: s3://BUCKET/KEY, "
    "gs://BUCKET/KEY, az://CONTAINER/KEY, postgresql://USER@HOST/DATABASE#NAME, or https://HOST/PATH."
)


def files_of(location: str) -> tuple[Path, ...]:
    """The files on this machine that make up the state at `location`."""
    if _SCHEME.match(location) or not location or "\0" in location:
        return ()
    path = Path(location)
    return (path, *(path.with_name(f"{path.name}.{suffix}") for suffix in ("backup", "lock", "damaged")))


def open_store(location: str, environment: Mapping[str, str], parting: "Parting | None" = None) -> "Store":
    """The store at `location`; nothing is read yet. StateError if no kind of store is meant by it.

    `environment` is where stores find their credentials. An address may hold a password, so an error names its scheme
    only. `parting` is the end of the run, if somebody else knows of it first.
    """
    if (scheme := _SCHEME.match(location)) and scheme[1] in HTTP:
        from pipesync.store.http.store import HttpStore

        return HttpStore.of(location, environment, parting=parting)
    if scheme:
        from pipesync.store.parting import Parting
        from pipesync.store.shared import SharedStore

        parting = parting or Parting()
        return SharedStore(_place(scheme[1], location, environment, parting), parting=parting)
    if almost := _ALMOST.match(location):
        raise StateError(
            f"the location of the state is no path, and its address does not begin with {almost[1].lower()}://",
            where="--state",
            next=f"{UNDERSTOOD} A path that begins so is written ./{almost[1]}:…",
        )
    if keyword := _KEYWORDS.match(location):
        raise StateError(
            f"the location of the state is no path: it begins with {keyword[1]}=, as PostgreSQL's tools write it",
            where="--state",
            next=f"{UNDERSTOOD} A path that begins so is written ./{keyword[1]}=…",
        )
    if not location or "\0" in location:
        raise StateError(f"{location!r} is no location of a state", where="--state", next=UNDERSTOOD)
    from pipesync.store.local import LocalStore

    return LocalStore(Path(location))


def _place(scheme: str, location: str, environment: Mapping[str, str], parting: "Parting") -> "Place":
    try:
        if scheme in OBJECTS:
            extra = "objects"
            from pipesync.store import objects

            return objects.open_place(location, environment, parting)
        if scheme in POSTGRES:
            extra = "postgres"
            from pipesync.store import postgres

            return postgres.open_place(location, parting)
    except ImportError:
        raise StateError(
            f"a state at a {scheme}:// location needs a library that is not installed",
            where="--state",
            next=f"pip install 'pipesync[{extra}]'",
        ) from None
    raise StateError(f"this pipesync cannot keep a state at a {scheme}:// location", where="--state", next=UNDERSTOOD)
