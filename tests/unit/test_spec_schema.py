"""The published JSON Schema and the reference made from it: current, valid, fit for editors, and what is checked."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pipesync import facts
from pipesync.errors import SpecError
from pipesync.spec.load import load
from pipesync.spec.reference import reference
from pipesync.spec.schema import document

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "schemas" / "pipeline-spec.v1.schema.json"


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that judges something."""
    if isinstance(schema, dict):
        if "type" in schema or "$ref" in schema:
            yield schema
        for key, value in schema.items():
            if key not in {"examples", "required"}:
                yield from parts(value)


def test_the_published_schema_is_the_one_that_is_checked() -> None:
    """schemas/pipeline-spec.v1.schema.json is `document()`, with two spaces and a final newline."""
    assert PUBLISHED.read_text(encoding="utf-8") == json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def test_the_reference_is_current() -> None:
    """docs/spec-reference.md is what `reference()` makes of the schema."""
    assert (ROOT / "docs" / "spec-reference.md").read_text(encoding="utf-8") == reference()


def test_the_schema_is_a_json_schema() -> None:
    """It is valid JSON Schema 2020-12."""
    assert document()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert jsonschema_rs.meta.is_valid(document())


def test_the_schema_keeps_to_what_editors_understand() -> None:
    """No mapping takes unknown keys, there are no unions, and every key is described."""
    text = json.dumps(document())
    for keyword in ("unevaluated", "prefixItems", "anyOf", "oneOf", "allOf", "dependent"):
        assert f'"{keyword}' not in text
    for part in parts(document()):
        if "object" in part.get("type", ()):
            assert part["additionalProperties"] is False
        for name, value in part.get("properties", {}).items():
            assert "description" in value or "$ref" in value, name
        if "type" in part:
            assert part["errorMessage"]


def test_every_example_and_default_of_the_schema_is_valid() -> None:
    """What an editor offers to insert is accepted."""
    for part in parts(document()):
        for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else ())]:
            judge = jsonschema_rs.validator_for({**part, "$defs": document()["$defs"]})
            assert judge.is_valid(value), (part, value)


def test_the_numbers_are_aivens() -> None:
    """Limits and defaults in the schema come from the facts."""
    schema = document()["$defs"]
    delay = schema["step"]["properties"]["auto_validation_delay_days"]
    assert delay["minimum"] == facts.MIN_DELAY_DAYS
    assert schema["defaults"]["properties"]["auto_validation_delay_days"]["default"] == facts.DEFAULT_DELAY_DAYS
    assert schema["limits"]["properties"]["max_auto_validation_delay_days"]["default"] == facts.MAX_DELAY_DAYS


def test_an_integer_with_a_decimal_point_is_the_one_difference_to_an_editor() -> None:
    """JSON Schema takes 7.0 for an integer; pipesync does not."""
    text = "version: 1\ndefaults: {auto_validation_delay_days: 7.0}\n"
    published = jsonschema_rs.validator_for(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    assert published.is_valid({"version": 1, "defaults": {"auto_validation_delay_days": 7.0}})
    with pytest.raises(SpecError, match="1 problem"):
        load(["-"], stdin=BytesIO(text.encode()))
