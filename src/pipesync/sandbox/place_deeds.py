"""What is done to projects and services from outside, by the controls: made, changed, renamed, removed."""

from dataclasses import replace

from pipesync.sandbox import nodes, places
from pipesync.sandbox.act import Act
from pipesync.sandbox.life import Node, Receipt
from pipesync.sandbox.names import Ref
from pipesync.sandbox.places import ProjectRow
from pipesync.sandbox.world import Service


def put_project(act: Act, row: ProjectRow) -> None:
    places.put_project(act.db, row)
    act.note(
        "project_changed", project=row.name, organization=row.organization, upgrade_pipelines=row.upgrade_pipelines
    )


def rename_project(act: Act, old: str, new: str) -> None:
    places.rename_project(act.db, old, new)
    act.note("project_renamed", project=old, name=new)


def put_service(act: Act, ref: Ref, service: Service) -> None:
    """A new version counts as received now; another version or state ends maintenance in progress."""
    before = act.node(ref) or Node(ref, service)
    after = replace(before, service=service)
    if service.version != before.service.version and service.version is not None:
        after = replace(after, receipts=(*before.receipts, Receipt(service.version, act.at)))
    if (service.version, service.state) != (before.service.version, before.service.state):
        after = replace(after, update=None)
    nodes.save(act.db, after)
    act.note("service_changed", ref, service.version, body=service.model_dump())
    act.settle(ref)


def remove_service(act: Act, ref: Ref, *, with_steps: bool) -> None:
    places.remove_service(act.db, ref, with_steps=with_steps)
    act.note("service_removed", ref, with_steps=with_steps)


def rename_service(act: Act, ref: Ref, name: str) -> None:
    places.rename_service(act.db, ref, name)
    act.note("service_renamed", ref, name=name)
