"""The text of one spec file: UTF-8 of a bounded size, and the place of each character in it."""

import re
from array import array
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final

from pipesync.model import Origin
from pipesync.spec.findings import Findings

MOST_BYTES: Final = 10 * 1024 * 1024
"""The largest file that is read: about two hundred times a spec of 200 steps."""

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What YAML 1.2 does not print, and four characters that its readers disagree on: U+0085, U+2028 and U+2029
are line breaks to a 1.1 scanner such as libyaml, so that a comment could hide a key; U+FEFF is a byte order mark."""


class Text:
    """Characters of a file; an offset into them has a line and a column, which count from 1."""

    __slots__ = ("_line_starts", "content", "file")

    def __init__(self, file: str, content: str) -> None:
        self.file = file
        self.content = content
        self._line_starts = array("I", [0])  # four bytes each: a line may be as short as its end
        self._line_starts.extend(match.end() for match in _LINE_BREAK.finditer(content))

    def origin(self, offset: int) -> Origin:
        line = bisect_right(self._line_starts, offset)
        return Origin(self.file, line, offset - self._line_starts[line - 1] + 1)


def decode(file: str, content: bytes, findings: Findings) -> Text | None:
    """The text in `content`, without a byte order mark; None, and a finding, if there is none to read."""
    if len(content) > MOST_BYTES:
        findings.add(Origin(file, 1, 1), f"the file is larger than {MOST_BYTES // 1024**2} MiB; split it")
        return None
    content = content.removeprefix(BOM_UTF8)
    try:
        text = Text(file, content.decode())
    except UnicodeDecodeError as error:
        before = Text(file, content[: error.start].decode())
        findings.add(before.origin(len(before.content)), _not_utf8(content, error.start))
        return None
    bad = _FORBIDDEN.search(text.content)
    if bad is not None:
        findings.add(text.origin(bad.start()), _not_allowed(bad.group()))
        return None
    return text


def _not_utf8(content: bytes, at: int) -> str:
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "the file is not UTF-8 (it looks like UTF-16); save it as UTF-8"
    return f"the file is not UTF-8: the byte 0x{content[at]:02x} has no meaning here; save it as UTF-8"


def _not_allowed(char: str) -> str:
    words = f"the character U+{ord(char):04X} is not allowed here"
    if char == "\0":
        return f"{words}; if the whole file looks right in an editor, it is not UTF-8: save it as UTF-8"
    return f"{words}; remove it, or write it as an escape sequence in a double-quoted text"
