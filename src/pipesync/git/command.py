"""Runs git: with arguments that stand here, in surroundings in which it runs, fetches and asks nothing."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipesync.errors import GitError

SECONDS: Final = 30
"""How long git may take: it answers from the disk within milliseconds, and a plan in CI must not hang."""

_FIXED: Final = (
    "--no-pager",
    "--no-replace-objects",  # refs/replace/ could show other content under a commit's name
    "--no-optional-locks",
    *("-c", "core.fsmonitor=false"),  # a program that the repository's settings may name; so is the next
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),  # a partial clone would fetch what it lacks
    *("-c", "safe.bareRepository=explicit"),  # a folder of the checkout may look like a repository
)

_KEPT: Final = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH")
"""Variables of git that say how this machine is set up; CI gives `safe.directory` by GIT_CONFIG_COUNT and so on. The
others name another repository, index or program: a hook that runs pipesync hands them down."""

_SET: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@dataclass(frozen=True, slots=True)
class Git:
    """git in `folder`; `env` is the environment that its own is made of."""

    folder: str
    env: Mapping[str, str]

    def run(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        """What `git ARGS` said, whatever its exit code is; GitError if git is not here, or does not come to an end."""
        try:
            return subprocess.run(  # noqa: S603  fixed commands, and values that no option can be
                self.argv(*args),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env=self.surroundings(),
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise too_slow(self.folder) from None
        except OSError as error:
            raise missing(error) from None

    def argv(self, *args: str) -> list[str]:
        return ["git", *_FIXED, "-C", self.folder, *args]

    def surroundings(self) -> dict[str, str]:
        """`env` without what would lead git elsewhere."""
        kept = {
            name: value for name, value in self.env.items() if not name.startswith("GIT_") or name.startswith(_KEPT)
        }
        return {**kept, **_SET}


def missing(error: OSError) -> GitError:
    return GitError(f"git cannot be run: {error.strerror}", next="install git, or put it on PATH")


def too_slow(folder: str) -> GitError:
    return GitError(
        f"git has not answered within {SECONDS} seconds", where=os.path.realpath(folder), next="run `git fsck` there"
    )


def words(stderr: bytes) -> str:
    """What git says of its trouble: its first line, or the one that it ended with; it may hold any names."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return next(iter((*fatal, *lines)), "no reason given")
