"""What a database's trouble means, in words of ours: the server's may repeat what was sent."""

from typing import Final

import psycopg

_LOST: Final = "the connection was lost"
_LATE: Final = "no answer in time"
_STOPPING: Final = "the server is stopping, or has cut the connection"
PASSING: Final = frozenset({_LOST, _LATE, _STOPPING})
"""What a later attempt may not meet."""

_REFUSALS: Final = {
    "28": "the user or the password is not the right one",
    "3D": "there is no such database",
    "42501": "the user has no right to do so",
    "25006": "the server is read-only, such as a standby",
    "53": "the server has no room left, or no connection",
    "57": _STOPPING,
    "40": "it collided with another transaction",
}
"""By SQLSTATE or its class: PostgreSQL's documentation, appendix A."""


def words(error: psycopg.Error) -> str:
    """What to tell of `error`: words of ours, for the server's may repeat what was sent."""
    state = error.sqlstate or ""
    known = _REFUSALS.get(state) or _REFUSALS.get(state[:2])
    if known:
        return known
    if state:
        return f"the server answers with SQLSTATE {state}"
    text = str(error)
    signs = (
        ("authentication failed", _REFUSALS["28"]),
        ("no password supplied", "no password was given (PGPASSWORD, ~/.pgpass)"),
        ("does not exist", _REFUSALS["3D"]),
        ("refused", "the connection is refused"),
        ("could not translate host name", "its address is not known"),
        ("name resolution", "its address is not known"),
        ("Name or service not known", "its address is not known"),
        ("certificate", "its certificate is not trusted"),
        ("timeout", _LATE),
    )
    return next((told for sign, told in signs if sign in text), _LOST)
