"""The reference of the spec for people, made from its JSON Schema."""

import json
from typing import Any

from pipesync.spec import schema
from pipesync.spec.forms import Schema

_INTRODUCTION = """\
# The spec, key by key

A spec is YAML, read by the 1.2 core rules: `no` and `on` are text, `014` is the number 14. Duplicate keys, anchors,
aliases, merge keys, tags and a second document are errors, and so is null: a key that is not meant is left out. A file
is UTF-8, of at most 10 MiB and 100,000 lists and mappings. This page is made from the JSON Schema that
`pipesync schema spec` prints.
"""


def reference() -> str:
    """Markdown: a table of keys for the file, and for each of its parts."""
    document = schema.document()
    parts = [_section(document), *map(_section, (part for part in document["$defs"].values() if "title" in part))]
    return "\n".join([_INTRODUCTION, *parts])


def _section(part: Schema) -> str:
    lines = [f"## {part['title']}", "", part["description"]]
    if "pattern" in part:
        lines += ["", f"The short form is text that matches `{part['pattern']}`. The long form has these keys:"]
    lines += ["", "| key | value | default | meaning | example |", "| --- | --- | --- | --- | --- |"]
    lines += (_row(key, value, key in part.get("required", ())) for key, value in part["properties"].items())
    if "else" in part and "required" in part["else"]:
        either = part["else"]["required"][0]
        lines += ["", f"Exactly one of `{either}` and `{either}s` is required."]
    return "\n".join([*lines, ""])


def _row(key: str, value: Schema, is_required: bool) -> str:
    value = _resolved(value)
    default = "required" if is_required else _code(value["default"]) if "default" in value else ""
    examples = ", ".join(map(_code, value.get("examples", ())))
    return f"| `{key}` | {_linked(value)} | {default} | {value['description']} | {examples} |"


def _kind(value: Schema) -> str:
    """What a value may be, in a few words."""
    match value:
        case {"const": only}:
            kind = _code(only)
        case {"type": "integer", "minimum": least}:
            kind = f"whole number, at least {least}"
        case {"type": "boolean"}:
            kind = "true or false"
        case {"maxLength": most}:
            kind = f"text, at most {most:,} characters"
        case {"type": "string", "pattern": pattern}:
            kind = f"text: `{pattern}`"
        case {"type": "array"}:
            kind = f"list of {_linked(_resolved(value['items']))}" if "items" in value else "list"
        case _:
            (named,) = value["patternProperties"].values()
            kind = f"mapping of names to {_linked(_resolved(named))}"
    return kind


def _linked(part: Schema) -> str:
    """The section of a part that has one, else what the part is."""
    if "title" not in part:
        return _kind(part)
    title: str = part["title"]
    return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"


def _resolved(value: Schema) -> Schema:
    """A part with what it refers to; its own words go before those of the other one."""
    reference = value.get("$ref")
    return value if reference is None else schema.document()["$defs"][reference.rpartition("/")[2]] | value


def _code(value: Any) -> str:
    """`value` as a Markdown code span in a table."""
    return f"`{json.dumps(value)}`".replace("|", "\\|")
