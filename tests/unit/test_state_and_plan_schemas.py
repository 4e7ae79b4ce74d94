"""The published JSON Schemas of state and plan: current, valid, and true of what pipesync writes and promises."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pipesync.state import State
from pipesync.store.planfile import read_plan
from pipesync.store.schemas import plan_schema, schema_text, state_schema
from pipesync.store.statefile import read_state
from tests.saved_plans import PLAN
from tests.stored_states import THIRD

SCHEMAS = Path(__file__).parents[2] / "schemas"

STATE_EXAMPLE: dict[str, Any] = {
    "format": "pipesync.state",
    "format_version": "1.0",
    "serial": 4,
    "lineage": "0d6bb5ad-52a4-4d9c-9a70-1f2b9e0c2c1a",
    "write_id": "7c0f6a2e-5a0b-4a7e-8c39-0f6f0a6f1d55",
    "organization": None,
    "api_url": "https://api.aiven.io",
    "steps": [
        {
            "step_id": "step-1",
            "source": "p/s",
            "destination": "p/t",
            "auto_validation_delay_days": 7,
            "protect": False,
            "pipeline": "orders",
        }
    ],
    "pending": [],
    "last_apply": {
        "plan": "sha256:" + "1" * 64,
        "spec": "sha256:" + "2" * 64,
        "files": ["pipesync.yaml"],
        "commit": "0123abc",
        "at": "2026-11-01T10:00:00Z",
        "by": "ada",
    },
}
"""The state of the documentation."""

PLAN_EXAMPLE: dict[str, Any] = {
    "format": "pipesync.plan",
    "format_version": "1.0",
    "pipesync_version": "0.1.0",
    "organization": None,
    "api_url": "https://api.aiven.io",
    "lineage": None,
    "serial": 3,
    "spec": "sha256:" + "2" * 64,
    "commit": None,
    "options": {"destroy": False, "no_destroy": False, "adopt": False, "take_over": [], "only": [], "exclude": []},
    "limits": {"max_chain_steps": 2, "max_auto_validation_delay_days": 30},
    "changes": [
        {
            "action": "create",
            "address": "p/t",
            "reason": "new_in_spec",
            "pipeline": "orders",
            "owner": "@acme/dba",
            "before": None,
            "after": {"source": "p/s", "destination": "p/t", "auto_validation_delay_days": 7, "protect": False},
            "origin": {"file": "pipesync.yaml", "line": 12, "column": 9},
        }
    ],
    "kept": [],
    "drift": [],
    "unmanaged": [],
    "unmanaged_by_spec": [],
    "warnings": [],
    "summary": {"import": 0, "create": 1, "update": 0, "replace": 0, "delete": 0, "forget": 0, "unchanged": 2},
    "context": {},
}
"""The plan of the documentation, but for its digest."""


def documented(written: Any, example: Any) -> Any:
    """What is written, without the keys that a minor version may add to those of the example."""
    if isinstance(example, dict):
        return {key: documented(written[key], value) for key, value in example.items()}
    if isinstance(example, list):
        return [documented(each, value) for each, value in zip(written, example, strict=True)]
    return written


def canonical_digest(plan: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, by the documented recipe."""
    changes = [{key: change[key] for key in ("action", "address", "before", "after")} for change in plan["changes"]]
    agreed = {"organization": plan["organization"], "api_url": plan["api_url"], "changes": changes}
    canonical = json.dumps(agreed, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


PLAN_EXAMPLE["digest"] = canonical_digest(PLAN_EXAMPLE)


@pytest.mark.parametrize(("name", "schema"), [("state", state_schema()), ("plan", plan_schema())])
def test_the_committed_schema_is_current(name: str, schema: dict[str, Any]) -> None:
    """What the repository publishes is what this version writes, and it is a JSON Schema 2020-12."""
    assert (SCHEMAS / f"{name}.v1.schema.json").read_text() == schema_text(schema)
    assert jsonschema_rs.meta.is_valid(schema)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (state_schema(), State.new(None, "https://api.aiven.io").to_json()),
        (state_schema(), THIRD.to_json()),
        (state_schema(), json.dumps(STATE_EXAMPLE)),
        (plan_schema(), PLAN.to_json()),
        (plan_schema(), json.dumps(PLAN_EXAMPLE)),
    ],
    ids=["new state", "state", "documented state", "plan", "documented plan"],
)
def test_what_is_written_and_documented_is_valid(schema: dict[str, Any], text: str) -> None:
    """Every text that pipesync writes, and the documentation's examples, are valid."""
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(json.loads(text))] == []


def test_the_documented_state_is_read_and_written_as_documented() -> None:
    """Keys and their order are those of the documentation."""
    state = read_state(json.dumps(STATE_EXAMPLE).encode(), "example")
    assert state.to_json() == json.dumps(STATE_EXAMPLE, indent=2) + "\n"


def test_the_documented_plan_is_read_and_its_digest_is_as_documented() -> None:
    """The digest can be computed by anyone who follows the documentation."""
    plan = read_plan(json.dumps(PLAN_EXAMPLE).encode(), "example")
    assert documented(json.loads(plan.to_json()), PLAN_EXAMPLE) == PLAN_EXAMPLE


@pytest.mark.parametrize(
    ("schema", "text", "valid"),
    [(plan_schema(), PLAN.to_json(), True), (state_schema(), THIRD.to_json(), False)],
    ids=["plan", "state"],
)
def test_a_plan_of_a_later_minor_version_may_have_more_keys(schema: dict[str, Any], text: str, valid: bool) -> None:
    """A state is read back by pipesync alone, and stays strict."""
    later = {**json.loads(text), "format_version": "1.1", "more": [1]}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(later) is valid


@pytest.mark.parametrize(
    ("schema", "text", "change"),
    [
        (state_schema(), THIRD.to_json(), lambda data: data.pop("format")),
        (state_schema(), THIRD.to_json(), lambda data: data.update(format="pipesync.plan")),
        (state_schema(), THIRD.to_json(), lambda data: data.update(format_version="2.0")),
        (state_schema(), THIRD.to_json(), lambda data: data["steps"][0].update(source="pg")),
        (state_schema(), THIRD.to_json(), lambda data: data["steps"][0].pop("protect")),
        (plan_schema(), PLAN.to_json(), lambda data: data["changes"][0].pop("before")),
        (plan_schema(), PLAN.to_json(), lambda data: data["changes"][0].update(before=data["changes"][0]["after"])),
        (plan_schema(), PLAN.to_json(), lambda data: data["changes"][0].pop("action")),
        (plan_schema(), PLAN.to_json(), lambda data: data["changes"][5].update(action="delete", after={})),
        (plan_schema(), PLAN.to_json(), lambda data: data.update(digest="sha256:0")),
    ],
)
def test_the_schemas_refuse_what_pipesync_never_writes(
    schema: dict[str, Any], text: str, change: Callable[[dict[str, Any]], object]
) -> None:
    """The schemas tell formats, versions and actions apart: they are no empty promise."""
    data = json.loads(text)
    change(data)
    assert not jsonschema_rs.Draft202012Validator(schema).is_valid(data)
