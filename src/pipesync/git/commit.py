"""Commits: the one that a name means, and whether the history of one holds another."""

import re
from typing import Final, NamedTuple

from pipesync.branch import Relation
from pipesync.errors import GitError
from pipesync.git.checkout import Checkout, is_commit
from pipesync.git.objects import Objects

_MOST_BYTES: Final = 1024 * 1024
"""Of a commit: its tree and its parents stand at the beginning, before names and message."""

NEAR: Final = 50
"""Commits that are looked at one by one: each takes 0.07 ms, and another process of git 3 ms (measured)."""

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
"""Names that a command can be written with, as they are."""


class Commit(NamedTuple):
    """`parents` are those that the commit itself names, also where a shallow clone lacks them."""

    oid: str
    tree: str
    parents: tuple[str, ...]


def commit(found: Objects, name: str) -> Commit | None:
    """The commit that `name` (one line) means; None if there is none here."""
    answer = found.find(f"{name}^{{commit}}", _MOST_BYTES)
    if answer is None or answer.type != "commit":
        return None
    head = answer.content.split(b"\n\n", 1)[0].decode("utf-8", "replace").split("\n")
    named = [line.partition(" ") for line in head]
    tree = next(value for key, _, value in named if key == "tree")
    return Commit(answer.oid, tree, tuple(value for key, _, value in named if key == "parent"))


def no_commit(checkout: Checkout, ref: str) -> GitError:
    """The error that tells how to get a commit that is not here."""
    return GitError(f"there is no commit {ref} in this clone", where=checkout.top, next=_how_to_get(checkout, ref))


def _how_to_get(checkout: Checkout, ref: str) -> str:
    if not _PLAIN.fullmatch(ref):
        return f"check the name{_SHALLOW if checkout.shallow else '; it may have to be fetched first'}"
    if is_commit(ref):
        fetch = f"git fetch --depth=1 origin {ref}"
    else:
        branch = ref.removeprefix("refs/remotes/").removeprefix("origin/")
        fetch = f"git fetch --depth=1 origin +refs/heads/{branch}:refs/remotes/origin/{branch}"
        if not ref.removeprefix("refs/remotes/").startswith("origin/"):
            fetch += f", and name it as origin/{branch}"
    if not checkout.shallow:
        fetch = fetch.replace(" --depth=1", "")
    return f"check the name, or fetch it: {fetch}{_SHALLOW if checkout.shallow else ''}"


_SHALLOW = "; this clone is shallow: in GitHub Actions fetch-depth: 0 gets all, in GitLab CI GIT_DEPTH: 0"


def relation(checkout: Checkout, found: Objects, other: str, head: str) -> Relation:
    """Whether the history of `head` holds the commit `other`; both are whole names.

    A complete history that does not know `other` lacks it. In a shallow one a parent may be named that is not here:
    a pull request's merge commit, which CI checks out alone, names the target branch so.
    """
    if other == head:
        return Relation.HOLDS
    if not (is_commit(other) and is_commit(head)):
        return Relation.UNKNOWN
    near = _is_near(found, other, head)
    if near is None:
        near = checkout.git.run("merge-base", "--is-ancestor", other, head).returncode == 0
    if near:
        return Relation.HOLDS
    return Relation.UNKNOWN if checkout.shallow or commit(found, head) is None else Relation.LACKS


def _is_near(found: Objects, other: str, head: str) -> bool | None:
    """Whether `other` is among the commits that `head` and those before it name, the nearest first; None: not near.

    Most often it is a few commits away, and to look at those costs less than one more process.
    """
    seen, now = {head}, [head]
    while now and len(seen) <= NEAR:
        known = [each for name in now if (each := commit(found, name)) is not None]
        now = [name for name in dict.fromkeys(parent for each in known for parent in each.parents) if name not in seen]
        seen.update(now)
        if other in seen:
            return True
    return False if not now else None
