"""The files of a commit, read one folder at a time, with links followed as the file system follows them."""

import os
from enum import Enum
from typing import Final, NamedTuple

from pipesync.errors import GitError
from pipesync.git.objects import Objects

MOST_LINKS: Final = 40
"""Links on the way to one file: Linux gives up after as many (MAXSYMLINKS)."""

MOST_TREE_BYTES: Final = 10 * 1024 * 1024
"""The largest folder that is read, which is some 200,000 names; as much as of one spec file."""

_LONGEST_TARGET: Final = 4096
"""Bytes of a link's target: Linux's PATH_MAX."""


class Kind(Enum):
    """What stands at a path; OUTSIDE is where a link out of the repository leads."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SUBMODULE = "submodule"
    OUTSIDE = "outside"


class Entry(NamedTuple):
    kind: Kind
    oid: str
    path: tuple[str, ...] = ()


_KINDS: Final = {"40": Kind.FOLDER, "12": Kind.LINK, "16": Kind.SUBMODULE, "10": Kind.FILE}
"""By the first digits of the mode; git has no others."""


class Tree:
    """The files of one commit."""

    def __init__(self, objects: Objects, oid: str) -> None:
        """`oid` is that of the commit's tree."""
        self._objects = objects
        self._root = Entry(Kind.FOLDER, oid)
        self._folders: dict[str, dict[str, Entry]] = {}

    def at(self, path: str) -> Entry | None:
        """What stands at `path` from the top, links followed: with the path that it really has; None if nothing."""
        todo = _parts(path)
        trail = [self._root]
        links = 0
        while todo:
            part = todo.pop()
            if trail[-1].kind is Kind.SUBMODULE:
                return trail[-1]
            if part == "..":
                trail.pop()
                if not trail:
                    return Entry(Kind.OUTSIDE, "")
                continue
            entry = self.names(trail[-1]).get(part)
            if entry is None:
                return None
            if entry.kind is not Kind.LINK:
                trail.append(entry._replace(path=(*trail[-1].path, part)))
                continue
            links += 1
            target = os.fsdecode(self.content(entry, _LONGEST_TARGET))
            if links > MOST_LINKS or target.startswith("/"):
                return Entry(Kind.OUTSIDE, "")
            todo += _parts(target)
        return trail[-1]

    def names(self, folder: Entry) -> dict[str, Entry]:
        """What stands in a folder, links not followed; nothing if it is none."""
        if folder.kind is not Kind.FOLDER:
            return {}
        if folder.oid not in self._folders:
            self._folders[folder.oid] = _entries(self._content(folder.oid, MOST_TREE_BYTES), len(folder.oid) // 2)
        return self._folders[folder.oid]

    def content(self, file: Entry, most: int) -> bytes:
        """At most `most` + 1 bytes of a file, or of what a link says."""
        return self._content(file.oid, most)

    def _content(self, oid: str, most: int) -> bytes:
        found = self._objects.find(oid, most)
        if found is None:
            raise GitError(
                "this clone lacks a part of that commit", where=f"object {oid}", next="run `git fsck`, or clone anew"
            )
        return found.content


def _parts(path: str) -> list[str]:
    """The parts of a path, the last one first."""
    return [part for part in reversed(path.split("/")) if part not in {"", "."}]


def _entries(content: bytes, width: int) -> dict[str, Entry]:
    """The entries of a tree object: `MODE SP NAME NUL` and `width` bytes of the object's name, each."""
    found: dict[str, Entry] = {}
    at = 0
    while (end := content.find(b"\0", at)) >= 0:
        mode, _, name = content[at:end].partition(b" ")
        at = end + 1 + width
        kind = _KINDS.get(mode[:2].decode("ascii", "replace"), Kind.FILE)
        found[os.fsdecode(name)] = Entry(kind, content[end + 1 : at].hex())
    return found
