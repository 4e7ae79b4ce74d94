"""World files: YAML or JSON text to a World, or one error that says what is wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pipesync.sandbox import yaml_text
from pipesync.sandbox.world import World
from pipesync.sandbox.yaml_text import TextError

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


def default_world() -> World:
    return parse_world(DEFAULT_WORLD, "the default world")


def load_world(path: Path) -> World:
    """The world of a file; WorldError if it cannot be read or is not a world."""
    try:
        text = yaml_text.read_file(path)
    except TextError as error:
        raise WorldError(str(error)) from error
    return parse_world(text, str(path))


def parse_world(text: str, name: str) -> World:
    """The world of YAML (or JSON) text; `name` says in errors where the text comes from."""
    try:
        document = yaml_text.parse(text, name, "world")
    except TextError as error:
        raise WorldError(str(error)) from error
    return world_of(document.data, name)


def world_of(data: Any, name: str = "the world") -> World:
    """The world that plain data describe, as a world file would; WorldError lists each problem with its place."""
    if not isinstance(data, Mapping):
        raise WorldError(f"{name}: a world is a map with at least `organization` (or `organizations`)")
    try:
        return World.model_validate(data)
    except ValidationError as error:
        problems = [f"  {words}" for _, words in yaml_text.problems(error)]
        raise WorldError("\n".join([f"{name} is not a world:", *problems])) from error
