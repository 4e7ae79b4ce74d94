"""Which files a set of specs consisted of in another tree of files, such as a commit's; by the same rules as today's.

A file that is not there is no problem: a spec has its beginnings.
"""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import Final, Protocol

from pipesync.model import Origin
from pipesync.spec.files import MAIN_NAMES, PIPELINES_FOLDER, SUFFIXES, SpecFile
from pipesync.spec.findings import Findings
from pipesync.spec.text import MOST_BYTES
from pipesync.spec.wording import printable, shown_name


class Kind(StrEnum):
    """What stands at a path; OUTSIDE is where a link leads that leaves the tree."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SUBMODULE = "submodule"
    OUTSIDE = "outside"


class Files(Protocol):
    """A tree of files; paths are `/`-separated, from its top."""

    def kind(self, path: str) -> Kind | None:
        """What stands at `path`, links followed; None if nothing."""

    def place(self, path: str) -> str:
        """The path without links."""

    def names(self, folder: str) -> Sequence[tuple[str, Kind]]:
        """What stands in a folder, links not followed."""

    def read(self, path: str, most: int) -> bytes:
        """At most `most` + 1 bytes of a file."""


def gather_past(
    paths: Sequence[str], files: Files, place: Callable[[str], str], label: str, findings: Findings
) -> list[SpecFile]:
    """The files that `paths` named, in order, each once; `place` says where in `files` such a path is.

    Their names are `label:` and the name that they would have today.
    """
    found: dict[str, SpecFile] = {}
    for name in _names(paths or (".",), files, place, label, findings):
        where, at = f"{label}:{name}", place(name)
        if not name.isprintable():
            words = f"the file name {shown_name(name)} has characters that cannot be printed; rename the file"
            _find(findings, where, words)
            continue
        kind = files.kind(at)
        if kind is None:
            continue
        if kind is not Kind.FILE:
            _find(findings, where, _WORDS[kind])
            continue
        real = files.place(at)
        if real not in found:
            found[real] = SpecFile(where, files.read(at, MOST_BYTES))
    return list(found.values())


_LINK: Final = "this is a link to a folder, which is not followed"

_WORDS: Final = {
    Kind.FOLDER: "this is a folder, where a file was expected",
    Kind.LINK: _LINK,
    Kind.SUBMODULE: "this is in a submodule, whose files are not in this repository",
    Kind.OUTSIDE: "this is a link out of the repository, whose files are not in its history",
}


def _names(
    paths: Sequence[str], files: Files, place: Callable[[str], str], label: str, findings: Findings
) -> Iterator[str]:
    for path in paths:
        if files.kind(place(path)) is not Kind.FOLDER:
            yield path
            continue
        inside = "" if path in {".", "./"} else path
        main = [name for name in MAIN_NAMES if files.kind(place(posixpath.join(inside, name))) is not None]
        if len(main) > 1:
            where = f"{label}:{posixpath.join(inside, main[1])}"
            _find(findings, where, f"the folder holds {main[0]} too; keep one of them")
        yield from (posixpath.join(inside, name) for name in main[:1])
        start = posixpath.join(inside, PIPELINES_FOLDER)
        yield from sorted(_pipeline_files(start, files, place, label, findings), key=lambda name: PurePath(name).parts)


def _pipeline_files(
    start: str, files: Files, place: Callable[[str], str], label: str, findings: Findings
) -> Iterator[str]:
    """The YAML files in `start`, without hidden names, and without following links to folders."""
    if files.kind(place(start)) is Kind.SUBMODULE:
        yield start
    todo = [start]
    while todo:
        folder = todo.pop()
        for name, kind in files.names(place(folder)):
            path = posixpath.join(folder, name)
            if name.startswith("."):
                continue
            if kind is Kind.FOLDER:
                todo.append(path)
            elif kind is Kind.LINK and files.kind(place(path)) is Kind.FOLDER:
                _find(findings, f"{label}:{path}", _LINK)
            elif kind is Kind.SUBMODULE:
                _find(findings, f"{label}:{path}", _WORDS[kind])
            if name.endswith(SUFFIXES) and kind in {Kind.FILE, Kind.LINK}:
                yield path


def _find(findings: Findings, name: str, message: str) -> None:
    findings.add(Origin(printable(name), 1, 1), message)
