"""The organization dialect, as Aiven's API description has it: names end in `_name`, steps are bare."""

from typing import Any, Final

from flask import Blueprint, request

from pipesync.sandbox.context import access, authenticate, comment, delay_days, json_object, sandbox
from pipesync.sandbox.names import Ref
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.step_wire import ask_of, asked_page, page_links, step_json
from pipesync.sandbox.steps import Query

routes = Blueprint("organization_dialect", __name__, url_prefix="/v1")
routes.before_request(authenticate)

_STEPS: Final = "/organization/<name:organization>/upgrade-pipeline/steps"
_STEP: Final = f"{_STEPS}/<name:step_id>"
_SUFFIX: Final = "_name"

_LONGEST_FILTER: Final = {
    "source_project": 63,
    "source_service": 36,
    "destination_project": 63,
    "destination_service": 36,
}
"""Aiven's API description: maxLength of the list's filters."""


@routes.post(_STEPS)
def create(organization: str) -> dict[str, Any]:
    ask = ask_of(json_object(), suffix=_SUFFIX)
    return step_json(sandbox().platform.create(access(), ask, organization), suffix=_SUFFIX)


@routes.get(_STEPS)
def list_steps(organization: str) -> dict[str, Any]:
    paging = sandbox().store.world.paging
    query = Query(organization=organization, **{name: _filter(name) for name in _LONGEST_FILTER})
    page = sandbox().platform.page(access(), query, *asked_page(paging))
    return {"steps": [step_json(step, suffix=_SUFFIX) for step in page.steps], **page_links(page, paging)}


@routes.get(_STEP)
def get(organization: str, step_id: str) -> dict[str, Any]:
    return step_json(sandbox().platform.get(access(), step_id, organization), suffix=_SUFFIX)


@routes.patch(_STEP)
def update(organization: str, step_id: str) -> dict[str, Any]:
    days = delay_days(json_object())
    return step_json(sandbox().platform.update(access(), step_id, days, organization), suffix=_SUFFIX)


@routes.delete(_STEP)
def delete(organization: str, step_id: str) -> tuple[str, int]:
    sandbox().platform.delete(access(), step_id, organization)
    return "", 204


@routes.post("/project/<name:project>/service/<name:service>/upgrade-validation")
def validate(project: str, service: str) -> tuple[str, int]:
    sandbox().platform.validate(access(), Ref(project, service), comment(json_object()))
    return "", 204


def _filter(name: str) -> str | None:
    value = request.args.get(f"{name}{_SUFFIX}")
    if value is not None and len(value) > (longest := _LONGEST_FILTER[name]):
        raise RefusalError(f"Invalid value for {name}{_SUFFIX} parameter: maximum length is {longest}", "bad_request")
    return value
