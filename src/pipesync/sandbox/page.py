"""The page at `/`: the pipelines as trees, the clock, the log, and plain forms; every name is escaped by the template.

It works without JavaScript. A form that is carried out leads back to the page, one that is refused shows why.
"""

from typing import Final

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pipesync.sandbox import life_deeds, log
from pipesync.sandbox.access import ANYBODY, Access
from pipesync.sandbox.context import sandbox
from pipesync.sandbox.gate_words import gate_words, waits, window
from pipesync.sandbox.moments import length_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.sentences import minute, sentence
from pipesync.sandbox.view import overview

routes = Blueprint("page", __name__, template_folder="templates")

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"

_SHOWN_ENTRIES: Final = 200
"""The newest entries of the log: thousands help nobody, and `/_sandbox/log` has them all."""


@routes.get("/")
def index() -> ResponseReturnValue:
    return _page()


@routes.post("/")
def form() -> ResponseReturnValue:
    """Carries out one of the page's forms, and shows the page anew."""
    try:
        _sent_from_here()
        _carry_out(request.form)
    except (RefusalError, ValueError) as error:
        return _page(str(error), 409)
    return redirect("/", 303)


def _sent_from_here() -> None:
    """Another site's page must not press the buttons of this one; browsers say whose page a form is of."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise RefusalError("This form was sent from another site, and nothing was done", "permission_denied")


def _carry_out(fields: "MultiDict[str, str]") -> None:
    platform, store = sandbox().platform, sandbox().store
    match fields.get("do"):
        case "release":
            service_type, version = _filled(fields, "type"), _filled(fields, "version")
            with store.transaction() as db:
                life_deeds.release(platform.act(db), service_type, version, fields.get("description", "").strip())
        case "validate":
            source = Ref.parse(_filled(fields, "source"))
            platform.validate(Access(ANYBODY), source, fields.get("comment", "").strip())
        case "advance":
            length = length_of(_filled(fields, "length"))
            with store.transaction() as db:
                deed = platform.act(db)
                life_deeds.advance(deed, deed.at + length)
        case other:
            raise ValueError(f"There is no form {other!r}")


def _filled(fields: "MultiDict[str, str]", name: str) -> str:
    value = fields.get(name, "").strip()
    if not value:
        raise ValueError(f"The field {name!r} is empty")
    return value


def _page(refused: str | None = None, status: int = 200) -> ResponseReturnValue:
    here = sandbox()
    with here.store.transaction() as db:
        seen = overview(here.platform.act(db))
        entries = log.read(db, log.Query(after=max(log.last(db) - _SHOWN_ENTRIES, 0)))
    rows = seen.rows()
    linked = [row for row in rows if row.depth or row.view.destinations]
    html = render_template(
        "index.html",
        organizations=here.store.world.organizations,
        seen=seen,
        pipelines=linked,
        others=[row.view for row in rows if row not in linked],
        sources=[row.view for row in linked if row.view.destinations],
        types=dict.fromkeys(row.view.service.type for row in [*linked, *rows]),
        steps=sum(view.gate is not None for view in seen.services),
        entries=entries[::-1],
        refused=refused,
        gate_words=gate_words,
        waits=waits,
        window=window,
        minute=minute,
        sentence=sentence,
    )
    return html, status, {"Content-Security-Policy": _POLICY}
