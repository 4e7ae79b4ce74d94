"""A real git repository for command line tests, with nothing of this machine's own settings in it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

IDENTITY: Mapping[str, str] = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class Repository:
    """The repository in `folder`; `git` runs commands in it."""

    folder: Path
    settings: tuple[str, ...] = field(default=("-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"))

    @classmethod
    def new(cls, folder: Path, *args: str) -> "Repository":
        made = cls(folder)
        made.git("init", "--quiet", "--initial-branch=main", *args)
        return made

    def git(self, *args: str | Path, stdin: str = "") -> str:
        """What `git ARGS` prints, without the end of the last line."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            ["git", *self.settings, *map(str, args)],
            cwd=self.folder,
            env={**inherited, **IDENTITY},
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.removesuffix("\n")

    def commit(self, message: str = "a change") -> str:
        """Commit all that is in the folder but what a run leaves there; the commit's name."""
        self.git("add", "--all", "--", ".", ":!pipesync.state.json*")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def grow(self, count: int, branch: str = "main") -> None:
        """So many further commits of a branch that change nothing; the work tree is left as it is."""
        start = self.git("rev-parse", branch)
        lines = [
            f"commit refs/heads/{branch}\ncommitter Ann <ann@example.com> {1_780_000_000 + number} +0000\n"
            f"data 1\nx\n{f'from {start}' if not number else ''}\n"
            for number in range(count)
        ]
        self.git("fast-import", "--quiet", stdin="".join(lines))

    def clone(self, to: Path, *args: str) -> "Repository":
        """A clone of it, as CI makes one: over a transport, so that --depth and --filter mean something."""
        self.git("clone", "--quiet", *args, f"file://{self.folder}", to)
        return Repository(to)
