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

    here = _checkout(spec)
    past = past_spec(here, ref, named.files)
    remarks: tuple[Finding, ...] = ()
    if here.head is not None:
        remarks = branch.compared(ref, relation(here, past.commit, here.head))
    return past, Known(here.head, remarks, _lines(past.commit, past.contents, spec))


def known(named: Named, spec: Spec, state: "State | None") -> Known:
    """What git knows of a plan against what is live. GitError only if `named.base` is not to be found.

    Without a base, lines are counted since the commit last applied. The commit costs one process of git, the history
    and the lines one each, where they are another commit's and another spec's than those last applied.
    """
    last = state.last_apply if state is not None else None
    applied = last.commit if last is not None else None
    try:
        here = _checkout(spec)
    except GitError:
        if named.base is not None:
            raise
        at = environment.ci_commit()
        return Known(at, _stale(None, applied, at))
    at = here.head or environment.ci_commit()
    remarks = _stale(here, applied, at)
    if named.base is not None:
        return Known(at, remarks, _lines_since(here, named, named.base, spec))
    if last is None or applied is None:
        return Known(at, remarks)
    if last.spec == spec.digest:
        return Known(at, remarks, _lines(applied, {}, None))
    return Known(at, remarks, _lines_if_known(here, named, applied, spec))


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


def _stale(here: "Checkout | None", applied: str | None, at: str | None) -> "tuple[Finding, ...]":
    if applied is None or at is None or applied == at:
        return ()
    from pipesync import branch
    from pipesync.git.commit import relation

    return branch.applied(applied, branch.Relation.UNKNOWN if here is None else relation(here, applied, at))


def _checkout(spec: Spec) -> "Checkout":
    named = [Path(file) for file in spec.files if file != "-"]
    return _at(named[0].parent if named else Path())


def _at(folder: Path) -> "Checkout":
    from pipesync.git.checkout import checkout
    from pipesync.git.command import Git

    return checkout(Git(str(folder), os.environ))


def _lines_if_known(here: "Checkout", named: Named, commit: str, spec: Spec) -> "LinesChanged | None":
    from pipesync.git.checkout import is_commit

    try:
        return _lines_since(here, named, commit, spec) if is_commit(commit) else None
    except GitError:
        return None


def _lines_since(here: "Checkout", named: Named, ref: str, spec: Spec) -> "LinesChanged | None":
    from pipesync.cli.past import past_contents

    if "-" in spec.files:  # what was on standard input then, git does not know
        return None
    commit, before = past_contents(here, ref, named.files)
    return _lines(commit, before, spec)


def _lines(since: str, before: Mapping[str, bytes], spec: Spec | None) -> "LinesChanged":
    """The lines that differ from `before`; without a spec none does."""
    from pipesync.lines import changed
    from pipesync.plan import LinesChanged

    now = {file: Path(file).read_bytes() for file in spec.files} if spec is not None else {}
    found = changed(before, now)
    return LinesChanged(lines=found.lines, files=found.files, since=since)
