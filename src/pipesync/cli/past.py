"""The spec as it was in a commit: the same set of files, read from git."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipesync.errors import GitError, SpecError
from pipesync.git.commit import Commit, commit, no_commit
from pipesync.git.objects import Objects
from pipesync.git.tree import Entry, Tree
from pipesync.spec.past import Kind, gather_past

if TYPE_CHECKING:
    from pipesync.git.checkout import Checkout
    from pipesync.model import Spec
    from pipesync.spec.files import SpecFile
    from pipesync.spec.findings import Findings


@dataclass(frozen=True, slots=True)
class Past:
    """`spec` is empty where none of its files was there; `contents` are their bytes, by the name of today."""

    commit: str
    spec: "Spec"
    contents: Mapping[str, bytes]


def past_spec(here: "Checkout", found: Objects, ref: str, names: Sequence[str]) -> Past:
    """What the files and folders `names` (none: the working directory) held in `ref`.

    GitError if there is no such commit here, SpecError, with places as `REF:file:line:column`, if the spec there cannot
    be used.
    """
    from pipesync.spec.findings import Findings
    from pipesync.spec.load import spec_of

    findings = Findings()
    commit, files = _gathered(here, found, ref, names, findings)
    try:
        spec = spec_of(files, findings)
    except SpecError as error:
        raise SpecError(error.problems, base=ref) from None
    return Past(commit, spec, _contents(files, ref))


def past_contents(here: "Checkout", found: Objects, ref: str, names: Sequence[str]) -> tuple[str, Mapping[str, bytes]]:
    """The commit that `ref` is, and the bytes of its spec's files, good or bad, by the name of today.

    GitError if there is no such commit here.
    """
    from pipesync.spec.findings import Findings

    commit, files = _gathered(here, found, ref, names, Findings())
    return commit, _contents(files, ref)


def _gathered(
    here: "Checkout", found: Objects, ref: str, names: Sequence[str], findings: "Findings"
) -> "tuple[str, list[SpecFile]]":
    at = _commit(here, found, ref)
    files = _Files(Tree(found, at.tree))
    return at.oid, gather_past(names, files, lambda name: _place(here.top, name), ref, findings)


def _commit(here: "Checkout", found: Objects, ref: str) -> Commit:
    try:
        at = commit(found, ref)
    except BrokenPipeError:
        if found.late:
            raise
        at = None  # git gives up at some names, such as @{upstream} of a branch that has none
    if at is None:
        raise no_commit(here, ref)
    return at


def _contents(files: "Sequence[SpecFile]", ref: str) -> dict[str, bytes]:
    return {file.name.removeprefix(f"{ref}:"): file.content for file in files}


def _place(top: str, name: str) -> str:
    """Where a path of the command line stands in the repository."""
    path = os.path.abspath(name)  # noqa: PTH100  pathlib leaves `..` in
    for each in (path, os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))):  # noqa: PTH118, PTH119, PTH120
        inside = os.path.relpath(each, top)
        if inside != os.pardir and not inside.startswith(os.pardir + os.sep):
            return inside
    raise GitError(
        f"{name} is outside of the repository, so that git does not know what it was",
        where=top,
        next="name files of one repository with --file",
    )


class _Files:
    """A commit's tree as the spec's reader wants it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def kind(self, path: str) -> Kind | None:
        entry = self._tree.at(path)
        return None if entry is None else Kind(entry.kind.value)

    def place(self, path: str) -> str:
        return "/".join(self._entry(path).path)

    def names(self, folder: str) -> Sequence[tuple[str, Kind]]:
        entry = self._tree.at(folder)
        found = self._tree.names(entry) if entry is not None else {}
        return [(name, Kind(each.kind.value)) for name, each in found.items()]

    def read(self, path: str, most: int) -> bytes:
        return self._tree.content(self._entry(path), most)

    def _entry(self, path: str) -> Entry:
        entry = self._tree.at(path)
        assert entry is not None  # its kind was asked for
        return entry
