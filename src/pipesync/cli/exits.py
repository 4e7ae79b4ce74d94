"""Exit codes, and errors in words: what, where, what to do next."""

from enum import IntEnum

from pipesync.errors import (
    LockedError,
    PipesyncError,
    RefusedError,
    SpecError,
    StalePlanError,
)


class Exit(IntEnum):
    """What a command's exit code means; the contract's table."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    LOCKED = 4
    STALE = 5
    USAGE = 64
    INTERRUPTED = 130
    TERMINATED = 143


_WORST_FIRST = (
    Exit.INTERRUPTED,
    Exit.TERMINATED,
    Exit.ERROR,
    Exit.REFUSED,
    Exit.STALE,
    Exit.LOCKED,
    Exit.CHANGES,
    Exit.DONE,
)


def worst(*codes: Exit) -> Exit:
    """The one that wins when several apply."""
    return min(codes, key=_WORST_FIRST.index, default=Exit.DONE)


def code_of(error: PipesyncError) -> Exit:
    match error:
        case LockedError():
            return Exit.LOCKED
        case StalePlanError():
            return Exit.STALE
        case RefusedError():
            return Exit.REFUSED
        case _:
            return Exit.ERROR


def words(error: PipesyncError) -> list[str]:
    """The lines of an error, without control characters: `Error: what`, where, what to do next."""
    from pipesync.render.escape import line as safe

    lines = [f"Error: {safe(error.what)}"]
    if isinstance(error, SpecError):
        lines += [f"  {safe(f'{one.origin}: {one.kind}: {one.message}')}" for one in error.problems]
    if error.where:
        lines += [f"  {safe(line)}" for line in error.where.splitlines()]
    if error.next:
        lines.append(f"  {safe(error.next)}")
    return lines
