"""Texts that nobody wrote: sound files that were cut up, what looks like a spec, and what looks like YAML."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from tests.faults.specs.sound import COMPLETE, Files

KEYS: Final = (
    "version", "organization", "limits", "defaults", "pipelines", "steps", "projects", "stages", "service", "services",
    "project", "source", "destination", "auto_validation_delay_days", "protect", "manage", "owner", "description",
    "max_chain_steps", "max_auto_validation_delay_days", "$schema", "stagse", "*-prod", "p", "<<", "007", "é", "",
    "least_delay", "destinations", "level", "require_gate", "scope", "files", "allowed_pairs", "pairs", "brake",
)  # fmt: skip
SCALARS: Final = (
    "1", "7", "0", "-1", "31", "7.0", "1e3", "1e999999", ".inf", ".nan", "0x1F", "0o14", "014", "12:30:45", "1_000",
    "9" * 19, "9" * 400, "true", "True", "yes", "no", "on", "null", "~", "", "''", "'7'", '"\\u263a\\n"', '"\\x00"',
    "2026-11-01", "a", "a/b", "a/c", "a/d", "dev/pg-a", "eu/pg-a", "a/b/c", "/", "a/", "é/b", "x" * 64, f"a/{'b' * 65}",
    "&a 1", "*a", "!!str 7", "!x y", "! z", "!<tag:x> y", "|\n  x\n", ">-\n  x\n", "'a\n  b'", "[", "]", "{", "}", "@",
    "`", "%", "'", '"', "- a", "? a", "a: b: c", "# vim: set ft=yaml:", "--- a", "...", "{<<: {a: 1}}", "&a [*a]",
)  # fmt: skip
TOKENS: Final = (
    *(": ", ":", "- ", "-", "? ", "[", "]", "{", "}", ", ", ",", "\n", "\n  ", "\n    ", "\n- ", "\t", " ", "#", " # "),
    *("|", ">", "'", '"', "\\", "&a ", "*a ", "!!str ", "!x ", "<<: "),
    *("---\n", "...\n", "%YAML 1.2\n", "%YAML 1.1\n", "%TAG ! tag:x:\n"),
    *("\r", "\r\n", "\x00", "\x1b", "\x85", "\u2028", "\ufeff", "\ud7ff", "\ufffd", "😀", "dеv/pg", "a／b", "e\u0301"),
)  # fmt: skip
BYTES: Final = (b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x98", b"\0", b"\x80")


def scribbled(seed: int) -> dict[str, bytes]:
    """A set of files, the same for the same seed: one of them is scribbled, the others sound or left out."""
    random = Random(seed)
    file = random.choice(list(COMPLETE))
    content = random.choice((_cut_up, _cut_up, _look_alike, _look_alike, _soup))(random, COMPLETE[file])
    others: Files = COMPLETE if random.random() < 0.5 else {}
    return {name: text.encode() for name, text in others.items()} | {file: content}


def _cut_up(random: Random, text: str) -> bytes:
    """A sound file after some accidents."""
    content = text.encode()
    for _ in range(random.choice((1, 1, 2, 3, 8, 30))):
        start = random.randrange(len(content) + 1)
        end = min(len(content), start + random.choice((0, 1, 2, 10, 60, 400)))
        content = content[:start] + random.choice(tuple(_accidents(random, content, start, end))) + content[end:]
    return content


def _accidents(random: Random, content: bytes, start: int, end: int) -> Iterator[bytes]:
    """What may come in the place of a stretch."""
    here = content[start:end]
    yield from (b"", here * 2, here[::-1], here.swapcase(), here.replace(b"\n", b"\r\n"), here.replace(b"  ", b"\t"))
    yield bytes(byte ^ (1 << random.randrange(8)) for byte in here)
    yield random.choice(TOKENS).encode()
    yield random.choice(SCALARS).encode()
    yield random.choice(BYTES)
    other = random.choice(list(COMPLETE.values())).encode()
    at = random.randrange(len(other))
    yield other[at : at + random.choice((1, 20, 200))]


def _look_alike(random: Random, text: str) -> bytes:
    """Keys and values of specs and policies, in each other as they come, in either style."""
    head = "" if random.random() < 0.1 else "version: 1\n"
    keys = random.sample(("pipelines", "steps", "defaults", "limits", "least_delay", "scope", "organization"), 2)
    return (head + "".join(f"{key}:{_value(random, 4, 1)}\n" for key in keys)).encode()


def _value(random: Random, depth: int, indent: int) -> str:
    """What stands after a colon or a dash."""
    kind = random.random()
    if not depth or kind < 0.25:
        return f" {random.choice(SCALARS)}"
    if kind < 0.45:
        return f" {_flow(random, depth)}"
    lead = f"\n{'  ' * indent}"
    number = random.randrange(4)
    if kind < 0.7:
        return "".join(f"{lead}-{_value(random, depth - 1, indent + 1)}" for _ in range(number))
    return "".join(f"{lead}{random.choice(KEYS)}:{_value(random, depth - 1, indent + 1)}" for _ in range(number))


def _flow(random: Random, depth: int) -> str:
    return json.dumps(_data(random, depth)).replace("Infinity", ".inf")


def _data(random: Random, depth: int) -> Any:
    if not depth or random.random() < 0.3:
        return random.choice((None, True, 7, 7.5, "7", "a/b", "a/c", "a", "", -1, 10**30, "é", "*"))
    several = range(random.randrange(4))
    if random.random() < 0.5:
        return [_data(random, depth - 1) for _ in several]
    return {random.choice(KEYS): _data(random, depth - 1) for _ in several}


def _soup(random: Random, text: str) -> bytes:
    """Nothing but tokens, and a bit that is no text."""
    pieces = [random.choice(random.choice((TOKENS, SCALARS, KEYS))) for _ in range(random.randrange(40))]
    content = "".join(pieces).encode()
    return content + random.choice(BYTES) if random.random() < 0.1 else content
