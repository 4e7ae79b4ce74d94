"""What is not Aiven's: `/_sandbox/` changes the world behind the API, orders faults and reads the request log."""

from typing import Any

from flask import Blueprint, request
from pydantic import Field

from pipesync.sandbox import place_deeds, places, step_deeds, steps
from pipesync.sandbox.context import json_object, sandbox
from pipesync.sandbox.faults import Fault
from pipesync.sandbox.names import Ref
from pipesync.sandbox.orders import Order, model_of, order_of
from pipesync.sandbox.places import ProjectRow
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.step_wire import step_json
from pipesync.sandbox.steps import Query
from pipesync.sandbox.world import Service, WorldStep
from pipesync.sandbox.world_file import WorldError, world_of

routes = Blueprint("controls", __name__, url_prefix="/_sandbox")


class _Project(Order):
    organization: str | None = None
    upgrade_pipelines: bool | None = None


class _Rename(Order):
    name: str = Field(min_length=1)


class _Latency(Order):
    latency_ms: float = Field(ge=0)


@routes.get("/")
def summary() -> dict[str, Any]:
    here = sandbox()
    with here.store.transaction() as db:
        return {
            "organizations": [org.id for org in here.store.world.organizations],
            "projects": len(places.projects(db)),
            "services": len(places.all_services(db)),
            "steps": steps.page(db, Query(), 0, 1).total,
            "requests": here.traffic.total,
            "latency_ms": here.faults.latency_ms,
            "faults": here.faults.described(),
        }


@routes.post("/reset")
def reset() -> dict[str, Any]:
    """Back to the world of the beginning, or to the one in the body; no faults, an empty log."""
    here = sandbox()
    body = json_object()
    try:
        world = world_of(body) if body else here.store.world
    except WorldError as error:
        raise RefusalError(str(error), "bad_request") from error
    with here.store.transaction():
        here.store.fill(world)
    here.faults.clear()
    here.faults.latency_ms = world.latency_ms
    here.traffic.clear()
    return summary()


@routes.put("/projects/<name:project>")
def put_project(project: str) -> dict[str, Any]:
    order = order_of(_Project)
    here = sandbox()
    with here.store.transaction() as db:
        row = places.project(db, project)
        organization = order.organization or (row.organization if row else here.store.world.organizations[0].id)
        enabled = order.upgrade_pipelines
        if enabled is None:
            enabled = row.upgrade_pipelines if row else True
        if organization not in {org.id for org in here.store.world.organizations}:
            raise RefusalError(f"There is no organization {organization}", "organization_not_found")
        place_deeds.put_project(here.platform.act(db), ProjectRow(project, organization, enabled))
    return {"project": project, "organization": organization, "upgrade_pipelines": enabled}


@routes.post("/projects/<name:project>/rename")
def rename_project(project: str) -> dict[str, Any]:
    order = order_of(_Rename)
    here = sandbox()
    with here.store.transaction() as db:
        if places.project(db, project) is None:
            raise RefusalError(f"There is no project {project}", "project_not_found")
        if places.project(db, order.name) is not None:
            raise RefusalError(f"There is a project {order.name} already", status=409)
        place_deeds.rename_project(here.platform.act(db), project, order.name)
    return {"project": order.name}


@routes.put("/services/<name:project>/<name:service>")
def put_service(project: str, service: str) -> dict[str, Any]:
    """Creates the service (then `type` is needed), or changes what the body names."""
    here, ref = sandbox(), Ref(project, service)
    with here.store.transaction() as db:
        if places.project(db, project) is None:
            raise RefusalError(f"There is no project {project}", "project_not_found")
        found = places.service(db, ref)
        known = found.model_dump() if found else {}
        body = json_object()
        if found and isinstance(window := body.get("maintenance"), dict):
            body["maintenance"] = {**known["maintenance"], **window}
        put = model_of(Service, {**known, **body})
        place_deeds.put_service(here.platform.act(db), ref, put)
    return {"service": str(ref), **put.model_dump()}


@routes.delete("/services/<name:project>/<name:service>")
def remove_service(project: str, service: str) -> tuple[str, int]:
    """The service goes, and its steps with it unless the query says `steps=keep`."""
    here, ref = sandbox(), Ref(project, service)
    with here.store.transaction() as db:
        _existing(places.service(db, ref), ref)
        place_deeds.remove_service(here.platform.act(db), ref, with_steps=request.args.get("steps") != "keep")
    return "", 204


@routes.post("/services/<name:project>/<name:service>/rename")
def rename_service(project: str, service: str) -> dict[str, Any]:
    here, order, ref = sandbox(), order_of(_Rename), Ref(project, service)
    renamed = Ref(project, order.name)
    with here.store.transaction() as db:
        _existing(places.service(db, ref), ref)
        if places.service(db, renamed) is not None:
            raise RefusalError(f"There is a service {renamed} already", status=409)
        place_deeds.rename_service(here.platform.act(db), ref, order.name)
    return {"service": str(renamed)}


@routes.post("/steps")
def insert_step() -> tuple[dict[str, Any], int]:
    """A step that no rule is asked about: what somebody else, or Aiven itself, may leave behind."""
    here, order = sandbox(), order_of(WorldStep)
    with here.store.transaction() as db:
        return step_json(step_deeds.insert(here.platform.act(db), here.store, order), suffix="_name"), 201


@routes.get("/faults")
def list_faults() -> dict[str, Any]:
    return {"faults": sandbox().faults.described()}


@routes.post("/faults")
def add_fault() -> tuple[dict[str, Any], int]:
    sandbox().faults.add(order_of(Fault))
    return list_faults(), 201


@routes.delete("/faults")
def clear_faults() -> tuple[str, int]:
    sandbox().faults.clear()
    return "", 204


@routes.put("/latency")
def put_latency() -> dict[str, Any]:
    sandbox().faults.latency_ms = order_of(_Latency).latency_ms
    return {"latency_ms": sandbox().faults.latency_ms}


@routes.get("/requests")
def list_requests() -> dict[str, Any]:
    return sandbox().traffic.described(request.args.get("method", "*"), request.args.get("path", "*"))


@routes.delete("/requests")
def clear_requests() -> tuple[str, int]:
    sandbox().traffic.clear()
    return "", 204


def _existing(service: Service | None, ref: Ref) -> None:
    if service is None:
        raise RefusalError(f"There is no service {ref}", "service_does_not_exist")
