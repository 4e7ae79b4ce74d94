"""Where a page of Markdown is posted: how long it may be, which comment it is, and whom it may call."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

GITHUB: Final = 65_536
"""Characters of a comment on GitHub; Bitbucket Server takes 32,768, Azure DevOps 150,000, GitLab 1,000,000 (Atlantis
counts so, `server/events/vcs`)."""

LEAST: Final = 1_000
"""Room for the counts, the risk, what stands against the plan, and its digest."""

ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/]|-(?!-)){0,63}(?<!-)")
"""What may stand in an HTML comment without ending it; our own bound."""

MENTIONS: Final = 50
"""Our own bound: who calls more calls nobody in particular."""

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}"
_TEAM = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?"
_OWNER: Final = re.compile(rf"@(?!(?:all|channel|everyone|here)\Z){_NAME}(?:/{_TEAM})?", re.IGNORECASE)
"""`@user` or `@org/team`; the words are those by which a forge or a chat calls everybody."""


@dataclass(frozen=True, slots=True)
class Posting:
    """`limit` in characters, at least LEAST; `id` tells several plans of one repository apart (ID).

    `quiet_if_empty`: a plan with nothing to say is an empty text. `mention_owners`: the owners of the touched
    pipelines are called. `artifact` is the file that holds all of it, for the reader of a shortened page.
    """

    limit: int = GITHUB
    id: str | None = None
    quiet_if_empty: bool = False
    mention_owners: bool = False
    artifact: str | None = None

    def __post_init__(self) -> None:
        if self.limit < LEAST:
            raise ValueError(f"a comment takes at least {LEAST} characters")
        if self.id is not None and ID.fullmatch(self.id) is None:
            raise ValueError(f"{self.id!r} is no id of a comment")

    def marker(self, kind: str) -> str:
        """The first line, by which a CI job finds the comment that it wrote before."""
        return f"<!-- pipesync:{kind} -->" if self.id is None else f"<!-- pipesync:{kind} {self.id} -->"


ON_GITHUB: Final = Posting()
"""Where nothing else is said."""


def size(text: str) -> int:
    """Characters as the strictest surface counts them: one beyond the first 65,536 of Unicode is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def mentioned(owners: Iterable[str]) -> tuple[str, ...]:
    """The owners that are a user or a team, and nothing else."""
    return tuple(owner for owner in owners if _OWNER.fullmatch(owner) is not None)[:MENTIONS]
