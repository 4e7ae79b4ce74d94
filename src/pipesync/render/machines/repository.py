"""Repository: its folder in a CI job, by which a spec's file names become the repository's own."""

import posixpath
from dataclasses import dataclass

from pipesync.render.machines.notices import STANDARD_INPUT


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the repository's folder, `here` the folder that file names start from; both absolute, or both empty.

    GitHub and GitLab know files by their path from the repository's root, wherever in it a command runs.
    """

    root: str = ""
    here: str = ""

    def path(self, file: str) -> str | None:
        """`file` as the repository names it; as it is where it lies outside, and None if it is no file."""
        if file == STANDARD_INPUT:
            return None
        if not self.root:
            return file
        whole = posixpath.normpath(posixpath.join(self.here, file))
        return whole[len(self.root) + 1 :] if whole.startswith(f"{self.root}/") else file
