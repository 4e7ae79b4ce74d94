"""What git adds to a plan: the commit, how many lines of the spec changed, and whether the branch is stale."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipesync.cli import environment
from pipesync.errors import GitError
from pipesync.model import Spec

if TYPE_CHECKING:
    from pipesync.cli.past import Past
    from pipesync.git.checkout import Checkout
    from pipesync.git.objects import Objects
    from pipesync.plan import Finding, LinesChanged, Plan
    from pipesync.state import State


@dataclass(frozen=True, slots=True)
class Named:
    """The spec's files as the command line names them, and the revision to compare with, if it names one."""

    files: tuple[str, ...]
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What git knows for a plan."""

    commit: str | None
    remarks: "tuple[Finding, ...]" = ()
    lines_changed: "LinesChanged | None" = None


def compared(named: Named, ref: str, spec: Spec) -> "tuple[Past, Known]":
    """The spec as it was in `ref`, and what else git knows of a plan that compares with it.

    GitError if there is no such commit here, SpecError if the spec cannot be used there.
    """
    from pipesync import branch
    from pipesync.cli.past import past_spec
    from pipesync.git.commit import relation
    from pipesync.git.objects import objects

    here = _checkout(spec)
    remarks: tuple[Finding, ...] = ()
    with objects(here.git) as found:
        past = past_spec(here, found, ref, named.files)
        if here.head is not None:
            remarks = branch.compared(ref, relation(here, found, past.commit, here.head))
    return past, Known(here.head, remarks, _lines(past.commit, past.contents, spec))


def known(named: Named, spec: Spec, state: "State | None") -> Known:
    """What git knows of a plan against what is live. GitError only if `named.base` is not to be found.

    Without a base, lines are counted since the commit last applied. The commit costs one process of git, and the rest
    one more, where the commit or the spec is another one than that last applied.
    """
    last = state.last_apply if state is not None else None
    applied = last.commit if last is not None else None
    try:
        here = _checkout(spec)
    except GitError:
        if named.base is not None:
            raise
        at = environment.ci_commit()
        return Known(at, _unknown(applied, at))
    at = here.head or environment.ci_commit()
    if named.base is not None:
        return _read(here, named, spec, _Since(named.base, applied, at))
    if last is None or applied is None:
        return Known(at)
    if last.spec != spec.digest:
        return _read(here, named, spec, _Since(None, applied, at))
    return Known(at, _stale(here, applied, at), _lines(applied, {}, None))


def stale_plan(plan: "Plan", state: "State | None") -> "tuple[Finding, ...]":
    """What to say of a saved plan whose commit lacks the one that was applied last, by another plan.

    A plan may be carried out where no checkout is: then nothing, for its changes are checked one by one all the same.
    """
    last = state.last_apply if state is not None else None
    if last is None or plan.commit is None or last.plan == plan.digest:
        return ()
    try:
        here = _at(Path())
    except GitError:
        return ()
    return _stale(here, last.commit, plan.commit)


@dataclass(frozen=True, slots=True)
class _Since:
    """The revision to count lines since (None: the commit last applied), the commit last applied, and this one."""

    base: str | None
    applied: str | None
    at: str | None


def _read(here: "Checkout", named: Named, spec: Spec, since: _Since) -> Known:
    """What one conversation with git tells; as much of it as git can, unless a base was named."""
    from pipesync.git.objects import objects

    remarks = _unknown(since.applied, since.at)
    try:
        with objects(here.git) as found:
            remarks = _told(here, found, since.applied, since.at)
            lines = _lines_since(here, found, named, since.base or _commit(since.applied), spec)
    except GitError:
        if since.base is not None:
            raise
        lines = None  # the commit last applied is not here, or its files are not
    return Known(since.at, remarks, lines)


def _stale(here: "Checkout", applied: str | None, at: str | None) -> "tuple[Finding, ...]":
    """Whether the branch is stale, where nothing else is asked."""
    if applied == at:
        return ()
    from pipesync.git.objects import objects

    try:
        with objects(here.git) as found:
            return _told(here, found, applied, at)
    except GitError:
        return _unknown(applied, at)


def _told(here: "Checkout", found: "Objects", applied: str | None, at: str | None) -> "tuple[Finding, ...]":
    if applied is None or at is None or applied == at:
        return ()
    from pipesync import branch
    from pipesync.git.commit import relation

    return branch.applied(applied, relation(here, found, applied, at))


def _unknown(applied: str | None, at: str | None) -> "tuple[Finding, ...]":
    if applied is None or at is None or applied == at:
        return ()
    from pipesync import branch

    return branch.applied(applied, branch.Relation.UNKNOWN)


def _checkout(spec: Spec) -> "Checkout":
    named = [Path(file) for file in spec.files if file != "-"]
    return _at(named[0].parent if named else Path())


def _at(folder: Path) -> "Checkout":
    from pipesync.git.checkout import checkout
    from pipesync.git.command import Git

    return checkout(Git(str(folder), os.environ))


def _commit(applied: str | None) -> str | None:
    """The commit last applied, if it is written as one: a state holds what CI said."""
    from pipesync.git.checkout import is_commit

    return applied if applied is not None and is_commit(applied) else None


def _lines_since(
    here: "Checkout", found: "Objects", named: Named, ref: str | None, spec: Spec
) -> "LinesChanged | None":
    from pipesync.cli.past import past_contents

    if ref is None or "-" in spec.files:  # what was on standard input, git does not know
        return None
    commit, before = past_contents(here, found, ref, named.files)
    return _lines(commit, before, spec)


def _lines(since: str, before: Mapping[str, bytes], spec: Spec | None) -> "LinesChanged":
    """The lines that differ from `before`; without a spec none does."""
    from pipesync.lines import changed
    from pipesync.plan import LinesChanged

    now = {file: Path(file).read_bytes() for file in spec.files} if spec is not None else {}
    found = changed(before, now)
    return LinesChanged(lines=found.lines, files=found.files, since=since)
