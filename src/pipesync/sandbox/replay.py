"""A world built again from its log: the same deeds at the same moments bring about the same life."""

from collections.abc import Iterable
from typing import Any, Final

from pipesync.sandbox import life_deeds, place_deeds, step_deeds, steps
from pipesync.sandbox.act import Act
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.log import CONSEQUENCES, Entry
from pipesync.sandbox.moments import moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.places import ProjectRow
from pipesync.sandbox.steps import Step
from pipesync.sandbox.store import Store
from pipesync.sandbox.world import Service, World, WorldStep

_TABLES: Final = {
    "projects": "SELECT name, organization, upgrade_pipelines FROM projects ORDER BY name",
    "services": "SELECT project, name, body, life FROM services ORDER BY project, name",
    "steps": "SELECT step_id, organization, source_project, source_service, destination_project, "
    "destination_service, auto_validation_delay_days, validated_version, timer_from FROM steps ORDER BY seq",
    "validations": "SELECT step_id, comment, validated_at, validated_by_user, version FROM validations "
    "ORDER BY step_id, id",
    "releases": "SELECT type, version, description, arrived FROM releases ORDER BY seq",
    "clock": "SELECT now, began FROM clock",
    "log": "SELECT at, kind, project, service, step_id, version, detail FROM log ORDER BY seq",
}


def replay(world: World, entries: Iterable[Entry]) -> Store:
    """A sandbox in memory that began as `world` and to which all of the log was done."""
    store = Store(world)
    with store.transaction() as db:
        for entry in entries:
            if entry.kind not in CONSEQUENCES:
                _do(Act(db, entry.at, world.life), store, entry)
    return store


def snapshot(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that a sandbox holds but the numbers of its rows; equal for equal sandboxes."""
    with store.transaction() as db:
        return {name: db.execute(sql).fetchall() for name, sql in _TABLES.items()}


def _do(act: Act, store: Store, entry: Entry) -> None:
    if entry.step_id is not None:
        _do_to_step(act, store, entry, entry.step_id)
    elif entry.service is not None:
        _do_to_service(act, entry, entry.service)
    else:
        _do_to_all(act, entry)


def _do_to_step(act: Act, store: Store, entry: Entry, step_id: str) -> None:
    detail = entry.detail
    match entry.kind:
        case "step_created":
            assert entry.service is not None
            ask = Ask(Ref.parse(detail["source"]), entry.service, detail["auto_validation_delay_days"])
            step_deeds.create(act, detail["organization"], ask, step_id)
        case "step_inserted":
            step_deeds.insert(act, store, WorldStep.model_validate(detail["step"]))
        case "step_changed":
            step_deeds.change(act, _step(act, step_id), detail["auto_validation_delay_days"])
        case "step_deleted":
            step_deeds.delete(act, _step(act, step_id))
        case _:
            raise _unknown(entry)


def _do_to_service(act: Act, entry: Entry, ref: Ref) -> None:
    detail = entry.detail
    match entry.kind:
        case "validated":
            step_deeds.validate(act, ref, detail["comment"], detail["user"])
        case "power":
            life_deeds.power(act, ref, on=detail["on"])
        case "recycle":
            life_deeds.recycle(act, ref)
        case "override":
            life_deeds.override(act, ref, entry.version)
        case "maintenance_started":
            life_deeds.start_maintenance(act, ref)
        case "service_changed":
            place_deeds.put_service(act, ref, Service.model_validate(detail["body"]))
        case "service_removed":
            place_deeds.remove_service(act, ref, with_steps=detail["with_steps"])
        case "service_renamed":
            place_deeds.rename_service(act, ref, detail["name"])
        case _:
            raise _unknown(entry)


def _do_to_all(act: Act, entry: Entry) -> None:
    detail = entry.detail
    match entry.kind:
        case "release":
            life_deeds.release(act, detail["type"], entry.version or "", detail["description"])
        case "clock":
            life_deeds.advance(act, moment_of(detail["to"]))
        case "project_changed":
            row = ProjectRow(detail["project"], detail["organization"], detail["upgrade_pipelines"])
            place_deeds.put_project(act, row)
        case "project_renamed":
            place_deeds.rename_project(act, detail["project"], detail["name"])
        case _:
            raise _unknown(entry)


def _step(act: Act, step_id: str) -> Step:
    step = steps.find(act.db, step_id)
    if step is None:
        raise ValueError(f"the log speaks of step {step_id}, which is not there: it is of another world")
    return step


def _unknown(entry: Entry) -> ValueError:
    return ValueError(f"the log has an entry of the unknown kind {entry.kind!r}")
