"""Whether a checkout's history holds a commit that others have built on: the decision, as a finding.

A branch that lacks the commit last applied holds the spec as it was before; to apply it takes back what was applied
since. Nothing is read here.
"""

from enum import Enum, auto
from typing import Final

from pipesync.plan import Finding

SHOWN: Final = 12
"""Characters of a commit's name in a sentence; git itself shows 7 to 12, as the repository's size wants."""


class Relation(Enum):
    """How a history stands to a commit: a history that is not here in full can only ever tell that it holds one."""

    HOLDS = auto()
    LACKS = auto()
    UNKNOWN = auto()


def short(commit: str) -> str:
    return commit[:SHOWN]


def applied(commit: str, relation: Relation) -> tuple[Finding, ...]:
    """What to say of the commit last applied, which is not the one that is checked out."""
    if relation is Relation.HOLDS:
        return ()
    if relation is Relation.LACKS:
        return (
            Finding(
                code="stale_branch",
                message=f"this checkout lacks commit {short(commit)}, which was applied last: what came with it, and "
                "is not here, would be taken back",
                next=f"merge commit {short(commit)}, or rebase onto it, and plan again",
            ),
        )
    return (
        Finding(
            code="history_unknown",
            message=f"whether this checkout holds commit {short(commit)}, which was applied last, cannot be told: "
            "its history is not here; if it lacks it, what came with that commit would be taken back",
            next=FETCH,
        ),
    )


FETCH: Final = "fetch the history: git fetch --unshallow; in GitHub Actions fetch-depth: 0, in GitLab CI GIT_DEPTH: 0"


def compared(ref: str, relation: Relation) -> tuple[Finding, ...]:
    """What to say of the commit that the spec is compared with."""
    if relation is Relation.HOLDS:
        return ()
    if relation is Relation.LACKS:
        return (
            Finding(
                code="stale_branch",
                message=f"this checkout lacks commits of {ref}: what came with them, and is not here, shows as taken "
                "back",
                next=f"merge {ref}, or rebase onto it; or compare with the commit where this branch "
                "began, which git merge-base tells",
            ),
        )
    return (
        Finding(
            code="history_unknown",
            message=f"whether this checkout holds all of {ref} cannot be told: its history is not here; what it lacks "
            "shows as taken back",
            next=FETCH,
        ),
    )
