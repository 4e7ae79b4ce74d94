"""The renderings for machines: which notices, cases and numbers of a plan, drift or an outcome each format holds.

What the formats themselves look like stands in `sarif`, `junit` and `annotations`, which know no plan.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pipesync import risk
from pipesync.drift import DriftReport
from pipesync.outcome import Outcome
from pipesync.plan import Plan
from pipesync.render.escape import name, visible
from pipesync.render.machines import annotations, gitlab, junit, sarif
from pipesync.render.machines.junit import Case
from pipesync.render.machines.notices import STANDARD_INPUT
from pipesync.render.machines.plan_notices import dangers, of_drift, of_outcome, of_plan
from pipesync.render.machines.repository import Repository
from pipesync.render.machines.rulebook import CHECKS
from pipesync.render.words import terms
from pipesync.render.words.sentences import (
    Tally,
    apply_sentence,
    compared,
    drift_summary,
    outcome_remarks,
    plan_sentence,
    refused,
    risk_sentence,
)

SPEC: Final = "pipesync.yaml"
"""The spec's name, where a plan tells of no file."""


def plan_gitlab(plan: Plan, _: Repository) -> str:
    """Terraform's numbers: a replace creates one and deletes one, an import with another delay updates one."""
    tally = Tally.of(plan.changes)
    return gitlab.report(create=tally.adds, update=tally.changes, delete=tally.destroys)


def plan_sarif(plan: Plan, repository: Repository) -> str:
    """Findings and dangerous changes; a destroyed step has no line any more, and stands at the first file's first."""
    files = [file for file in plan.files if file != STANDARD_INPUT]
    sentence = compared(plan)
    return sarif.report(
        "plan" if sentence is None else "plan-offline",  # one must not take the other's place in code scanning
        dangers(plan),
        repository,
        file=files[0] if files else SPEC,
        version=plan.pipesync_version,
        properties={
            "digest": plan.digest,
            "risk": risk_level(plan),
            "summary": plan_sentence(plan),
            **({} if sentence is None else {"base": sentence}),
        },
    )


def plan_junit(plan: Plan, repository: Repository) -> str:
    """Every check of a plan; dangerous changes are output of the check for gates, and fail nothing."""
    sentence = compared(plan)
    about = [] if sentence is None else [Case("base", said=(sentence,))]
    return junit.report("pipesync plan", [*about, *junit.of_notices(dangers(plan), CHECKS)], repository)


def plan_github(plan: Plan, repository: Repository) -> str:
    """Annotations for all that `of_plan` tells, and what the plan comes to."""
    verdict = [refused(len(plan.refusals), len(plan.errors))] if plan.refusals or plan.errors else []
    agreement = [f"Plan digest: {plan.digest}"] if plan.changes else []
    told = [sentence for sentence in (compared(plan), risk_sentence(plan)) if sentence is not None]
    closing = (*verdict, *told, *agreement, plan_sentence(plan))
    return annotations.annotations(of_plan(plan), closing, repository)


def plan_outputs(plan: Plan) -> dict[str, str]:
    """What later steps of a job may ask of a plan, each on one line."""
    summary = plan.summary
    return {
        "changes": _yes(bool(plan.changes)),
        "create": str(summary.create),
        "update": str(summary.update),
        "replace": str(summary.replace),
        "delete": str(summary.delete),
        "import": str(summary.import_),
        "forget": str(summary.forget),
        "destroys": str(plan.brake.destroys),
        "risk": risk_level(plan),
        "digest": plan.digest,
        "refused": _yes(bool(plan.refusals or plan.errors)),
        "summary": plan_sentence(plan),
    }


def risk_level(plan: Plan) -> str:
    """`low`, `medium` or `high`; `unknown` for a plan that does not say."""
    found = risk.of(plan)
    return "unknown" if found is None else found.level.value


def drift_junit(report: DriftReport, repository: Repository) -> str:
    """A failed case for each recorded step that is not what it was; one that passed where there is none."""
    notices = tuple(of_drift(report))
    cases = [Case(f"drift: {notice.address}", notice) for notice in notices]
    return junit.report("pipesync drift", cases or [Case("drift", said=(drift_summary(report),))], repository)


def drift_github(report: DriftReport, repository: Repository) -> str:
    """A warning for each recorded step that is not what it was; the state knows no lines of a spec."""
    return annotations.annotations(of_drift(report), (drift_summary(report),), repository)


def drift_outputs(report: DriftReport) -> dict[str, str]:
    """What later steps of a job may ask of a drift report."""
    return {"drift": _yes(bool(report.drift)), "drifted": str(len(report.drift)), "summary": drift_summary(report)}


def outcome_junit(outcome: Outcome, repository: Repository) -> str:
    """A case for each change: made, failed, or skipped because it was not attempted."""
    return junit.report("pipesync apply", _changes(outcome), repository)


def _changes(outcome: Outcome) -> Iterator[Case]:
    for change in outcome.done:
        yield Case(f"{terms.INFINITIVE[change.action]} {name(change.address)}")
    for change in outcome.already_done:
        said = "This had been made before this run."
        yield Case(f"{terms.INFINITIVE[change.action]} {name(change.address)}", said=(said,))
    failures = tuple(of_outcome(outcome))[: len(outcome.failed)]
    for failure, notice in zip(outcome.failed, failures, strict=True):
        yield Case(f"{terms.INFINITIVE[failure.change.action]} {notice.address}", notice)
    for left in outcome.not_attempted:
        action, address = terms.INFINITIVE[left.change.action], name(left.change.address)
        yield Case(f"{action} {address}", skipped=visible(left.reason))
    remarks = (*map(visible, outcome.notes), *outcome_remarks(outcome), apply_sentence(outcome))
    yield Case("apply", said=remarks)


def outcome_github(outcome: Outcome, repository: Repository) -> str:
    """An error for each change that failed, a warning for each that was not attempted, and Terraform's sentence."""
    closing = (*outcome_remarks(outcome), apply_sentence(outcome))
    return annotations.annotations(of_outcome(outcome), closing, repository)


def _yes(fact: bool) -> str:
    return "true" if fact else "false"


PLAN_REPORTS: Final[Mapping[str, Callable[[Plan, Repository], str]]] = {
    "gitlab": plan_gitlab,
    "sarif": plan_sarif,
    "junit": plan_junit,
    "github": plan_github,
}
DRIFT_REPORTS: Final[Mapping[str, Callable[[DriftReport, Repository], str]]] = {
    "junit": drift_junit,
    "github": drift_github,
}
OUTCOME_REPORTS: Final[Mapping[str, Callable[[Outcome, Repository], str]]] = {
    "junit": outcome_junit,
    "github": outcome_github,
}
