"""Where a folder is checked out: the top of its repository, the commit at HEAD, and how much of the history is here."""

import os
import re
import shlex
from dataclasses import dataclass
from typing import Final

from pipesync.errors import GitError
from pipesync.git.command import Git, words

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""A whole object name: SHA-1 or SHA-256."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """`head` is None before the first commit; a `shallow` history ends before its beginning."""

    git: Git
    top: str
    head: str | None
    shallow: bool


def checkout(git: Git) -> Checkout:
    """Where `git.folder` is checked out; GitError if it is no part of a repository's work tree."""
    said = git.run("rev-parse", "--show-toplevel", "--is-shallow-repository", "--verify", "--quiet", "HEAD")
    lines = os.fsdecode(said.stdout).split("\n")
    head = lines[-2] if len(lines) > 1 and is_commit(lines[-2]) else None
    rest = lines[: -2 if head else -1]  # the name of a folder may hold a line feed
    if len(rest) > 1 and rest[-1] in {"true", "false"}:
        return Checkout(git, "\n".join(rest[:-1]), head, rest[-1] == "true")
    raise _no_checkout(git, said.stderr)


def is_commit(text: str) -> bool:
    """Whether `text` is written as the whole name of a commit is."""
    return _COMMIT.fullmatch(text) is not None


def _no_checkout(git: Git, stderr: bytes) -> GitError:
    reason = words(stderr)
    if "dubious ownership" in reason:
        folder = os.path.realpath(git.folder)
        return GitError(
            "git does not read this repository, for it is owned by another user",
            where=reason,
            next=f"if you trust it: git config --global --add safe.directory {shlex.quote(_quoted(reason) or folder)}",
        )
    return GitError(
        f"there is no git checkout here: {reason}",
        where=os.path.realpath(git.folder),
        next="run this in a git checkout",
    )


def _quoted(reason: str) -> str | None:
    """The repository's folder, as git names it."""
    match = re.search(r"'(.*)'", reason)
    return match[1] if match else None
