"""Sound files, each spoilt in one way that tells where a problem has to be found."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from tests.faults.specs.sound import POLICY, Files
from tests.faults.specs.verdict import Place

WRONG: Final = ("null", "true", "7", "7.0", "'7'", "''", "[]", "{}", "[7]", "{a: 7}", "-1", "1e3", "2026-11-01", "*a")

_INSIDE: Final = frozenset({"[7]", "{a: 7}"})
"""Which of WRONG may be a list or a mapping that is right, with something wrong in it."""

_NEVER_WRONG: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("protect", "manage"), frozenset({"true"})),
    **dict.fromkeys(
        ("auto_validation_delay_days", "max_chain_steps", "max_auto_validation_delay_days"), frozenset("7")
    ),
    **dict.fromkeys(("limits", "defaults", "pipelines", "brake", "*-prod"), frozenset({"{}"})),
    **dict.fromkeys(("steps", "least_delay", "require_gate", "scope"), frozenset({"[]"})),
    **dict.fromkeys(("description", "owner", "$schema"), frozenset({"'7'", "''", "2026-11-01"})),
    **dict.fromkeys(("share_percent", "of_at_least", "all_of_at_least"), frozenset("7")),
    "organization": frozenset({"'7'"}),
}
"""By key: which of WRONG are right there."""

_SETTINGS: Final = frozenset({"auto_validation_delay_days", "protect"})

_NAMES: Final = frozenset({"'7'", "2026-11-01"})
"""Which of WRONG are a name."""

_REFERENCE: Final = re.compile(r"[\w-]+/[\w-]+")
_NO_REFERENCES: Final = (
    "a", "a/b/c", "/b", "a/", "é/b", "a b/c", f"{'a' * 64}/b", f"a/{'b' * 65}", "a/b\n", "a／b", "dеv/pg",
    "a/b\0", "*/b",
)  # fmt: skip
_PATTERNS: Final = frozenset({_NO_REFERENCES[0], _NO_REFERENCES[6], _NO_REFERENCES[7], _NO_REFERENCES[-1]})
"""Which of them a policy may hold in the place of a reference."""

_FORBIDDEN: Final = (
    b"\xff",
    b"\0",
    b"\x1b",
    b"\x7f",
    "\x85".encode(),
    "\u2028".encode(),
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
)


@dataclass(frozen=True)
class Spoilt:
    """`file` holds `content` instead of what was sound; there must be a problem `at` a place, if it is known.

    Not `refused`: it may also be sound still.
    """

    how: str
    file: str
    content: bytes
    at: Place | None = None
    refused: bool = True

    def files(self, sound: Files) -> dict[str, bytes]:
        return {name: text.encode() for name, text in sound.items()} | {self.file: self.content}


def spoil(file: str, text: str) -> Iterator[Spoilt]:
    """Every alteration of one file."""
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    yield from _of_mapping(_Sheet(file, text), tree)
    yield from _of_lines(file, text)
    yield from _cut(file, text)


@dataclass(frozen=True)
class _Sheet:
    """A file's text, in which one stretch can be another."""

    file: str
    text: str

    def place(self, offset: int) -> Place:
        before = self.text[:offset]
        return Place(self.file, before.count("\n") + 1, offset - before.rfind("\n"))

    def spoilt(
        self,
        how: str,
        start: int,
        end: int,
        instead: str,
        *,
        off: int | None = 0,
        inside: bool = False,
        refused: bool = True,
    ) -> Spoilt:
        """`instead` in the place of a stretch; the problem is `off` characters after the start; None: anywhere.

        `inside`: on that line, in what begins there.
        """
        content = self.text[:start] + instead + self.text[end:]
        at = None if off is None else _Sheet(self.file, content).place(start + off)
        if at is not None and inside:
            at = replace(at, column=0)
        return Spoilt(f"{self.place(start)} {how}", self.file, content.encode(), at, refused)

    def end(self, node: Any) -> int:
        """The end of a node: a block's own is the start of what follows it."""
        start = int(node.start_mark.index)
        return start + len(self.text[start : node.end_mark.index].rstrip())


def _of_mapping(sheet: _Sheet, node: Any, *, of_names: bool = False) -> Iterator[Spoilt]:
    for key, value in node.value:
        start, after = key.start_mark.index, key.end_mark.index
        raw = sheet.text[start:after]
        if not of_names:
            yield sheet.spoilt("misspelt", start, start, "x-")
        again = f"{raw}: x, " if node.flow_style else f"{raw}: x\n{' ' * key.start_mark.column}"
        yield sheet.spoilt("twice", start, start, again, off=len(again))
        if not node.flow_style:
            yield sheet.spoilt("left out", start, sheet.end(value), "", off=None, refused=key.value == "version")
        for wrong in WRONG:
            if wrong not in _NEVER_WRONG.get(key.value, _names(key.value, value)):
                yield sheet.spoilt(f"is {wrong}", after, sheet.end(value), f": {wrong}", off=2, inside=wrong in _INSIDE)
        for mark in ("&a", "!!str", "!x", "! "):
            yield sheet.spoilt(f"with {mark}", after, after + 1, f": {mark}", off=2)
        yield sheet.spoilt("a list for a key", start, after, "[a]")
        yield sheet.spoilt("a number for a key", start, after, "7")
        yield from _of_value(sheet, value, of_names=key.value == "pipelines" or _is_patterns(value))


def _is_patterns(value: Any) -> bool:
    """Whether it is the mapping of `defaults.projects`: other than lists of projects it has keys."""
    return isinstance(value, yaml.MappingNode) and all(_is_settings(one) for _, one in value.value)


def _is_settings(value: Any) -> bool:
    """Whether it is what `defaults.projects` says of a pattern."""
    return isinstance(value, yaml.MappingNode) and {key.value for key, _ in value.value} <= _SETTINGS


def _names(key: str, value: Any) -> frozenset[str]:
    """Which of WRONG are right for a key whose value is a name, or several."""
    if _is_patterns(value) or _is_settings(value):
        return frozenset({"{}"})
    if key in {"project", "projects", "services", "except", "destinations", "files", "source", "destination"}:
        if isinstance(value, yaml.ScalarNode) and "/" not in value.value:
            return _NAMES | {"[]"}
        if key in {"destinations", "files", "except"} or (key == "services" and value.value[0].value == "kafka"):
            return _NAMES
    return frozenset()


def _of_value(sheet: _Sheet, node: Any, *, of_names: bool = False) -> Iterator[Spoilt]:
    match node:
        case yaml.MappingNode():
            yield from _of_mapping(sheet, node, of_names=of_names)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _of_item(sheet, item)
        case yaml.ScalarNode() if _REFERENCE.fullmatch(node.value):
            for broken in _NO_REFERENCES:
                quoted = json.dumps(broken, ensure_ascii=False)
                if not (sheet.file == POLICY and broken in _PATTERNS):
                    yield sheet.spoilt(f"names {quoted}", node.start_mark.index, sheet.end(node), quoted)


def _of_item(sheet: _Sheet, item: Any) -> Iterator[Spoilt]:
    start, end = item.start_mark.index, sheet.end(item)
    for wrong in WRONG:
        if wrong not in _NAMES:  # it may be a list of names
            yield sheet.spoilt(f"is {wrong}", start, end, wrong, inside=wrong in _INSIDE)
    yield sheet.spoilt("with &a", start, start, "&a ")
    yield from _of_value(sheet, item)


def _of_lines(file: str, text: str) -> Iterator[Spoilt]:
    """Something that no spec may hold, at the start of each line."""
    lines = text.encode().splitlines(keepends=True)
    for number in range(1, len(lines) + 1):
        before, after = b"".join(lines[: number - 1]), b"".join(lines[number - 1 :])
        for bad in _FORBIDDEN[:-1] if number == 1 else _FORBIDDEN:
            yield Spoilt(f"line {number}: {bad!r}", file, before + bad + after, Place(file, number, 1))
        for token in (b"@", b"`", b"\tx: 1\n"):
            yield Spoilt(f"line {number}: {token!r}", file, before + token + after, Place(file, number))
        for token in (b"]", b"}", b"- ", b"? ", b"'", b'"', b"%", b"*a ", b"[", b"{", b": ", b"| ", b" "):
            yield Spoilt(f"line {number}: {token!r}", file, before + token + after, refused=False)
        if any(not line.startswith(b"#") for line in lines[: number - 1]):
            yield Spoilt(f"line {number}: ---", file, before + b"---\n" + after, Place(file, number, 1))


def _cut(file: str, text: str) -> Iterator[Spoilt]:
    """The text up to each of its tokens, and without it."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start, end = token.start_mark.index, token.end_mark.index
        yield Spoilt(f"cut at {start}", file, text[:start].encode(), refused=False)
        if end - start > 1:
            yield Spoilt(f"cut at {end - 1}", file, text[: end - 1].encode(), refused=False)
        yield Spoilt(f"without {start}-{end}", file, (text[:start] + text[end:]).encode(), refused=False)
