"""Looking up organizations, projects and services: the calls around upgrade steps that clients need.

A service carries a made-up password, as Aiven's answers carry real ones: a client must not let it out.
"""

from typing import Any, Final

from flask import Blueprint

from pipesync.sandbox import nodes, places, steps
from pipesync.sandbox.access import Access
from pipesync.sandbox.context import access, authenticate, sandbox
from pipesync.sandbox.life import Node
from pipesync.sandbox.maintenance import updates
from pipesync.sandbox.names import Ref
from pipesync.sandbox.places import ProjectRow
from pipesync.sandbox.platform import readable_project
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.world import Organization

routes = Blueprint("lookups", __name__, url_prefix="/v1")
routes.before_request(authenticate)

SECRET: Final = "AVNS_sandbox_secret"  # noqa: S105  made up, to be found where it must not be
_EPOCH: Final = "2026-01-01T00:00:00Z"


@routes.get("/organizations")
def organizations() -> dict[str, Any]:
    return {"organizations": [_organization(org) for org in sandbox().store.world.organizations]}


@routes.get("/organization/<name:organization>")
def organization(organization: str) -> dict[str, Any]:
    return _organization(_known(organization))


@routes.get("/organization/<name:organization>/projects")
def organization_projects(organization: str) -> dict[str, Any]:
    _known(organization)
    items = [_project_item(row) for row in _readable(access(), organization)]
    return {"projects": items, "total_project_count": len(items)}


@routes.get("/organization/<name:organization>/project/<name:project>")
@routes.get("/organization/<name:organization>/projects/<name:project>")
def organization_project(organization: str, project: str) -> dict[str, Any]:
    row = _project(project)
    if row.organization != _known(organization).id:
        raise RefusalError(f"Project {project} is not of organization {organization}", "project_not_found")
    return {**_project_item(row), "organization_id": row.organization}


@routes.get("/project")
def projects() -> dict[str, Any]:
    rows = _readable(access(), None)
    return {
        "projects": [_legacy_project(row) for row in rows],
        "project_membership": {row.name: "admin" for row in rows},
        "project_memberships": {row.name: ["admin"] for row in rows},
    }


@routes.get("/project/<name:project>")
def project(project: str) -> dict[str, Any]:
    return {"project": _legacy_project(_project(project))}


@routes.get("/project/<name:project>/service")
def services(project: str) -> dict[str, Any]:
    with sandbox().store.transaction() as db:
        readable_project(db, access(), project)
        act = sandbox().platform.act(db)
        found = list(nodes.of_project(db, project, act.began))
        pending = updates(act, found, steps.into_project(db, project))
    return {"services": [_service(node, pending.get(node.ref, [])) for node in found]}


@routes.get("/project/<name:project>/service/<name:service>")
def service(project: str, service: str) -> dict[str, Any]:
    ref = Ref(project, service)
    with sandbox().store.transaction() as db:
        readable_project(db, access(), project)
        act = sandbox().platform.act(db)
        found = act.node(ref)
        if found is None:
            raise RefusalError(f"Service {ref} does not exist", "service_does_not_exist")
        leading = steps.to_destination(db, ref)
        pending = updates(act, [found], [leading] if leading else [])
    return {"service": _service(found, pending.get(ref, []))}


def _known(organization: str) -> Organization:
    for known in sandbox().store.world.organizations:
        if known.id == organization:
            return known
    raise RefusalError(f"Organization {organization} does not exist", "organization_not_found")


def _project(name: str) -> ProjectRow:
    with sandbox().store.transaction() as db:
        return readable_project(db, access(), name)


def _readable(who: Access, organization: str | None) -> list[ProjectRow]:
    with sandbox().store.transaction() as db:
        return [row for row in places.projects(db, organization) if who.can_read(row.name)]


def _account_id(organization: str) -> str:
    return f"a{organization.removeprefix('org')}"


def _organization(org: Organization) -> dict[str, Any]:
    return {
        "organization_id": org.id,
        "organization_name": org.name,
        "account_id": _account_id(org.id),
        "tier": "business",
        "create_time": _EPOCH,
        "update_time": _EPOCH,
    }


def _project_item(row: ProjectRow) -> dict[str, Any]:
    return {
        "project_id": row.name,
        "parent_id": row.organization,
        "account_id": _account_id(row.organization),
        "billing_group_id": "00000000-0000-4000-8000-000000000000",
        "base_port": 10000,
        "end_of_life_extension": {},
        "tags": {},
        "tech_emails": [],
    }


def _legacy_project(row: ProjectRow) -> dict[str, Any]:
    return {
        "project_name": row.name,
        "organization_id": row.organization,
        "account_id": _account_id(row.organization),
        "tech_emails": [],
        "tags": {},
    }


def _service(node: Node, pending: list[dict[str, Any]]) -> dict[str, Any]:
    ref, service = node.ref, node.service
    host = f"{ref.service}-{ref.project}.example.aivencloud.com"
    version = service.version
    return {
        "service_name": ref.service,
        "service_type": service.type,
        "state": service.state,
        "plan": service.plan,
        "cloud_name": service.cloud,
        "node_count": 1,
        "create_time": _EPOCH,
        "update_time": _EPOCH,
        "maintenance": {**service.maintenance.model_dump(), "updates": pending},
        "metadata": {f"{service.type}_version": version} if version else {},
        "user_config": {f"{service.type}_version": version.partition(".")[0]} if version else {},
        "service_uri": f"{service.type}://avnadmin:{SECRET}@{host}:12691/defaultdb",
        "service_uri_params": {"host": host, "port": "12691", "user": "avnadmin", "password": SECRET},
        "connection_info": {},
        "users": [{"username": "avnadmin", "password": SECRET, "type": "primary"}],
        "node_states": [{"name": f"{ref.service}-1", "state": "running"}],
        "service_notifications": [],
        "termination_protection": False,
    }
