"""Specs of 1 MiB, good ones and such that are made to hurt."""

from collections.abc import Callable
from functools import partial
from typing import Final

MIB: Final = 1024 * 1024
V: Final = "version: 1\n"
ONE: Final = "version: 1\npipelines: {p: {stages: [a/b, "

Make = Callable[[], str | bytes]


def _filled(head: str, unit: str | Callable[[int], str], tail: str = "") -> str:
    """1 MiB of `unit`s, which may be numbered, between a head and a tail."""
    pieces, size, number = [head], len((head + tail).encode()), 0
    while True:
        piece = unit if isinstance(unit, str) else unit(number)
        size += len(piece.encode())
        if size > MIB:
            return "".join([*pieces, tail])
        pieces.append(piece)
        number += 1


def _repeated(text: str | bytes) -> bytes:
    unit = text if isinstance(text, bytes) else text.encode()
    return unit * (MIB // len(unit))


def _steps(step: Callable[[int], str]) -> str:
    return _filled(f"{V}steps: [", lambda n: f"{{{step(n)}}},", "]\n")


def _globbed(glob: Callable[[int], str], *says: str) -> str:
    """A hundred patterns that may take long to match, and as many projects as there is room for."""
    patterns = "".join(f"    '{glob(n)}': {{protect: {says[n % len(says)]}}}\n" for n in range(100))
    head = f"{V}defaults:\n  projects:\n{patterns}pipelines:\n  p:\n    services: [s]\n    stages: [a, {{projects: ["
    return _filled(head, lambda n: f"{'a' * 58}{n:05},", "]}]\n")


GOOD: Final[dict[str, Make]] = {
    "steps": lambda: _filled(
        f"{V}steps:\n",
        lambda n: f"- source: dev/pg-{n:06}\n  destination: prod/pg-{n:06}\n  auto_validation_delay_days: 10\n",
    ),
    "steps in flow style": lambda: _steps(lambda n: f"source: d/p{n}, destination: e/p{n}"),
    "pipelines": lambda: _filled(
        f"{V}pipelines:\n",
        lambda n: (
            f"  p{n:06}:\n    owner: '@a/b'\n    stages:\n    - dev/pg-{n:06}\n    - service: st/pg-{n:06}\n"
            f"      protect: true\n    - services: [eu/pg-{n:06}, us/pg-{n:06}]\n"
        ),
    ),
    "patterns of stars": lambda: _globbed(lambda n: f"{'*a' * 45}b{n:02}", "true"),
    "patterns of question marks": lambda: _globbed(lambda n: f"{'*?' * 45}b{n:02}", "true"),
    "comments": lambda: _filled(V, "# vim: set ft=yaml fdm=marker: -*- mode: yaml -*-\n"),
}

_EQUAL: Final[dict[str, str | bytes]] = {
    "open brackets": "[", "open braces": "{a: ", "dashes": "- ", "question marks": "? ", "colons": ":", "tags": "!a ",
    "bytes that are no text": b"\xff", "nul": b"\0", "byte order marks": b"\xef\xbb\xbf", "controls": "\x1b",
    "spaces": " ", "tabs": "\t", "newlines": "\n", "carriage returns": "\r", "documents": "---\n", "ends": "...\n",
    "merge keys": "<<: {a: 1}\n", "a key twice": "a: 1\n", "keys that are lists": "? [a]\n: b\n",
    "`%YAML`": "%YAML 1.2\n", "empty items": "-\n", "letters": "x", "emoji": "😀", "combining": "e\u0301",
}  # fmt: skip
"""The same over and over, to 1 MiB."""

_BETWEEN: Final[dict[str, tuple[str, str, str]]] = {
    "a quote that is not closed": ("a: '", "x\n", ""),
    "a long description": (f"{ONE}a/c], description: ", "d", "}}"),
    "a key of 1 MiB": ("? ", "k", "\n: 1\n"),
    "an anchor of 1 MiB": ("&", "a", " x"),
    "a tag of 1 MiB": ("!<", "a", "> x"),
    "a directive of 1 MiB": ("%", "A", "\n"),
    "escapes": ('a: "', "\\u263a", '"'),
    "a huge integer": (f"{V}limits: {{max_chain_steps: ", "9", "}"),
    "a huge real number": ("version: 1.", "9", ""),
    "a huge exponent": ("version: 1e", "9", ""),
    "a huge indentation": ("a:\n", " ", "b: 1\n"),
    "aliases": ("a: &a 1\nb: [", "*a, ", "]"),
    "cyclic aliases": ("[", "&a [*a],", "]"),
    "numbers": ("[", "1e9,", "]"),
    "mappings of four bytes": (f"{V}steps: [", "{a},", "]"),
    "services of four bytes": (f"{ONE}{{services: [", "{a},", "]}]}}"),
    "lists in lists": (f"{V}steps:\n", "- " + "[" * 60 + "]" * 60 + "\n", ""),
    "items that are no steps": (f"{V}steps: [", "1,", "]"),
    "items that are no stages": (ONE, "1,", "]}}"),
    "misspelt keys": (f"{V}steps: [", "{sorce: a/b, destinaton: a/c},", "]"),
    "lookalikes": (f"{V}steps: [", "{sоurce: а/b, destination: a/b},", "]"),
    "one destination": (f"{V}steps: [", "{source: a/b, destination: a/c},", "]"),
    "one service": (f"{V}pipelines: {{p: {{stages: [a, b], services: [", "s,", "]}}"),
    "one project": (f"{V}pipelines: {{p: {{services: [s], stages: [", "a,", "]}}"),
    "one pipeline": (f"{V}pipelines: {{", "p: {stages: [a/b, a/c]},", "}"),
    "both keys": (ONE, "{service: a/b, services: [a/c]},", "]}}"),
}

_NUMBERED: Final[dict[str, tuple[str, Callable[[int], str], str]]] = {
    "anchors": ("[", lambda n: f"&a{n} 1,", "]"),
    "a billion laughs": ("a0: &a0 [x]\n", lambda n: f"a{n + 1}: &a{n + 1} [{f'*a{n},' * 9}]\n", ""),
    "unknown keys": (V, lambda n: f"k{n}: 1\n", ""),
    "keys as YAML 1.1 counts time": ("{", lambda n: f"{n}:{n % 60:02}: no,", "}"),
    "directives": ("", lambda n: f"%TAG !{n:x}! a\n", ""),
    "directives of a second document": ("a: 1\n...\n", lambda n: f"%TAG !{n:x}! a\n", ""),
    "no pipelines": (f"{V}pipelines: {{", lambda n: f"p{n}: {{}},", "}"),
    "no project patterns": (f"{V}defaults: {{projects: {{", lambda n: f"é{n}: ,", "}}"),
    "sources nobody names": (f"{ONE}{{services: [", lambda n: f"{{service: a/{n}, source: a/x{n}}},", "]}]}}"),
    "sources left out": (f"{ONE}{{services: [a/c, a/d]}}, {{services: [", lambda n: f"a/e{n},", "]}]}}"),
    "a chain through stages": (ONE, lambda n: f"a/{n},", "]}}"),
    "names that are too long": (f"{V}steps: [", lambda n: f"{{source: {'a' * 5000}, destination: a/{n}}},", "]"),
    "settings of first stages": (
        f"{V}pipelines: {{", lambda n: f"p{n}: {{stages: [{{service: a/b, protect: true}}, a/c{n}]}},", "}"
    ),
}  # fmt: skip

_ENDS: Final = MIB // 90

HOSTILE: Final[dict[str, Make]] = {
    **{name: partial(_repeated, text) for name, text in _EQUAL.items()},
    **{name: partial(_filled, *parts) for name, parts in (_BETWEEN | _NUMBERED).items()},
    "UTF-16": lambda: _filled("", V).encode("utf-16")[:MIB],
    "UTF-32": lambda: _filled("", V).encode("utf-32-be")[:MIB],
    "no text at the end": lambda: _filled(V, "#").encode()[:-1] + b"\xff",
    "own sources": lambda: _steps(lambda n: f"source: a/{n}, destination: a/{n}"),
    "one chain": lambda: _steps(lambda n: f"source: a/{n}, destination: a/{n + 1}"),
    "cycles of two": lambda: _steps(lambda n: f"source: a/{n ^ 1}, destination: a/{n}"),
    "a chain with many ends": lambda: _steps(
        lambda n: f"source: a/{n}, destination: a/{n + 1}" if n < _ENDS else f"source: a/{_ENDS}, destination: b/{n}"
    ),
    "patterns that disagree": lambda: _globbed(lambda n: "*" * (n + 1), "true", "false"),
}
