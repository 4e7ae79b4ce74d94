"""What stands against a plan: refusals, errors by Aiven's rules, and warnings. Findings only; nothing is changed."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence

from pipesync.amounts import count
from pipesync.diff import Diff
from pipesync.model import ByProject, DesiredStep, Limits, UpgradeStep
from pipesync.plan import Brake, Change, Create, Delete, Finding, Import, Options, Place, Replace
from pipesync.rules import Violation, service_violations, violations
from pipesync.selection import named
from pipesync.state import State


def protections(changes: Iterable[Change]) -> Iterator[Finding]:
    """A delete is judged by the state's flag, a replace by the spec's."""
    for change in changes:
        if isinstance(change, Delete) and change.before.protect:
            yield Finding(
                code="protected",
                address=change.address,
                message=f"{change.address} is protected and would be destroyed",
                next="set protect: false in the spec and apply that first, then remove the step",
            )
        elif isinstance(change, Replace) and change.after.protect:
            yield Finding(
                code="protected",
                address=change.address,
                message=f"{change.address} is protected and would be destroyed to give it another source",
                next="set protect: false for it in the same spec; the plan then shows both",
                origin=change.origin,
            )


def adoptions(changes: Iterable[Change], state: State | None, options: Options) -> Iterator[Finding]:
    """Imports into a state that does not exist yet: the state may simply be elsewhere."""
    imports = [change for change in changes if isinstance(change, Import)]
    if imports and state is None and not options.adopt:
        yield Finding(
            code="adopt",
            message=f"there is no state yet, and {count(len(imports), 'live step')} would be imported into a new one",
            next="if the state is elsewhere, name it with --state; if these steps are to be managed from now on, "
            "say so with --adopt",
        )


def missing_files(changes: Iterable[Change], state: State | None, files: Sequence[str]) -> Iterator[Finding]:
    """Files of the last apply that this set lacks, while steps would be deleted."""
    deletes = sum(isinstance(change, Delete) for change in changes)
    if not deletes or state is None or state.last_apply is None:
        return
    now = {posixpath.normpath(file) for file in files}
    lacking = [file for file in state.last_apply.files if posixpath.normpath(file) not in now]
    if lacking:
        yield Finding(
            code="missing_files",
            message=f"the last apply also read {', '.join(lacking)}; this set lacks that, and "
            f"{count(deletes, 'step')} would be destroyed",
            next="give every file of the set with -f, unless its pipelines are to go",
        )


def idle_options(options: Options, names: frozenset[str], decided: Diff) -> Iterator[Finding]:
    """Patterns and addresses that mean nothing here, most likely misspelt."""
    for flag, patterns in (("--only", options.only), ("--exclude", options.exclude)):
        for pattern in patterns:
            if not named(names, [pattern]):
                yield Finding(code="no_match", message=f"{flag} {pattern} matches no pipeline and no address")
    conflicts = {finding.address for finding in decided.conflicts}
    replaced = {change.address for change in decided.changes if isinstance(change, Replace)}
    for address in options.take_over:
        if address not in conflicts | replaced:
            yield Finding(code="no_match", message=f"--take-over {address}: there is no conflict at that address")


def left_out(changes: Sequence[Change]) -> Iterator[Finding]:
    """Changes that this plan leaves for another one."""
    if changes:
        yield Finding(
            code="partial",
            message=f"this plan is partial: --only and --exclude leave out {count(len(changes), 'change')}",
        )


def brake_warning(brake: Brake) -> Iterator[Finding]:
    if brake.engaged:
        yield Finding(
            code="brake",
            message=f"{brake.destroys} of {count(brake.recorded, 'recorded step')} would be destroyed or replaced, "
            "or were found gone",
            next=f"if that is meant, apply with --allow-destroy {brake.destroys}",
        )


def unreadable(project: str, why: str) -> Finding:
    return Finding(
        code="project_unreadable",
        message=f"the services of project {project} could not be read, so they were not checked: {why}",
    )


def rule_findings(
    changes: Sequence[Change],
    *,
    concerned: Iterable[UpgradeStep],
    result: Sequence[UpgradeStep],
    whole: Sequence[UpgradeStep],
    limits: Limits,
    services: ByProject,
    desired: Iterable[DesiredStep],
) -> tuple[list[Finding], list[Finding]]:
    """Errors and warnings by Aiven's rules.

    `result` are the steps once these changes are made, `whole` once those left out by `--only` are made too. A
    finding is an error where a create or replace of this plan takes part, else a warning. `desired` tells the lines
    of the spec.
    """
    new = {change.after.step for change in changes if isinstance(change, Create | Replace)}
    broken = list(violations(result, limits))
    if whole != result:
        known = {violation.message for violation in broken}
        broken += [violation for violation in violations(whole, limits) if violation.message not in known]
    broken += service_violations(concerned, services)
    if not broken:
        return [], []
    places = {step.step: Place.of(step.origin) for step in desired if step.manage}
    errors: list[Finding] = []
    warnings: list[Finding] = []
    for violation in broken:
        mine = [step for step in violation.steps if step in new]
        told = [places[step] for step in mine or violation.steps if step in places]
        (errors if mine else warnings).append(_finding(violation, told[-1] if told else None))
    return errors, warnings


def _finding(violation: Violation, origin: Place | None) -> Finding:
    gone = violation.rule == "service_missing"
    return Finding(
        code=violation.rule,
        address=violation.steps[-1].address,
        message=violation.message,
        next=f"remove these lines ({origin}), or create the service first" if gone and origin else None,
        origin=origin,
    )
