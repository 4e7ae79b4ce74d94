"""Where the token comes from: a named file, the environment, or the credentials of `avn`; never an argument."""

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

from pipesync.aiven.token import Token
from pipesync.errors import PipesyncError

VARIABLES = ("PIPESYNC_TOKEN", "AIVEN_TOKEN", "AIVEN_AUTH_TOKEN")
"""Ours, then that of Terraform and the Go clients, then that of `avn`."""


LONGEST = 64 * 1024
"""Bytes of a token file that are read: many times any token, and no device can fill the memory."""


def find(token_file: Path | None, warn: Callable[[str], None]) -> Token:
    """The first token there is; PipesyncError if there is none or its file is of no use.

    `warn` is told when others may read the file.
    """
    if token_file is not None:
        return Token(_read(token_file, warn).strip(), f"the file {token_file}")
    for name in VARIABLES:
        if value := os.environ.get(name, "").strip():
            return Token(value, f"the variable {name}")
    path = credentials_file()
    if os.access(path, os.F_OK):
        return _from_avn(path, warn)
    raise PipesyncError(
        "there is no Aiven token",
        where=f"looked at --token-file, {', '.join(VARIABLES)} and {path}",
        next="set PIPESYNC_TOKEN, or log in with `avn user login`",
    )


def credentials_file() -> Path:
    """Where `avn` keeps its token."""
    if named := os.environ.get("AIVEN_CREDENTIALS_FILE"):
        return Path(named)
    folder = os.environ.get("AIVEN_CONFIG_DIR") or "~/.config/aiven"
    # Unlike Path.expanduser, this leaves ~ as it is for an account without a home, as containers have them.
    return Path(os.path.expanduser(folder)) / "aiven-credentials.json"  # noqa: PTH111


def _from_avn(path: Path, warn: Callable[[str], None]) -> Token:
    try:
        found = json.loads(_read(path, warn))
        secret = found["auth_token"]
    except (ValueError, KeyError, TypeError, RecursionError):
        secret = None
    if not isinstance(secret, str):
        raise PipesyncError(
            "the credentials file of avn holds no token", where=str(path), next="log in again with `avn user login`"
        )
    return Token(secret.strip(), f"avn's credentials file {path}")


def _read(path: Path, warn: Callable[[str], None]) -> str:
    try:
        text = _bounded(path).decode()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise PipesyncError(
            f"the token file cannot be read: {reason}",
            where=str(path),
            next="name a file that holds nothing but the token",
        ) from None
    if stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
        warn(f"Warning: others may read the token file {path}; `chmod 600 {path}` closes it")
    return text


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise OSError(errno.EFBIG, f"it is longer than {LONGEST:,} bytes")
    return content
