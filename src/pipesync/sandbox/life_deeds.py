"""What is done to the life of services: releases, time, power, nodes, overrides and maintenance by hand."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from pipesync.sandbox import clock, nodes, steps
from pipesync.sandbox.act import Act
from pipesync.sandbox.life import Node, Release, major
from pipesync.sandbox.moments import LATEST, LONGEST, iso
from pipesync.sandbox.names import Ref
from pipesync.sandbox.passage import Passage
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.steps import Query


def release(act: Act, service_type: str, version: str, description: str) -> None:
    """A maintenance release arrives; refuses a version that did before."""
    if nodes.catalogue(act.db).knows(service_type, version):
        raise _conflict(f"Version {version} of {service_type} was released before")
    act.begin_life()
    nodes.insert_release(act.db, Release(service_type, version, description, act.at))
    act.note("release", None, version, type=service_type, description=description)


def advance(act: Act, to: datetime) -> None:
    """Time passes until `to`; refuses to go back, or further than ten years."""
    if not act.at <= to <= min(act.at + LONGEST, LATEST):
        raise RefusalError(f"The clock stands at {iso(act.at)}: {iso(to)} is earlier or too far ahead", "bad_request")
    act.begin_life()
    act.note("clock", to=iso(to))
    before = list(nodes.every(act.db, act.began))
    passage = Passage(before, steps.every(act.db, Query()), nodes.catalogue(act.db), act.settings)
    passage.run(act.at, to)
    act.record(passage, before)
    clock.put(act.db, to)


def power(act: Act, ref: Ref, *, on: bool) -> None:
    """Off: maintenance in progress ends without effect. On: new nodes are built, of the newest version allowed."""
    node = existing(act, ref)
    if on != node.is_off:
        return
    act.begin_life()
    act.note("power", ref, node.service.version, on=on)
    changed = replace(node, service=node.service.model_copy(update={"state": _state(on)}), update=None)
    nodes.save(act.db, changed)
    if on:
        _take_what_is_allowed(act, ref)
    act.settle(ref)


def recycle(act: Act, ref: Ref) -> None:
    """The nodes are replaced by new ones, of the newest version allowed; none is older than what ran."""
    at_hand(act, ref)
    act.begin_life()
    act.note("recycle", ref)
    _take_what_is_allowed(act, ref)
    act.settle(ref)


def override(act: Act, ref: Ref, version: str | None) -> None:
    """An emergency: the service gets `version`, or the newest release, now, whatever its gate and window say."""
    node = at_hand(act, ref)
    releases = nodes.catalogue(act.db)
    wanted = version or releases.newest(node.service)
    service = node.service
    if wanted is None or not releases.knows(service.type, wanted):
        raise _conflict(f"There is no release {version or 'newer than what runs'} for {ref}")
    if not releases.newer(service.type, wanted, service.version):
        same = major(wanted) == major(service.version or "")
        raise _conflict(f"{ref} runs {service.version}; {wanted} is {'not newer' if same else 'another major version'}")
    act.begin_life()
    act.note("override", ref, wanted)
    act.update(existing(act, ref), wanted)
    act.settle(ref)


def start_maintenance(act: Act, ref: Ref) -> bool:
    """Starts now what would start in the window; False if nothing is pending."""
    node = at_hand(act, ref, under_way=True)
    gated = act.settings.maintenance_start == "gated"
    version = act.allowed(node) if gated else nodes.catalogue(act.db).newest(node.service)
    if version is None or node.update is not None:
        return False
    act.begin_life()
    act.note("maintenance_started", ref, version)
    act.update(existing(act, ref), version)
    act.settle(ref)
    return True


def existing(act: Act, ref: Ref) -> Node:
    node = act.node(ref)
    if node is None:
        raise RefusalError(f"There is no service {ref}", "service_does_not_exist")
    return node


def at_hand(act: Act, ref: Ref, *, under_way: bool = False) -> Node:
    """The service; refuses one that is powered off, and unless `under_way` one whose maintenance is in progress."""
    node = existing(act, ref)
    if node.is_off:
        raise _conflict(f"Service {ref} is powered off")
    if node.update is not None and not under_way:
        raise _conflict(f"Maintenance of {ref} is in progress")
    return node


def _take_what_is_allowed(act: Act, ref: Ref) -> None:
    node = existing(act, ref)
    if (version := act.allowed(node)) is not None:
        act.update(node, version)


def _state(on: bool) -> str:
    return "RUNNING" if on else "POWEROFF"


def _conflict(message: str) -> RefusalError:
    return RefusalError(message, status=HTTPStatus.CONFLICT)
