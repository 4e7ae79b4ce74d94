"""The account-wide ("flat") dialect: documented paths and request bodies, answers in the shape the world sets."""

from typing import Any, Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from pipesync.sandbox.context import access, authenticate, comment, delay_days, json_object, sandbox
from pipesync.sandbox.names import Ref
from pipesync.sandbox.settings import FlatShape
from pipesync.sandbox.step_wire import ask_of, asked_page, page_links, step_json
from pipesync.sandbox.steps import Query, Step

routes = Blueprint("flat_dialect", __name__, url_prefix="/v1")
routes.before_request(authenticate)

_STEPS: Final = "/upgrade/step"
_STEP: Final = f"{_STEPS}/<name:step_id>"


@routes.post(_STEPS)
def create() -> ResponseReturnValue:
    step = sandbox().platform.create(access(), ask_of(json_object(), suffix=""), None)
    return _one(step), _shape().create_status


@routes.get(_STEPS)
def list_steps() -> ResponseReturnValue:
    shape, paging = _shape(), sandbox().store.world.paging
    if shape.paged:
        page = sandbox().platform.page(access(), Query(), *asked_page(paging))
        return {shape.list: [_bare(step, shape) for step in page.steps], **page_links(page, paging)}
    steps = [_bare(step, shape) for step in sandbox().platform.every(access(), Query())]
    return jsonify(steps) if shape.list == "bare" else {shape.list: steps}


@routes.get(_STEP)
def get(step_id: str) -> ResponseReturnValue:
    return _one(sandbox().platform.get(access(), step_id, None))


@routes.patch(_STEP)
def update(step_id: str) -> ResponseReturnValue:
    return _one(sandbox().platform.update(access(), step_id, delay_days(json_object()), None))


@routes.delete(_STEP)
def delete(step_id: str) -> ResponseReturnValue:
    sandbox().platform.delete(access(), step_id, None)
    return _nothing()


@routes.post("/project/<name:project>/service/<name:service>/upgrade_validation")
def validate(project: str, service: str) -> ResponseReturnValue:
    sandbox().platform.validate(access(), Ref(project, service), comment(json_object()))
    return _nothing()


def _shape() -> FlatShape:
    return sandbox().store.world.flat


def _bare(step: Step, shape: FlatShape) -> dict[str, Any]:
    return step_json(step, suffix="" if shape.names == "plain" else shape.names, id_key=shape.id)


def _one(step: Step) -> dict[str, Any]:
    shape = _shape()
    bare = _bare(step, shape)
    return bare if shape.step == "bare" else {shape.step: bare}


def _nothing() -> ResponseReturnValue:
    status = _shape().empty_status
    return ("", status) if status == 204 else ({}, status)  # noqa: PLR2004  No Content, in whose absence {}
