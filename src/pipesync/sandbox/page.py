"""The page at `/`: what the sandbox holds, for people. Plain HTML; every name is escaped by the template."""

from typing import Final

from flask import Blueprint, Response, render_template

from pipesync.sandbox import places, steps
from pipesync.sandbox.context import sandbox
from pipesync.sandbox.steps import Query

routes = Blueprint("page", __name__, template_folder="templates")

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


@routes.get("/")
def index() -> Response:
    with sandbox().store.transaction() as db:
        found = {"services": places.all_services(db), "steps": steps.every(db, Query())}
    html = render_template("index.html", organizations=sandbox().store.world.organizations, **found)
    return Response(html, headers={"Content-Security-Policy": _POLICY})
