"""YAML (or JSON) text as plain data and the line of each part of it, without what unfolds or crashes.

PyYAML's C parser crashes the interpreter on text nested some ten thousand deep; what a sandbox reads nests five.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

MAX_DEPTH: Final = 64

Place = tuple[int | str, ...]


class TextError(Exception):
    """Text that cannot be used; the words say where it is and what is wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """Data in which every scalar is text, and where its parts begin: lines by keys and places in lists."""

    data: Any
    name: str
    lines: Mapping[Place, int]

    def where(self, place: Place) -> str:
        """`FILE:LINE` of what is at `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.name}:{self.lines.get(place, 1)}"


class _Loader(yaml.CBaseLoader):
    """Every scalar stays text, so that a project may be called `no` and a version `1.10`; keys stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            problem = None
            if not isinstance(key, yaml.ScalarNode):
                problem = "a key is a list or a map; only text can be one"
            elif key.value in seen:
                problem = f"the key {key.value!r} stands twice"
            if problem:
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TextError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TextError(f"{path} is not UTF-8 text") from error


def parse(text: str, name: str, noun: str) -> Document:
    """The document that `text` is; `name` says in errors where it comes from, `noun` what it should be."""
    try:
        _refuse_what_explodes(text, name, noun)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  a loader of texts, lists and maps, nothing else
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise TextError(f"{name}{place}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise TextError(f"{name} is not YAML: {error}") from error
    return Document(data, name, dict(_lines(root, ())))


def problems(error: ValidationError) -> list[tuple[Place, str]]:
    """What is wrong with data that should have been a model: the place of each problem, and words."""
    found = []
    for problem in error.errors(include_url=False, include_input=False):
        place = tuple(part for part in problem["loc"] if part != "[key]")  # pydantic's mark of a wrong key
        found.append((place, f"{_path(place)}{problem['msg'].removeprefix('Value error, ')}"))
    return found


def _refuse_what_explodes(text: str, name: str, noun: str) -> None:
    """Aliases, which unfold without end, and nesting that the parser does not survive."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        place = f"{name}:{event.start_mark.line + 1}" if event.start_mark else name
        if isinstance(event, yaml.AliasEvent):
            raise TextError(f"{place}: aliases are not allowed in a {noun}")
        if depth > MAX_DEPTH:
            raise TextError(f"{place}: nested deeper than {MAX_DEPTH} levels")


def _lines(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int]]:
    if node is None:
        return
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _lines(item, (*place, index))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            yield from _lines(value, inner)
            yield inner, key.start_mark.line + 1


def _path(location: Place) -> str:
    """`('services', 2, 'type')` as `services[2].type: `, the way a reader looks it up."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return f"{text}: " if text else ""
