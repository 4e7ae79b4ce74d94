"""Maintenance as Aiven's API shows it: the updates of a service, and the call that starts them by hand."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Blueprint

from pipesync.sandbox import nodes, steps
from pipesync.sandbox.act import Act
from pipesync.sandbox.context import access, authenticate, sandbox
from pipesync.sandbox.life import Node
from pipesync.sandbox.moments import iso
from pipesync.sandbox.names import Ref
from pipesync.sandbox.steps import Step
from pipesync.sandbox.view import ServiceView, gate_of, view_of

routes = Blueprint("maintenance", __name__, url_prefix="/v1")
routes.before_request(authenticate)


@routes.put("/project/<name:project>/service/<name:service>/maintenance/start")
def start(project: str, service: str) -> dict[str, Any]:
    if sandbox().platform.start_maintenance(access(), Ref(project, service)):
        return {"message": "maintenance started"}
    return {"message": "service is up to date, maintenance not required"}


def updates(act: Act, found: Iterable[Node], leading: Iterable[Step]) -> dict[Ref, list[dict[str, Any]]]:
    """The pending updates of services, where there are any; `leading` are the steps that lead to them."""
    releases, began = nodes.catalogue(act.db), act.began
    by_destination = {step.destination: step for step in reversed(list(leading))}
    shown: dict[Ref, list[dict[str, Any]]] = {}
    for node in found:
        step = by_destination.get(node.ref)
        if not releases.pending(node.service) and (step is None or step.validated_version == node.service.version):
            continue
        source = nodes.find(act.db, step.source, began) if step else None
        siblings = steps.of_source(act.db, step.source) if step else ()
        gate = gate_of(step, source, siblings, node, releases, act.settings)
        view = view_of(node, gate, source, (), releases, act.at)
        shown[node.ref] = list(_updates(view, listed=act.settings.held_updates == "listed"))
    return shown


def _updates(view: ServiceView, *, listed: bool) -> Iterable[dict[str, Any]]:
    """One entry for each release that is pending; when it starts is said where it is known."""
    held = {release.version for release in view.held}
    due = {timer.version: timer.due for timer in view.gate.timers} if view.gate else {}
    opening = None if view.service.state == "POWEROFF" else view.next_opening
    versions = {release.version: release.description for release in view.pending}
    if view.allowed is not None and view.allowed not in versions:
        versions = {view.allowed: "", **versions}
    for version, description in versions.items():
        words = description or f"Maintenance update to {view.service.type} {version}"
        if version not in held:
            yield {"description": words, **_time("start_at", opening)}
        elif listed:
            yield {"description": words, **_time("start_after", due.get(version))}


def _time(key: str, moment: datetime | None) -> dict[str, str]:
    return {} if moment is None else {key: iso(moment)}
