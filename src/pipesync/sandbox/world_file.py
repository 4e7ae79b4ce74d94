"""World files: YAML or JSON text to a World, or one error that says what is wrong with it."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from pipesync.sandbox.world import World

MAX_DEPTH: Final = 64
"""PyYAML's C parser crashes the interpreter on text nested some ten thousand deep; a world nests five."""

DEFAULT_WORLD: Final = """\
organization: {id: org1a23f456789, name: Sandbox}
projects: [dev-project, staging-project, prod-project]
services:
  - {project: dev-project, name: pg-dev, type: pg, version: "16.4"}
  - {project: staging-project, name: pg-staging, type: pg, version: "16.4"}
  - {project: prod-project, name: pg-prod, type: pg, version: "16.4"}
  - {project: dev-project, name: kafka-dev, type: kafka, version: "3.8"}
  - {project: prod-project, name: mysql-prod, type: mysql, version: "8.0.35"}
"""
"""The services of Aiven's documentation example, and two of other types that no step of theirs can take."""


class WorldError(Exception):
    """A world that cannot be used; its words say where it is and what is wrong."""


class _Loader(yaml.CBaseLoader):
    """Every scalar stays text, so that a project may be called `no` and a version `1.10`; keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def default_world() -> World:
    return parse_world(DEFAULT_WORLD, "the default world")


def load_world(path: Path) -> World:
    """The world of a file; WorldError if it cannot be read or is not a world."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise WorldError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WorldError(f"{path} is not UTF-8 text") from error
    return parse_world(text, str(path))


def parse_world(text: str, name: str) -> World:
    """The world of YAML (or JSON) text; `name` says in errors where the text comes from."""
    try:
        _refuse_what_explodes(text, name)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a loader of texts, lists and maps, nothing else
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise WorldError(f"{name}{place}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise WorldError(f"{name} is not YAML: {error}") from error
    return world_of(data, name)


def world_of(data: Any, name: str = "the world") -> World:
    """The world that plain data describe, as a world file would; WorldError lists each problem with its place."""
    if not isinstance(data, Mapping):
        raise WorldError(f"{name}: a world is a map with at least `organization` (or `organizations`)")
    try:
        return World.model_validate(data)
    except ValidationError as error:
        problems = [
            f"  {_place(problem['loc'])}{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise WorldError("\n".join([f"{name} is not a world:", *problems])) from error


def _refuse_what_explodes(text: str, name: str) -> None:
    """Aliases, which unfold without end, and nesting that the parser does not survive."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        place = f"{name}:{event.start_mark.line + 1}" if event.start_mark else name
        if isinstance(event, yaml.AliasEvent):
            raise WorldError(f"{place}: aliases are not allowed in a world")
        if depth > MAX_DEPTH:
            raise WorldError(f"{place}: nested deeper than {MAX_DEPTH} levels")


def _place(location: tuple[int | str, ...]) -> str:
    """`('services', 2, 'type')` as `services[2].type: `, the way a reader looks it up."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return f"{text}: " if text else ""
