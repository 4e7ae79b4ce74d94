r"""A port of the rules by which CI runners find commands in a job's log, to test what we print against.

GitHub's runner (actions/runner, `ActionCommand.cs`): `::name key=value,key=value::data` at a line's start, even after
spaces, else `##[name key=value;key=value]data` anywhere in it. Azure Pipelines: `##vso[…]` and `##[…]` anywhere;
TeamCity: `##teamcity[…]`; GitLab: `section_start:TIME:NAME\r` and `section_end:` anywhere. Here every name is one that
the runner knows, and characters that cannot be seen do not keep it from seeing the rest: stricter than any of them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ANNOTATIONS = frozenset({"error", "warning", "notice"})

_UNESCAPED = (("%0D", "\r"), ("%0A", "\n"))
_PROPERTY = (*_UNESCAPED, ("%3A", ":"), ("%2C", ","))


@dataclass(frozen=True)
class Command:
    """What a runner would do; `properties` and `data` are unescaped, as it would use them."""

    name: str
    properties: tuple[tuple[str, str], ...] = ()
    data: str = ""


def commands(log: str) -> list[Command]:
    """Every command in a log, in its order."""
    found = [Command(match[0]) for match in re.finditer(r"section_(?:start|end):\d+:[^\r\n]*\r", log)]
    for line in re.split(r"\r\n|\r|\n", log):
        seen = "".join(each for each in line if unicodedata.category(each) != "Cf")
        found += _double_colon(seen) or _bracketed(seen)
    return found


def _double_colon(line: str) -> list[Command]:
    start = line.lstrip()
    end = start.find("::", 2)
    if not start.startswith("::") or end < 0:
        return []
    name, _, properties = start[2:end].partition(" ")
    return [Command(name, tuple(_pairs(properties, ",")), _unescape(start[end + 2 :], _UNESCAPED))]


def _bracketed(line: str) -> list[Command]:
    return [
        Command(name, tuple(_pairs(properties, ";")), data)
        for name, properties, data in re.findall(r"##(?:vso|teamcity)?\[([^ \]]*) ?([^\]]*)\](.*)", line)
    ]


def _pairs(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for each in text.strip().split(separator):
        key, equals, value = each.partition("=")
        if equals:
            yield key, _unescape(value, _PROPERTY)


def _unescape(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for escaped, character in table:
        text = text.replace(escaped, character)
    return text.replace("%25", "%")
