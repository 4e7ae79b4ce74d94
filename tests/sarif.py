"""What SARIF 2.1.0 and GitHub's code scanning require of the logs that we write, as a schema that allows nothing else.

The properties are a part of OASIS's `sarif-schema-2.1.0.json`, and whatever is valid here is valid there; the lengths
and numbers are those of GitHub Docs, "SARIF support for code scanning".
"""

from typing import Any

import jsonschema_rs


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def _array(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}


_LEVEL = {"enum": ["note", "warning", "error"]}
_TEXT = _object({"text": {"type": "string", "minLength": 1}})
_SHORT = _object({"text": {"type": "string", "minLength": 1, "maxLength": 1024}})
_COUNT = {"type": "integer", "minimum": 1}
_WORDS = {"type": "string", "pattern": r"^[ -~\u00a1-\U0010ffff]*$"}

_RULE = _object(
    {
        "id": {"type": "string"},
        "name": {"type": "string", "maxLength": 255},
        "shortDescription": _SHORT,
        "fullDescription": _SHORT,
        "help": _TEXT,
        "defaultConfiguration": _object({"level": _LEVEL}),
        "properties": _object({"tags": _array({"type": "string"}, 10)}),
    }
)
_LOCATION = _object(
    {
        "physicalLocation": _object(
            {
                "artifactLocation": _object({"uri": {"type": "string", "format": "uri-reference", "minLength": 1}}),
                "region": _object({"startLine": _COUNT}, {"startColumn": _COUNT}),
            }
        )
    }
)
_RESULT = _object(
    {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _TEXT,
        "locations": {**_array(_LOCATION, 1), "minItems": 1},
        "partialFingerprints": _object(
            {"primaryLocationLineHash": {"type": "string", "pattern": "^[0-9a-f]{16}:[1-9][0-9]*$"}}
        ),
    }
)
_DRIVER = _object({"name": {"const": "pipesync"}, "rules": _array(_RULE, 25_000)}, {"version": _WORDS})
_RUN = _object(
    {
        "tool": _object({"driver": _DRIVER}),
        "automationDetails": _object(
            {"id": {"enum": ["pipesync/plan/", "pipesync/plan-offline/", "pipesync/validate/"]}}
        ),
        "invocations": _array(
            _object(
                {
                    "executionSuccessful": {"const": True},
                    "toolExecutionNotifications": _array(_object({"level": _LEVEL, "message": _TEXT}), 1),
                }
            ),
            1,
        ),
        "columnKind": {"const": "unicodeCodePoints"},
        "results": _array(_RESULT, 5_000),
        "properties": {"type": "object", "additionalProperties": _WORDS},
    }
)
_LOG = jsonschema_rs.Draft202012Validator(
    _object(
        {
            "$schema": {"type": "string", "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": {**_array(_RUN, 1), "minItems": 1},
        }
    ),
    validate_formats=True,
)


def faults(log: Any) -> list[str]:
    """All that is wrong with a log, in words: its structure, its rules' indices, fingerprints that are not unique."""
    found = [f"{error.instance_path}: {error.message}" for error in _LOG.iter_errors(log)]
    if found:
        return found
    run = the_run(log)
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found += [
        f"{result} names another rule" for result in run["results"] if ids[result["ruleIndex"]] != result["ruleId"]
    ]
    marks = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    return found + [f"{mark} marks two results" for mark in {*marks} if marks.count(mark) > 1]


def the_run(log: Any) -> Any:
    return log["runs"][0]
