"""What `--only` and `--exclude` mean: globs over the names that a step goes by."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase


def names_of(address: str, pipeline: str | None) -> tuple[str, ...]:
    """What a pattern may name a step by: its address, and its pipeline if it has one."""
    return (address,) if pipeline is None else (address, pipeline)


def named(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether any of `patterns` matches any of `names`."""
    names = tuple(names)
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def selected(names: Sequence[str], only: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a step of these names is meant: by `only` if that says anything, and not by `exclude`."""
    return (not only or named(names, only)) and not named(names, exclude)
