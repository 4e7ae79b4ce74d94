"""A state in an object store, by obstore: S3 and what speaks its protocol, Google Cloud Storage, Azure Blob Storage."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import obstore
from obstore import exceptions as trouble
from obstore.store import AzureStore, GCSStore, S3Store

from pipesync.errors import StateError
from pipesync.loopback import is_loopback
from pipesync.store.durable import MAX_BYTES
from pipesync.store.objects_trouble import is_absent, words
from pipesync.store.parting import WORDS, Abandoned, Parting
from pipesync.store.place import Found, Moved, Part, Unclear

if TYPE_CHECKING:
    from obstore.store import ObjectStore

STORES: Final[Mapping[str, Any]] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}

_LOCATION: Final = re.compile(r"(?P<scheme>s3|gs|az)://(?P<bucket>[a-z0-9][a-z0-9._-]{1,221})/(?P<key>[^?#]+)")
_PART: Final = re.compile(r"(?!\.{1,2}$)[^/\\\0-\x1f\x7f]+")

_ENDPOINTS: Final = (
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT",
)  # fmt: skip

_NEVER_BY_PROXY: Final = "*,0.0.0.0/0,::/0"
"""Any host. obstore has no word for "no proxy", but one that is named puts the environment's aside."""

CONNECT_SECONDS: Final = 5
"""Two SYN packets go out within it."""

REQUEST_SECONDS: Final = 20.0
"""A state of 10,000 steps has 3 MB; a lock is still fresh after some such waits."""

AGAIN: Final = 3
"""What may be repeated without harm is tried again so often after an answer of no use."""

_NOT_THERE: Final = '"00000000000000000000000000000000"'
"""An entity tag that no content has."""


class ObjectPlace:
    """A Place. `once` never repeats a request: of a repeated write on a condition nobody knows which one came about."""

    def __init__(self, again: "ObjectStore", once: "ObjectStore", key: str, where: str, parting: Parting) -> None:
        self.where = where
        self._parting = parting
        self._again = again
        self._once = once
        self._key = key

    def get(self, part: Part = Part.STATE) -> Found | None:
        try:
            meta, data = self._parting.call(lambda: self._content(part))
        except Abandoned:
            reason = WORDS
        except Exception as error:  # noqa: BLE001  obstore's share no other class, and their words are not for showing
            if is_absent(error):
                return None
            reason = words(error)
        else:
            if data is not None:
                return Found(data, _version(meta), meta["last_modified"].timestamp())
            reason = f"it has {meta['size']} bytes, more than any state"
        raise self._refused("the state cannot be read", reason)

    def _content(self, part: Part) -> tuple[Any, bytes | None]:
        """What the store says of an object, and its content unless that is too big for a state."""
        answer = obstore.get(self._again, self._key + part)
        meta = answer.meta
        return meta, None if meta["size"] > MAX_BYTES else bytes(answer.bytes())

    def put(self, data: bytes, *, replacing: str | None) -> str:
        return self._put(Part.STATE, data, replacing)

    def set_aside(self, part: Part, data: bytes) -> None:
        try:
            self._parting.call(lambda: obstore.put(self._again, self._key + part, data, use_multipart=False))
        except Abandoned:
            reason = WORDS
        except Exception as error:  # noqa: BLE001  as above
            reason = words(error)
        else:
            return
        raise self._refused(f"{self.where}{part} cannot be written", reason)

    def now(self) -> float:
        """The time at which the store says that it took a probe."""
        self.set_aside(Part.PROBE, b"pipesync tries here whether the store keeps its word\n")
        found = self.get(Part.PROBE)
        if found is None:
            raise self._refused("the store's clock cannot be read", "an object that was written is not there")
        return found.changed_at

    def prove(self) -> None:
        """Two writes that must be refused: of an object that is there already, and of a version that never was."""
        self.now()
        found = self.get(Part.PROBE)
        wrong = {"e_tag": _NOT_THERE}
        if found is not None and json.loads(found.version).get("version") is not None:
            wrong["version"] = "1"  # Google counts microseconds: its generations are long numbers
        for replacing in (None, json.dumps(wrong)):
            if not self._refuses(replacing):
                raise StateError(
                    "the store ignores conditions: two runs could overwrite each other's state",
                    where=self.where,
                    next="Keep the state in a store that honours If-Match and If-None-Match; docs/state.md names some.",
                )

    def _refuses(self, replacing: str | None) -> bool:
        """Whether the probe stays as it is when a write names a version that is not the probe's."""
        reason = ""
        for _ in range(1 + AGAIN):
            try:
                self._put(Part.PROBE, b"the store does not keep its word\n", replacing)
            except Moved:
                return True
            except Unclear as unclear:
                reason = str(unclear)
            else:
                return False
        raise self._refused("whether the store keeps two runs apart is not known", reason)

    def _put(self, part: Part, data: bytes, replacing: str | None) -> str:
        mode: Any = "create" if replacing is None else json.loads(replacing)
        try:
            return _version(
                self._parting.call(
                    lambda: obstore.put(self._once, self._key + part, data, mode=mode, use_multipart=False)
                )
            )
        except Abandoned:
            reason = WORDS
        except (trouble.AlreadyExistsError, trouble.PreconditionError):
            raise Moved from None
        except (trouble.PermissionDeniedError, trouble.UnauthenticatedError) as error:
            reason = words(error)
        except Exception as error:  # noqa: BLE001  as above
            if replacing is not None and is_absent(error):
                raise Moved from None
            raise Unclear(words(error)) from None
        raise self._refused("the state cannot be written", reason)

    def _refused(self, what: str, reason: str) -> StateError:
        return StateError(
            f"{what}: {reason}",
            where=self.where,
            next="Check the location, the credentials in the environment, and that the store can be reached.",
        )


def open_place(location: str, environment: Mapping[str, str], parting: Parting | None = None) -> ObjectPlace:
    """The place at `location`, such as `s3://bucket/key`; credentials are where obstore looks for them."""
    found = _LOCATION.fullmatch(location)
    if found is None or not all(map(_PART.fullmatch, found["key"].split("/"))):
        scheme = location.partition("://")[0]
        raise StateError(
            f"this is no location of an object: it is written {scheme}://BUCKET/KEY",
            where="--state",
            next="Leave credentials, `?` and `#` out: credentials come from the environment.",
        )
    endpoints = [environment[name] for name in _ENDPOINTS if environment.get(name)]
    plain = [name for name in _ENDPOINTS if environment.get(name, "").lower().startswith("http://")]
    for name in plain:
        if not is_loopback(urlsplit(environment[name]).hostname or ""):
            raise StateError(
                "the address of the store begins with http://, and leads away from this machine",
                where=name,
                next="Use https://: the state and its lock must not be changed on the way.",
            )
    options = {
        "timeout": f"{REQUEST_SECONDS * 1000:.0f}ms",
        "connect_timeout": f"{CONNECT_SECONDS}s",
        "allow_http": bool(endpoints) and len(plain) == len(endpoints),
    }
    if options["allow_http"]:  # a proxy would only carry what is not encrypted away from this machine
        options |= {"proxy_url": environment[plain[0]], "proxy_excludes": _NEVER_BY_PROXY}
    again = {"max_retries": AGAIN, "retry_timeout": timedelta(seconds=REQUEST_SECONDS * 2)}
    stores: list[ObjectStore] = []
    with suppress(Exception):  # as above
        stores = [
            STORES[found["scheme"]](found["bucket"], client_options=options, retry_config=retry)
            for retry in (again, {"max_retries": 0})
        ]
    if not stores:
        raise StateError(
            "what the environment says of the store cannot be used",
            where=location,
            next="docs/state.md lists the variables that name an account and its credentials.",
        )
    return ObjectPlace(stores[0], stores[1], found["key"], location, parting or Parting())


def _version(meta: Any) -> str:
    """Both names of a version, as far as there are: stores differ in which one they compare."""
    return json.dumps({key: meta[key] for key in ("e_tag", "version") if meta[key] is not None})
