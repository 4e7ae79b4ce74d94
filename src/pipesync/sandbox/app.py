"""The sandbox as a Flask application: both dialects, the look-ups, the controls and the page, over one store."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from pipesync.sandbox import controls, flat_dialect, life_controls, lookups, maintenance, organization_dialect, page
from pipesync.sandbox.context import NameConverter, Sandbox, attach
from pipesync.sandbox.faults import Faults
from pipesync.sandbox.platform import Clock, Platform
from pipesync.sandbox.refusal import RefusalError, error_body
from pipesync.sandbox.store import Store
from pipesync.sandbox.traffic import Traffic
from pipesync.sandbox.wire import Wire
from pipesync.sandbox.world import World

# Werkzeug parses Python for each route, and before Python 3.11.8 threads that parse at once fail (gh-106905).
_ROUTES = threading.Lock()


class _Json(DefaultJSONProvider):
    """Keys in the order of the API's description."""

    sort_keys = False
    ensure_ascii = False


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(world: World | None = None, *, db: Path | None = None, clock: Clock = _now) -> Flask:
    """A sandbox that starts as `world` (the default world if None).

    Data live in memory, or in the file `db`, which keeps what it holds from one start to the next. WorldError
    if that file is not a sandbox's, or began as another world. `clock` dates the validations.
    """
    app = Flask(__name__, static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    app.url_map.converters["name"] = NameConverter
    store = Store(world, db)
    faults, traffic = Faults(store.world.latency_ms), Traffic()
    attach(app, Sandbox(store, Platform(store, clock), faults, traffic))
    with _ROUTES:
        for part in (organization_dialect, flat_dialect, lookups, maintenance, controls, life_controls, page):
            app.register_blueprint(part.routes)
    app.register_error_handler(RefusalError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.wsgi_app = Wire(app.wsgi_app, faults, traffic)  # type: ignore[method-assign]  # Flask's own way to wrap
    return app


def _refused(error: RefusalError) -> ResponseReturnValue:
    return error_body(error.message, error.status, error.error_code), error.status


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """Unknown paths, methods and bugs, in the form of Aiven's errors."""
    status = error.code or 500
    code = "internal_server_error" if status == 500 else None  # noqa: PLR2004  Aiven's code for a bug
    return error_body(error.name, status, code), status
