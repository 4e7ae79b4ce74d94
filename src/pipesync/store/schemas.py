"""JSON Schemas of the state and of a saved plan, as pipesync writes them."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from pipesync.plan import Plan
from pipesync.state import State


def state_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of `State.to_json`."""
    return _schema(State, "urn:pipesync:schema:state:v1", "pipesync state", "What pipesync keeps between two runs.")


def plan_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of `Plan.to_json`; of later minor versions, too, which add keys."""
    schema = _schema(Plan, "urn:pipesync:schema:plan:v1", "pipesync plan", "What `pipesync apply` would do.")
    return {**schema, "additionalProperties": True}


def schema_text(schema: Mapping[str, Any]) -> str:
    """The text of a schema's file: two-space indent, a line feed at the end."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Untitled(GenerateJsonSchema):
    """Without a title per key: it would repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  pydantic's signature
        return False


def _schema(model: type[BaseModel], identity: str, title: str, description: str) -> dict[str, Any]:
    generated = _standard(model.model_json_schema(mode="serialization", schema_generator=_Untitled))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identity,
        **generated,
        "title": title,
        "description": f"{description} {generated['description']}",
    }


def _standard(schema: Any) -> Any:
    """`schema` without OpenAPI's `discriminator`, and with each key required that has but one value, or the version."""
    if isinstance(schema, list):
        return [_standard(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    standard = {key: _standard(value) for key, value in schema.items() if key != "discriminator"}
    if isinstance(properties := schema.get("properties"), dict):
        required = {*schema.get("required", ()), *(name for name, value in properties.items() if _only(name, value))}
        if required:
            standard["required"] = [name for name in properties if name in required]
    return standard


def _only(name: str, value: dict[str, Any]) -> bool:
    return name == "format_version" or "const" in value or value.get("type") == "null"
