"""The policy that a command judges by: the named file, or the working directory's."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipesync.cli.reading import load_spec
from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.policy import FILE

if TYPE_CHECKING:
    from pipesync.compliance import AppliedPolicy
    from pipesync.policy.rules import Policy


def load_policy(path: Path | None) -> "Policy | None":
    """The policy at `path`, else the working directory's, if it has one; PolicyError with every problem."""
    if path is None and not os.path.lexists(FILE):
        return None
    from pipesync.policy_file.load import load

    return load(path or Path(FILE))


def load_both(files: tuple[str, ...], path: Path | None) -> "tuple[Spec, Policy | None]":
    """The spec, and the policy to judge it by; SpecError with every problem of both."""
    try:
        spec = load_spec(files)
    except SpecError as error:
        try:
            load_policy(path)
        except SpecError as other:
            raise SpecError([*error.problems, *other.problems]) from None
        raise
    return spec, load_policy(path)


def applied(policy: "Policy | None", files: Iterable[str], *, without_api: bool = False) -> "AppliedPolicy | None":
    """The policy, ready to judge steps of these spec files, where services can be looked up or `without_api`."""
    if policy is None:
        return None
    from pipesync.compliance import AppliedPolicy

    return AppliedPolicy(policy, paths_from_here(files), without_api)


def paths_from_here(files: Iterable[str]) -> dict[str, str]:
    """Each file's path from the working directory, links followed: what scopes are about, however it was named."""
    here = os.path.realpath(".")
    return {file: file if file == "-" else os.path.relpath(os.path.realpath(file), here) for file in files}


def policy_paths(policy: "Policy | None") -> list[Path]:
    """The policy's file, as something that a command reads."""
    return [] if policy is None else [Path(policy.file)]
