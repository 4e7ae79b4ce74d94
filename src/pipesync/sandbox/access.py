"""Who a request comes from, and which projects that token may read and write."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.world import World, WorldToken

SCHEMES: Final = frozenset({"bearer", "aivenv1"})
"""The documentation's examples send `Bearer`, Aiven's own clients `aivenv1`."""

ANYBODY: Final = WorldToken(token="any", user="sandbox@example.org")  # noqa: S106  stands for every token


@dataclass(frozen=True, slots=True)
class Access:
    """What one token may do."""

    token: WorldToken

    @property
    def user(self) -> str:
        return self.token.user

    @property
    def reads_everything(self) -> bool:
        return "*" in self.token.read or self.writes_everything

    @property
    def writes_everything(self) -> bool:
        return "*" in self.token.write

    def can_write(self, project: str) -> bool:
        return any(fnmatchcase(project, glob) for glob in self.token.write)

    def can_read(self, project: str) -> bool:
        return self.can_write(project) or any(fnmatchcase(project, glob) for glob in self.token.read)


def access_of(world: World, authorization: str | None) -> Access:
    """What the `Authorization` header gives access to; refuses a missing token (401) and a wrong one (403)."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() not in SCHEMES or not token:
        raise RefusalError("Authentication required: send `Authorization: Bearer TOKEN`", status=401)
    if not world.tokens:
        return Access(ANYBODY)
    for known in world.tokens:
        if known.token == token:
            return Access(known)
    raise RefusalError("Invalid token", "authentication_failed")
