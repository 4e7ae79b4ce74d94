"""A JSON file of ours, spoilt in every way that disks, editors, tools and people have."""

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')

SEED: Final = 8

Where = tuple[str | int, ...]

ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    1.5,
    7.0,
    10**30,
    "",
    "x",
    "a/b",
    "\x1b[31m\n::error::x",
    "\ud800",
    [],
    {},
)
"""Values that stand where another type, or another value, should."""


@dataclass(frozen=True)
class Damaged:
    """A file's content, and what was done to it."""

    how: str
    data: bytes


def cuts(data: bytes) -> Iterator[Damaged]:
    """Torn before every token, and in the middle of each."""
    for token in TOKEN.finditer(data):
        yield Damaged(f"cut at byte {token.start()}", data[: token.start()])
        if len(token[0]) > 1:
            yield Damaged(f"cut at byte {token.start() + 1}", data[: token.start() + 1])


def flips(data: bytes) -> Iterator[Damaged]:
    """One bit of every fifth byte, by chance."""
    chance = random.Random(SEED)
    for at in range(chance.randrange(5), len(data), 5):
        bit = chance.randrange(8)
        flipped = bytearray(data)
        flipped[at] ^= 1 << bit
        yield Damaged(f"bit {bit} of byte {at} flipped", bytes(flipped))


def wholes(data: bytes) -> Iterator[Damaged]:
    """What becomes of a file as a whole."""
    text = data.decode()
    half = len(data) // 2
    found = {
        "empty": b"",
        "a line feed": b"\n",
        "zeros": bytes(len(data)),
        "zeros from the middle on": data[:half] + bytes(len(data) - half),
        "a nul byte in the middle": data[:half] + b"\0" + data[half:],
        "a nul byte at the end": data + b"\0",
        "the halves in the wrong order": data[half:] + data[:half],
        "twice": data + data,
        "the tail of an older one": data + data[-9:],
        "a BOM": b"\xef\xbb\xbf" + data,
        "UTF-16": text.encode("utf-16"),
        "UTF-16 without a BOM": text.encode("utf-16-le"),
        "UTF-32": text.encode("utf-32"),
        "not UTF-8": data.replace(b"pipesync", b"pipes\xffnc", 1),
        "CRLF": data.replace(b"\n", b"\r\n"),
        "on one line": json.dumps(json.loads(data)).encode(),
        "with another indent": json.dumps(json.loads(data), indent=7).encode(),
        "keys in another order": json.dumps(json.loads(data), sort_keys=True).encode(),
        "compressed": gzip.compress(data, mtime=0),
        "a page of the web": b"<!DOCTYPE html><html><body>503</body></html>\n",
        "after a word of a shell": b"$ cat file\n" + data,
        "after git's conflict": b"<<<<<<< ours\n" + data + b"=======\n" + data + b">>>>>>> theirs\n",
        "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "single quotes": data.replace(b'"', b"'"),
        "a comma too many": data.replace(b"\n}\n", b",\n}\n"),
        "a comment": b"// ours\n" + data,
        "null": b"null",
        "a list": b"[" + data + b"]",
        "a text": json.dumps(text).encode(),
        "a number": b"7",
        "an empty object": b"{}",
        "deep lists": b"[" * 100_000,
        "deep objects": b'{"a":' * 100_000,
        "deep and closed": b"[" * 3000 + b"]" * 3000,
        "deep inside": data.replace(b"\n}\n", b',\n"x": ' + b"[" * 900 + b"]" * 900 + b"\n}\n"),
        "Terraform's": b'{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": []}',
    }
    yield from (Damaged(how, spoilt) for how, spoilt in found.items())


def numbers(data: bytes) -> Iterator[Damaged]:
    """Numbers that are none, or too big, in the place of each number."""
    for number in re.finditer(rb"(?<=: )\d+(?=,|\n)", data):
        for odd in (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 400, b"9" * 5000, b"0x1", b"01", b"1_0", b"+1"):
            yield Damaged(f"{odd[:9].decode()} at byte {number.start()}", _put(data, number.span(), odd))


VERSIONS: Final = (
    "1.1", "1.999999", "2.0", "999999.0", "0.9", "1", "1.0.0", "", "x", "1.0000000", " 1.0", "١.٠", 1.0, 1, None,
)  # fmt: skip

FORMATS: Final = (
    "pipesync.plan",
    "pipesync.state",
    "pipesync.outcome",
    "pipesync.drift",
    "PIPESYNC.STATE",
    ["x"],
    None,
)


def versions(data: bytes) -> Iterator[Damaged]:
    """Of the future, of the past, and none; and other formats."""
    for odd in VERSIONS:
        yield Damaged(f"format_version {odd!r}", _with(data, ("format_version",), odd))
    for other in FORMATS:
        if other != json.loads(data)["format"]:
            yield Damaged(f"format {other!r}", _with(data, ("format",), other))


def keys(data: bytes) -> Iterator[Damaged]:
    """Each key dropped, doubled, misspelt; an unknown one added to each object."""
    for path, _ in _places(json.loads(data)):
        if isinstance(path[-1], str):
            yield Damaged(f"{_said(path)} dropped", _changed(data, path[:-1], partial(_renamed, path[-1], None)))
            yield Damaged(f"{_said(path)} misspelt", _changed(data, path[:-1], partial(_renamed, path[-1], "stepps")))
    for key in re.finditer(rb'"[a-z_]+": ', data):
        twice = key[0] + b"null, " + key[0]
        yield Damaged(f"a second {key[0].decode()[:-2]} at byte {key.start()}", _put(data, key.span(), twice))


def values(data: bytes) -> Iterator[Damaged]:
    """Each value in the place of which every odd one is put, one that is equal left out."""
    for path, value in _places(json.loads(data)):
        for odd in ODD:
            if odd != value or type(odd) is not type(value):
                yield Damaged(f"{_said(path)} is {odd!r}", _with(data, path, odd))


def orders(data: bytes) -> Iterator[Damaged]:
    """Entries of each list in another order, one of them twice, or missing."""
    for path, value in _places(json.loads(data)):
        if isinstance(value, list) and value:
            for how, other in (("twice", [*value, value[0]]), ("missing", value[1:]), ("turned round", value[::-1])):
                if other != value:
                    yield Damaged(f"{_said(path)}: {how}", _with(data, path, other))


def _places(value: Any, path: Where = ()) -> Iterator[tuple[Where, Any]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key), entry
        yield from _places(entry, (*path, key))


def _said(path: Where) -> str:
    return ".".join(map(str, path))


def _renamed(key: str, to: str | None, at: dict[str, Any]) -> dict[str, Any]:
    """`at` with another name for `key`, or without it."""
    return {(to if name == key and to else name): value for name, value in at.items() if name != key or to}


def _with(data: bytes, path: Where, value: Any) -> bytes:
    def put(at: Any) -> Any:
        at[path[-1]] = value
        return at

    return _changed(data, path[:-1], put)


def _changed(data: bytes, path: Where, change: Callable[[Any], Any]) -> bytes:
    """`data` with what is at `path` changed."""
    root = {"": json.loads(data)}
    at: Any = root
    whole: Where = ("", *path)
    for key in whole[:-1]:
        at = at[key]
    at[whole[-1]] = change(at[whole[-1]])
    return (json.dumps(root[""], indent=2) + "\n").encode()


def _put(data: bytes, span: tuple[int, int], other: bytes) -> bytes:
    return data[: span[0]] + other + data[span[1] :]


Spoil = Callable[[bytes], Iterator[Damaged]]

KINDS: Final[tuple[Spoil, ...]] = (cuts, flips, wholes, numbers, versions, keys, values, orders)


def mutations(data: bytes, *kinds: Spoil) -> list[Damaged]:
    """Every one of these kinds, or of all; none of them is `data` itself, and none is there twice."""
    found = {data: ""}
    for kind in kinds or KINDS:
        for one in kind(data):
            found.setdefault(one.data, f"{kind.__name__}: {one.how}")
    return [Damaged(how, spoilt) for spoilt, how in found.items() if spoilt != data]
