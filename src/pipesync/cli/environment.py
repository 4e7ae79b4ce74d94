"""Who runs this, where, and from which commit; CI services are recognised by their variables."""

import os
import re
import socket
import uuid
from datetime import UTC, datetime
from getpass import getuser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pipesync.store.lock import LockInfo

_RUN_VARIABLES = ("CI_JOB_URL", "BUILD_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL")
"""Each holds the address of the run: GitLab, Jenkins, Buildkite, CircleCI."""

_ACTOR_VARIABLES = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "CIRCLE_USERNAME")

_COMMIT_VARIABLES = ("GITHUB_SHA", "CI_COMMIT_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT", "CIRCLE_SHA1")

_LOGIN: Final = re.compile(r"(?<=://)[^/?#]*@")


def ci_url() -> str | None:
    """The page of the CI run, or None outside CI; without a user and password, for it is kept and shown."""
    page = _page()
    return None if page is None else _LOGIN.sub("", page)


def _page() -> str | None:
    env = {name: _readable(value) for name, value in os.environ.items()}
    if env.get("GITHUB_RUN_ID"):
        return f"{env.get('GITHUB_SERVER_URL')}/{env.get('GITHUB_REPOSITORY')}/actions/runs/{env['GITHUB_RUN_ID']}"
    if env.get("BUILD_BUILDID"):
        base = f"{env.get('SYSTEM_COLLECTIONURI', '')}{env.get('SYSTEM_TEAMPROJECT', '')}"
        return f"{base}/_build/results?buildId={env['BUILD_BUILDID']}"
    return _first(_RUN_VARIABLES)


def who() -> str:
    """The person or account behind the run."""
    actor = _first(_ACTOR_VARIABLES)
    if actor:
        return actor
    try:
        return _readable(getuser())
    except (KeyError, OSError, ImportError):  # no account of that number, and no variable names one
        return "unknown"


def ci_commit() -> str | None:
    """The commit that CI says it is at; None if nobody knows. A checkout knows better."""
    return _first(_COMMIT_VARIABLES)


def now() -> str:
    """UTC, to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def lock_info() -> "LockInfo":
    """What the lock says of this process."""
    from pipesync.store.lock import LockInfo

    return LockInfo(
        lock_id=str(uuid.uuid4()),
        who=who(),
        host=_readable(socket.gethostname()),
        pid=os.getpid(),
        ci_url=ci_url(),
        since=now(),
    )


def _first(names: tuple[str, ...]) -> str | None:
    return next((_readable(os.environ[name]) for name in names if os.environ.get(name)), None)


def _readable(text: str) -> str:
    """What the system said, as text: bytes that are none are marked, for a file of JSON cannot hold them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
