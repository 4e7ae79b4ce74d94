"""What the JSON Schema finds wrong with the data of a document, before it is put into words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import jsonschema_rs

from pipesync.spec import schema
from pipesync.spec.forms import Schema
from pipesync.spec.portions import Path, Shifts, portions

NOT_ALLOWED: Final = "properties"
"""The keyword of a fault whose schema is `false`: the key at its path may not stand there."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of file: its JSON Schema, and its mappings whose keys are names: what judges an entry, and a sound one.

    jsonschema-rs gives a key such as 007 in an error's path as the number 7, so entries are judged one by one.
    """

    schema: Callable[[], Schema]
    entries: Mapping[Path, tuple[str, Any]] = field(default_factory=dict)


SPEC: Final = Kind(
    schema.document,
    {
        ("pipelines",): ("pipeline", {"stages": ["a/b", "a/c"]}),
        ("defaults", "projects"): ("projectDefaults", {}),
    },
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in the data, the keyword that is not met there, its part of the schema, and what that describes."""

    path: Path
    keyword: str
    part: Schema
    title: str


def batches(kind: Kind, data: Any) -> Iterator[list[Fault]]:
    """All faults of the data; a batch at a time, so that one can stop at enough."""
    if _validator(kind, "").is_valid(data):
        return
    outline = data
    for path, (name, sound) in kind.entries.items():
        entries = _mapping_at(data, path)
        for key, entry in entries.items():
            yield from _batches(kind, name, entry, (*path, key))
        outline = _replaced(outline, path, dict.fromkeys(entries, sound)) if entries else outline
    yield from _batches(kind, "", outline, ())


def value_at(data: Any, path: Path) -> Any:
    """The value at a path into `data`; LookupError or TypeError if it was taken out."""
    for step in path:
        data = data[step]
    return data


def _batches(kind: Kind, name: str, data: Any, path: Path) -> Iterator[list[Fault]]:
    validator = _validator(kind, name)
    if not validator.is_valid(data):
        for portion, shifts in portions(data):
            yield [_fault(error, kind, name, path, shifts) for error in validator.iter_errors(portion)]


def _mapping_at(data: Any, path: Path) -> dict[str, Any]:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _replaced(data: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of `data` with another value at a path of keys."""
    key, rest = str(path[0]), path[1:]
    return {**data, key: _replaced(data[key], rest, value) if rest else value}


@cache
def _schema(kind: Kind, name: str) -> Schema:
    """The part of the schema that is defined under a name, to judge by on its own; the whole of it for ""."""
    document = kind.schema()
    return document if not name else {**document["$defs"][name], "$defs": document["$defs"]}


@cache
def _validator(kind: Kind, name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(kind, name))


def _fault(error: jsonschema_rs.ValidationError, kind: Kind, name: str, start: Path, shifts: Shifts) -> Fault:
    path: Path = ()
    for step in error.instance_path:
        path = (*path, step + shifts.get(path, 0) if isinstance(step, int) else step)
    return Fault((*start, *path), *_part(kind, name, tuple(error.schema_path)))


@cache
def _part(kind: Kind, name: str, schema_path: Path) -> tuple[str, Schema, str]:
    """The keyword, the part and its title that belong to a path into the schema of that name."""
    part: Any = _schema(kind, name)
    title, parents = str(part["title"]), []
    for step in schema_path:
        parents.append(part)
        part = value_at(_schema(kind, name), tuple(part["$ref"].split("/")[1:])) if step == "$ref" else part[step]
        title = str(part.get("title", title)) if isinstance(part, dict) else title
    if part is False and schema_path[-1] != "additionalProperties":
        return NOT_ALLOWED, parents[-2], title
    return str(schema_path[-1]), parents[-1], title
