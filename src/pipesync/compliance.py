"""A plan against a policy: each breach as a finding of the plan, an error or a warning.

A breach by a step is as bad as the rule's level says where a create, import, update, replace or take-over of this plan
takes part, and a warning where the step stands already. A service without a required gate counts on the whole.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from pipesync.model import ByProject, DesiredStep, Origin, ServiceRef, UpgradeStep
from pipesync.plan import Change, Create, Delete, Finding, Import, Place, Plan, Replace, Update
from pipesync.policy import coverage
from pipesync.policy.judgement import Naming, Subject, scope_breaches, step_breaches
from pipesync.policy.rules import Breach, Level, Policy


@dataclass(frozen=True, slots=True)
class Case:
    """What a policy is to judge.

    `result` are the steps once `changes` are made, `whole` once those left out by `--only` are made too; `origins`
    tells where the spec names a destination, `asked` are the steps as it asks for them, and `services` holds those of
    each project that could be read. A saved plan that is `partial` does not know what `--only` left out of it.
    """

    changes: Sequence[Change]
    result: Sequence[UpgradeStep]
    whole: Sequence[UpgradeStep]
    origins: Mapping[ServiceRef, Origin]
    asked: Collection[UpgradeStep]
    services: ByProject
    partial: bool = False

    @classmethod
    def of(
        cls,
        changes: Sequence[Change],
        result: Sequence[UpgradeStep],
        whole: Sequence[UpgradeStep],
        desired: Iterable[DesiredStep],
        services: ByProject,
    ) -> Self:
        origins = {one.step: one.origin for one in desired}
        by_destination = {step.destination: origin for step, origin in origins.items()}
        return cls(changes, result, whole, by_destination, origins.keys(), services)


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """A policy, and the spec files' paths from the working directory, by their names; scopes are about those.

    `without_api`: no services are looked up, so required gates are judged by the steps alone, and that is told.
    """

    policy: Policy
    paths: Mapping[str, str]
    without_api: bool = False

    def projects_to_read(self, steps: Iterable[UpgradeStep]) -> tuple[str, ...]:
        """The projects whose services this judges, where the spec and the live steps name these."""
        named = {ref.project for step in steps for ref in (step.source, step.destination)}
        return coverage.projects_to_read(self.policy, named)

    def findings(self, case: Case) -> tuple[list[Finding], list[Finding]]:
        """Errors and warnings; each breach once."""
        found: dict[tuple[str, str, Origin], Breach] = {}
        for breach in self._breaches(case):
            found.setdefault((breach.code, breach.address, breach.policy), breach)
        errors = [_finding(breach) for breach in found.values() if breach.level is Level.ERROR]
        warnings = [_finding(breach) for breach in found.values() if breach.level is not Level.ERROR]
        return errors, [*warnings, *self._unchecked()]

    def _unchecked(self) -> Iterator[Finding]:
        if self.without_api and self.policy.required_gates:
            place = Place.of(self.policy.required_gates[0].origin)
            yield Finding(code="policy_unchecked", message=coverage.UNCHECKED, policy=place)

    def _breaches(self, case: Case) -> Iterator[Breach]:
        yield from step_breaches(self.policy, list(_subjects(case)))
        yield from scope_breaches(self.policy, _namings(case, self.paths))
        if self.without_api:
            yield from coverage.sources_without_gate(self.policy, case.whole, case.origins)
        gated = {step.destination for step in case.whole}
        deleted = {change.before.destination for change in case.changes if isinstance(change, Delete)}
        spared = {step.destination for step in case.result} - gated
        for breach in coverage.coverage_breaches(
            self.policy, case.services, gated=gated, deleted=deleted, spared=spared
        ):
            lost = ServiceRef.parse(breach.address) in deleted
            yield replace(breach, level=Level.WARNING) if case.partial and not lost else breach


def rejudged(
    plan: Plan,
    policy: AppliedPolicy,
    due: Sequence[Change],
    result: Sequence[UpgradeStep],
    services: ByProject,
) -> Plan:
    """A saved plan whose `due` changes lead to `result`, with what `policy` finds now instead of then."""
    places = {change.address: change.origin for change in plan.changes if change.origin is not None}
    origins = {
        ServiceRef.parse(address): Origin(place.file, place.line, place.column) for address, place in places.items()
    }
    asked = {change.after.step for change in plan.changes if change.after is not None}
    case = Case(due, result, result, origins, asked, services, partial=plan.options.partial)
    errors, warnings = policy.findings(case)
    others = (finding for finding in plan.warnings if finding.policy is None)
    return plan.model_copy(update={"errors": (*plan.errors, *errors), "warnings": (*others, *warnings)})


def unjudged(plan: Plan) -> Plan:
    """A saved plan where there is no policy now; one that was judged by a policy says so."""
    if plan.policy is None:
        return plan
    absent = Finding(
        code="policy_absent",
        message=f"the plan was judged by the policy {plan.policy.file}, and there is none here now",
        next="name it with --policy",
    )
    return plan.model_copy(update={"warnings": (*plan.warnings, absent)})


def _subjects(case: Case) -> Iterator[Subject]:
    made = {change.after.step for change in case.changes if isinstance(change, Create | Import | Update | Replace)}
    decided = {step.destination for step in case.whole}
    unchanged = (step for step in case.result if step.destination not in decided)
    for step in (*case.whole, *unchanged):
        origin = case.origins.get(step.destination) if step in case.asked else None
        yield Subject(step, origin, step in made)


def _namings(case: Case, paths: Mapping[str, str]) -> Iterable[Naming]:
    acting = {change.address for change in case.changes if not isinstance(change, Delete)}
    return (
        Naming(ref, origin, paths.get(origin.file, origin.file), str(ref) in acting)
        for ref, origin in case.origins.items()
    )


def _finding(breach: Breach) -> Finding:
    return Finding(
        code=breach.code,
        address=breach.address,
        message=breach.message,
        next=breach.next,
        origin=None if breach.origin is None else Place.of(breach.origin),
        policy=Place.of(breach.policy),
    )
