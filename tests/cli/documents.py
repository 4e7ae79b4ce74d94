"""Documents as scripts: the parts of a Markdown page that a test carries out, in their order, by section."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Put:
    """`<!-- file: NAME -->` before a block: its text is what the file holds from here on."""

    name: str
    text: str


@dataclass(frozen=True)
class Meanwhile:
    """`<!-- meanwhile: … -->`: what happens elsewhere, and a reader is told in words."""

    what: str


@dataclass(frozen=True)
class Command:
    """A line after `$ ` in a console block, and the lines that it is said to print."""

    line: str
    shown: tuple[str, ...]

    def missing_in(self, said: str) -> list[str]:
        """The lines of `shown` that `said` does not have; `…` stands for anything."""
        printed = said.splitlines()
        patterns = [(line, ".*".join(map(re.escape, line.rstrip().split("…")))) for line in self.shown]
        return [line for line, pattern in patterns if not any(re.fullmatch(pattern, one.rstrip()) for one in printed)]


Part = Put | Meanwhile | Command

_PARTS: Final = re.compile(
    r"^<!-- file: (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```"
    r"|^<!-- meanwhile: (?P<what>.*?) -->$"
    r"|^```console\n(?P<console>.*?)^```",
    re.MULTILINE | re.DOTALL,
)


def sections(name: str) -> Mapping[str, tuple[Part, ...]]:
    """The parts of each `## ` section of a page of docs/; those before the first one under an empty title."""
    text = (DOCS / name).read_text("utf-8")
    titles = ["", *re.findall(r"^## (.+)$", text, re.MULTILINE)]
    return dict(zip(titles, map(_parts, re.split(r"^## .+$", text, flags=re.MULTILINE)), strict=True))


def _parts(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for match in _PARTS.finditer(text):
        if match["file"]:
            found.append(Put(match["file"], match["text"]))
        elif match["what"]:
            found.append(Meanwhile(match["what"]))
        else:
            entries = re.split(r"^\$ ", match["console"], flags=re.MULTILINE)[1:]
            found += [Command(line, tuple(shown)) for line, *shown in map(str.splitlines, entries)]
    return tuple(found)
