"""The forms that a value of a spec can take, as JSON Schema: text, name, truth, list, mapping."""

from typing import Any, Final

Schema = dict[str, Any]

MOST_TEXT: Final = 1000
"""Characters of a free text: as the documentation promises."""


def truth(key: str, description: str) -> Schema:
    return {
        "description": description,
        "type": "boolean",
        "examples": [True, False],
        "errorMessage": f"{key} must be true or false",
    }


def text(key: str, description: str, examples: list[str] | None = None) -> Schema:
    return {
        "description": description,
        "type": "string",
        "maxLength": MOST_TEXT,
        **({"examples": examples} if examples else {}),
        "errorMessage": f"{key} must be text of at most {MOST_TEXT:,} characters",
    }


def name(what: str, description: str, pattern: str, words: str, examples: list[str]) -> Schema:
    return {
        "description": description,
        "type": "string",
        "pattern": pattern,
        "examples": examples,
        "errorMessage": f"{what} must be {words}",
    }


def listing(description: str, items: str | Schema, words: str, least: int = 0) -> Schema:
    return {
        "description": description,
        "type": "array",
        "items": {"$ref": items} if isinstance(items, str) else items,
        **({"minItems": least} if least else {}),
        "errorMessage": words,
    }


def by_name(key: str, description: str, pattern: str, values: str, words: str) -> Schema:
    return {
        "description": description,
        "type": "object",
        "patternProperties": {pattern: {"$ref": values}},
        "additionalProperties": False,
        "errorMessage": f"{key} must be a mapping of {words}",
    }


def mapping(words: str, properties: Schema, *, short: str | None = None) -> Schema:
    """A mapping of these keys and no other; with `short`, a text of that pattern may stand for it."""
    return {
        "type": "object" if short is None else ["string", "object"],
        **({} if short is None else {"pattern": short}),
        "properties": properties,
        "additionalProperties": False,
        "errorMessage": words,
    }


def either(one: str, several: str) -> Schema:
    """Exactly one of two keys, said so that what is missing or too much gets an error of its own."""
    return {
        "if": {"required": [several]},
        "then": {"properties": {one: False}},
        "else": {"required": [one]},
    }
