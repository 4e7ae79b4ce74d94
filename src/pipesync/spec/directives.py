"""Lines such as `%YAML 1.1` before a document: a spec has no use for them, and libyaml takes its time over many.

It compares each `%TAG` with all before it, so that 1 MiB of them took 6 s. So it is never shown one.
"""

import re
from typing import Final

from pipesync.spec.findings import Findings
from pipesync.spec.text import Text

_NOTHING: Final = re.compile(r"(?:(?:\.\.\.)?[ \t]*+(?:#[^\r\n]*+)?(?:\r\n|\r|\n))*+")
"""Empty lines, comments and ends of documents."""

_DIRECTIVE: Final = re.compile(r"%[^\r\n]*+")
_VERSION: Final = re.compile(r"%YAML[ \t]+1\.2[ \t]*(?:[ \t]#.*)?")


def without(text: Text, findings: Findings) -> str:
    """The content of `text`, each directive but `%YAML 1.2` made a comment of the same length, and a finding."""
    content, pieces, kept = text.content, [""], 0
    at = following(content, 0)
    while at is not None and not findings.is_full:
        found = _DIRECTIVE.match(content, at)
        assert found is not None, "it starts with a percent sign"
        if not _VERSION.fullmatch(found[0]):
            words = "directives are not allowed, other than '%YAML 1.2'; remove the line"
            findings.add(text.origin(at), words)
            pieces.append(content[kept:at] + "#")
            kept = at + 1
        at = following(content, found.end())
    return "".join([*pieces, content[kept:]])


def following(content: str, offset: int) -> int | None:
    """Where a directive stands that only comments part from `offset`."""
    before = _NOTHING.match(content, offset)
    assert before is not None, "it matches nothing, too"
    return before.end() if content.startswith("%", before.end()) else None
