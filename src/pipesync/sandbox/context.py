"""What a request's handler can reach: the sandbox it is of, who asks, and what the body says."""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, request
from werkzeug.routing import BaseConverter

from pipesync.sandbox.access import Access, access_of
from pipesync.sandbox.faults import Faults
from pipesync.sandbox.names import unspell
from pipesync.sandbox.platform import Platform
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.store import Store
from pipesync.sandbox.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One sandbox: its data, its operations, its faults, its log."""

    store: Store
    platform: Platform
    faults: Faults
    traffic: Traffic


class NameConverter(BaseConverter):
    """A path segment that is a name; see `names`."""

    def to_python(self, value: str) -> str:
        return unspell(value)


def attach(app: Flask, sandbox: Sandbox) -> None:
    app.extensions["pipesync"] = sandbox


def sandbox() -> Sandbox:
    return cast("Sandbox", current_app.extensions["pipesync"])


def authenticate() -> None:
    """To run before each request of Aiven's API."""
    g.access = access_of(sandbox().store.world, request.headers.get("Authorization"))


def access() -> Access:
    return cast("Access", g.access)


def json_object() -> dict[str, Any]:
    """The request's body; an empty one is an empty object."""
    if not request.get_data():
        return {}
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise RefusalError("The request body is not a JSON object", "bad_request")
    return body


def text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise RefusalError(f"Invalid value for {key}: a non-empty string is required", "bad_request")
    return _unicode(value, key)


def delay_days(body: dict[str, Any]) -> int | None:
    """The delay that the body asks for; null, which `avn` sends, is the same as none."""
    value = body.get("auto_validation_delay_days")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise RefusalError("Invalid value for auto_validation_delay_days: an integer is required", "bad_request")
    return value


def comment(body: dict[str, Any]) -> str:
    value = body.get("comment")
    if not isinstance(value, str | None):
        raise RefusalError("Invalid value for comment: a string is required", "bad_request")
    return _unicode(value or "", "comment")


def _unicode(value: str, key: str) -> str:
    """JSON can spell half a surrogate pair, which is no text."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RefusalError(f"Invalid value for {key}: it is not Unicode text", "bad_request") from error
    return value
