"""A hardened YAML 1.2 reader: one plain document, and the place of every key and value in it.

It builds on PyYAML's C event stream alone: composing with PyYAML's C loader ends the interpreter on deep nesting,
and its constructors follow YAML 1.1 (docs/decisions/0001-yaml-reader.md has what was weighed).
"""

from enum import Enum
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from pipesync.model import Origin
from pipesync.spec import directives, scalars
from pipesync.spec.document import Container, Document
from pipesync.spec.findings import Findings
from pipesync.spec.text import Text, decode
from pipesync.spec.wording import shown_name

MOST_DEPTH: Final = 64
"""Containers in each other; the deepest place of a spec is the eighth."""

MOST_CONTAINERS: Final = 100_000
"""Containers in a file: two for each step that a set may ask for. Each takes 1 kB with its places and what is found
wrong with it, and four bytes of text can be one."""

_HINTS: Final = {
    "mapping values are not allowed in this context": "quote a text that holds ': ', and check the indentation",
    "found character that cannot start any token": "indent with spaces, and quote a text that starts with @, ` or %",
    "found unexpected end of stream": "a quote is not closed",
}
"""What to do about the commonest of libyaml's complaints, by its own words."""


def read(file: str, content: bytes, findings: Findings) -> Document | None:
    """The document in `content`; None if it could not be read to its end. Every problem goes to `findings`."""
    text = decode(file, content, findings)
    if text is None:
        return None
    scanned = directives.without(text, findings)
    tree = _Tree(text, findings)
    try:
        for event in yaml.parse(scanned, Loader=yaml.CLoader):
            tree.take(event)
            if not tree.goes_on:
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        findings.add(text.origin(mark.index if mark else 0), _syntax(error))
        return None
    return tree.document()


def _syntax(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    context = f" {error.context}," if error.context else ""
    hint = f"; {_HINTS[problem]}" if problem in _HINTS else ""
    return f"this is not YAML:{context} {problem}{hint}"


class _Key(Enum):
    """What stands where a mapping's current key would."""

    NEXT = "the next node is a key"
    REFUSED = "the next node is the value of a key that was refused: it is read, and not kept"


class _Tree:
    """The data built so far; `take` goes on by one event, without recursion, while `goes_on`."""

    def __init__(self, text: Text, findings: Findings) -> None:
        self._text = text
        self._findings = findings
        self._stack: list[tuple[Container | None, str | _Key]] = []
        self._container: Container | None = None
        self._key: str | _Key = _Key.NEXT
        self._root: Any = None
        self._start: int | None = None
        self._is_complete = False
        self._containers = 0
        self.goes_on = not findings.is_full
        self._unheld: dict[int, str] = {}
        self._keys: dict[int, dict[str, int]] = {}
        self._values: dict[int, Any] = {}
        self._refused: list[Container] = []  # kept alive: places are found by `id`, which must not be used again

    def document(self) -> Document | None:
        """The document, if the events came to its end."""
        if self._start is None and not self._findings.has_at(Origin(self._text.file, 1, 1)):
            words = "the file is empty; it starts with 'version: 1'"
            self._findings.add(Origin(self._text.file, 1, 1), words)
        if self._start is None or not self._is_complete:
            return None
        return Document(self._text, self._root, self._start, self._unheld, self._keys, self._values)

    def take(self, event: Event) -> None:
        match event:
            case ScalarEvent():
                self._scalar(event)
            case MappingEndEvent() | SequenceEndEvent():
                self._container, self._key = self._stack.pop()
            case MappingStartEvent():
                self._open(event, {})
            case SequenceStartEvent():
                self._open(event, [])
            case AliasEvent():
                self._alias(event)
            case DocumentStartEvent():
                self._begin(event)
            case DocumentEndEvent():
                self._end(event)

    def _begin(self, event: DocumentStartEvent) -> None:
        if self._is_complete:
            self._refuse_second(_offset(event))

    def _end(self, event: DocumentEndEvent) -> None:
        self._is_complete = True
        assert event.end_mark is not None, "the C parser marks every event"
        second = directives.following(self._text.content, event.end_mark.index)
        if second is not None:
            self._refuse_second(second)

    def _refuse_second(self, offset: int) -> None:
        self._find(offset, "a second document starts here; a file holds one")
        self.goes_on = False

    def _scalar(self, event: ScalarEvent) -> None:
        offset = _offset(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event, offset)
        value = scalars.resolve(event.value) if event.style == "" else event.value
        if self._key is _Key.NEXT and type(self._container) is dict:
            self._take_key(event, value, offset)
            return
        if value is scalars.Number.UNHELD:
            self._unheld[offset] = event.value
            value = None
        self._put(value, offset)

    def _take_key(self, event: ScalarEvent, value: object, offset: int) -> None:
        container, key = self._container, event.value
        assert isinstance(container, dict)
        if not isinstance(value, str):
            self._find(offset, f'a key must be text; quote it: "{key[:64]}"' if key else "a key is missing here")
        elif key == "<<" and event.style == "":
            self._find(offset, "merge keys are not allowed; write the keys out")
        places = self._keys.setdefault(id(container), {})
        if key in places:
            first = self._text.origin(places[key])
            self._find(offset, f"the key {shown_name(key)} stands here twice; the first one is at {first}")
            self._key = _Key.REFUSED
        else:
            places[key] = offset
            self._key = key

    def _open(self, event: CollectionStartEvent, container: Container) -> None:
        offset = _offset(event)
        self._containers += 1
        if len(self._stack) == MOST_DEPTH:
            self._find(offset, f"more than {MOST_DEPTH} lists and mappings stand in each other here")
            self.goes_on = False
            return
        if self._containers > MOST_CONTAINERS:
            self._find(offset, f"more than {MOST_CONTAINERS:,} lists and mappings stand in this file; split it")
            self.goes_on = False
            return
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event, offset)
        if self._key is _Key.NEXT and type(self._container) is dict:
            self._find(offset, "a key must be text, not a list or a mapping")
            self._refused.append(container)
            self._key = _Key.REFUSED
        else:
            self._put(container, offset)
        self._stack.append((self._container, self._key))
        self._container, self._key = container, _Key.NEXT

    def _alias(self, event: AliasEvent) -> None:
        offset = _offset(event)
        self._find(offset, f"aliases are not allowed; write out what {shown_name(event.anchor or '')} stands for")
        if self._key is _Key.NEXT and type(self._container) is dict:
            self._key = _Key.REFUSED
        else:
            self._put(None, offset)

    def _put(self, value: Any, offset: int) -> None:
        """Store a value where the current key or list wants it."""
        container, key = self._container, self._key
        if container is None:
            self._root, self._start = value, offset
        elif isinstance(container, list):
            container.append(value)
            self._values.setdefault(id(container), []).append(offset)
        else:
            if isinstance(key, str):
                container[key] = value
                self._values.setdefault(id(container), {})[key] = offset
            elif isinstance(value, dict | list):
                self._refused.append(value)
            self._key = _Key.NEXT

    def _refuse_properties(self, event: ScalarEvent | CollectionStartEvent, offset: int) -> None:
        if event.anchor is not None:
            self._find(offset, f"anchors are not allowed; remove {shown_name('&' + event.anchor)}")
        else:
            self._find(offset, f"tags are not allowed; remove {shown_name(event.tag or '')}")

    def _find(self, offset: int, message: str) -> None:
        self._findings.add(self._text.origin(offset), message)
        self.goes_on = self.goes_on and not self._findings.is_full


def _offset(event: Event) -> int:
    assert event.start_mark is not None, "the C parser marks every event"
    return event.start_mark.index
