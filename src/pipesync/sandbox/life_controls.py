"""The controls of the life under `/_sandbox/`: releases, the clock, power, nodes, overrides, the log, the overview."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from flask import Blueprint, request
from pydantic import ConfigDict, Field, model_validator

from pipesync.sandbox import life_deeds, log, nodes
from pipesync.sandbox.act import Act
from pipesync.sandbox.context import sandbox
from pipesync.sandbox.life_wire import entry_json, overview_json, release_json
from pipesync.sandbox.moments import iso, length_of, moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.orders import Order, order_of
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.replay import replay, snapshot
from pipesync.sandbox.view import overview

routes = Blueprint("life_controls", __name__, url_prefix="/_sandbox")


class _Release(Order):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    type: str = Field(min_length=1)
    version: str = Field(min_length=1)
    description: str = ""


class _Time(Order):
    advance: str | None = None
    to: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.advance is None) == (self.to is None):
            raise ValueError("give `advance` (a length of time) or `to` (a moment)")
        return self


class _Power(Order):
    on: bool


class _Override(Order):
    version: str | None = None


@routes.get("/releases")
def list_releases() -> dict[str, Any]:
    with sandbox().store.transaction() as db:
        return _releases(db)


@routes.post("/releases")
def add_release() -> tuple[dict[str, Any], int]:
    order = order_of(_Release)
    with sandbox().store.transaction() as db:
        life_deeds.release(sandbox().platform.act(db), order.type, order.version, order.description)
        return _releases(db), 201


@routes.get("/clock")
def clock() -> dict[str, Any]:
    with sandbox().store.transaction() as db:
        return _clock(sandbox().platform.act(db))


@routes.post("/clock")
def move_clock() -> dict[str, Any]:
    """Lets time pass, and tells what it brought."""
    order = order_of(_Time)
    with sandbox().store.transaction() as db:
        act = sandbox().platform.act(db)
        last = log.last(db)
        try:
            to = moment_of(order.to) if order.to is not None else act.at + length_of(order.advance or "")
        except ValueError as error:
            raise RefusalError(str(error), "bad_request") from error
        life_deeds.advance(act, to)
        entries = log.read(db, log.Query(after=last))[1:]
        now = _clock(sandbox().platform.act(db))
    return {**now, "entries": [entry_json(entry) for entry in entries]}


@routes.post("/services/<name:project>/<name:service>/recycle")
def recycle(project: str, service: str) -> dict[str, Any]:
    with _service(project, service) as (act, ref):
        life_deeds.recycle(act, ref)
        return _seen(act, ref)


@routes.post("/services/<name:project>/<name:service>/power")
def power(project: str, service: str) -> dict[str, Any]:
    order = order_of(_Power)
    with _service(project, service) as (act, ref):
        life_deeds.power(act, ref, on=order.on)
        return _seen(act, ref)


@routes.post("/services/<name:project>/<name:service>/override")
def override(project: str, service: str) -> dict[str, Any]:
    order = order_of(_Override)
    with _service(project, service) as (act, ref):
        life_deeds.override(act, ref, order.version)
        return _seen(act, ref)


@routes.get("/log")
def read_log() -> dict[str, Any]:
    """The log, narrowed by `kind`, `service`, `step_id`, `since`, `until` and `after`."""
    asked = request.args
    try:
        query = log.Query(
            kind=asked.get("kind"),
            service=Ref.parse(asked["service"]) if "service" in asked else None,
            step_id=asked.get("step_id"),
            since=moment_of(asked["since"]) if "since" in asked else None,
            until=moment_of(asked["until"]) if "until" in asked else None,
            after=int(asked.get("after", 0)),
        )
    except ValueError as error:
        raise RefusalError(str(error), "bad_request") from error
    with sandbox().store.transaction() as db:
        return {"entries": [entry_json(entry) for entry in log.read(db, query)]}


@routes.get("/life")
def life() -> dict[str, Any]:
    with sandbox().store.transaction() as db:
        return overview_json(overview(sandbox().platform.act(db)))


@routes.post("/replay")
def replay_log() -> dict[str, Any]:
    """Builds the sandbox again from its beginning and its log, beside this one, and tells whether they are equal."""
    store = sandbox().store
    with store.lock:
        here = snapshot(store)
        with store.transaction() as db:
            world, entries = store.world, log.read(db)
    there = snapshot(replay(world, entries))
    return {"entries": len(entries), "differs": [name for name in here if here[name] != there[name]]}


def _releases(db: sqlite3.Connection) -> dict[str, Any]:
    return {"releases": [release_json(release) for release in nodes.catalogue(db).releases]}


def _clock(act: Act) -> dict[str, Any]:
    return {"now": iso(act.at), "stands": act.began is not None}


@contextmanager
def _service(project: str, service: str) -> Iterator[tuple[Act, Ref]]:
    """A deed on one service, in a transaction of its own."""
    with sandbox().store.transaction() as db:
        yield sandbox().platform.act(db), Ref(project, service)


def _seen(act: Act, ref: Ref) -> dict[str, Any]:
    """The service as it is now."""
    services: list[dict[str, Any]] = overview_json(overview(act))["services"]
    return next(found for found in services if found["service"] == str(ref))
