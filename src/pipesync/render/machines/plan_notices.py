"""What machines are told of plans, drift and outcomes: findings as they are, and each change by how dangerous it is."""

from collections.abc import Iterator

from pipesync import risk
from pipesync.amounts import count
from pipesync.drift import DriftReport
from pipesync.model import Origin
from pipesync.outcome import Outcome
from pipesync.plan import Change, Drift, Finding, Place, Plan
from pipesync.render.escape import name, visible
from pipesync.render.machines.notices import Notice, Severity
from pipesync.render.words import failures, terms
from pipesync.render.words.sentences import WILL
from pipesync.risk import Level, Rule


def of_plan(plan: Plan) -> Iterator[Notice]:
    """Errors, refusals, changes of high risk, warnings, other dangerous changes; last, as notices, all other changes.

    So the gravest is told where a service shows only the first few.
    """
    judged = risk.of(plan) or risk.judge(plan.changes, {}, braked=False)  # an older plan tells none
    graves: list[Notice] = []
    others: list[Notice] = []
    for change in plan.changes:
        rule = judged.of(change.address)
        (graves if rule.level is Level.HIGH else others).append(_change(plan, change, rule))
    for finding in (*plan.errors, *plan.refusals):
        yield _found(Severity.ERROR, finding)
    yield from graves
    for finding in plan.warnings:
        yield _found(Severity.WARNING, finding)
    yield from (each for each in others if each.severity is Severity.WARNING)
    yield from (each for each in others if each.severity is Severity.NOTICE)


def dangers(plan: Plan) -> tuple[Notice, ...]:
    """What `of_plan` tells, without the changes that nobody has to fear."""
    return tuple(each for each in of_plan(plan) if each.severity is not Severity.NOTICE)


def of_drift(report: DriftReport) -> Iterator[Notice]:
    """A warning for each recorded step that is not what it was."""
    for drift in report.drift:
        yield Notice(Severity.WARNING, drift.reason, _drifted(drift), address=name(drift.address))


def of_outcome(outcome: Outcome) -> Iterator[Notice]:
    """An error for each change that failed, a warning for each that was not attempted."""
    for failure in outcome.failed:
        change, address = failure.change, name(failure.change.address)
        doubt = "perhaps" if failure.unclear else "not"
        sentence = f"{address}: {doubt} {terms.PAST[change.action]}: {visible(failure.message)}"
        told = (failures.answer(failure), failures.verdict(failure), failure.restore, failure.next)
        more = tuple(visible(each) for each in told if each is not None)
        yield Notice(Severity.ERROR, "failed", sentence, more, address, _origin(change.origin))
    for left in outcome.not_attempted:
        change, address = left.change, name(left.change.address)
        sentence = f"{address}: not attempted, {visible(left.reason)}"
        yield Notice(Severity.WARNING, "not_attempted", sentence, (), address, _origin(change.origin))


def _drifted(drift: Drift) -> str:
    """`prod/pg was changed outside pipesync: auto_validation_delay_days is 1, was 7`."""
    sentence = f"{name(drift.address)} was {terms.REASONS[drift.reason]}"
    changed = ", ".join(f"{key} is {name(now)}, was {name(then)}" for key, then, now in terms.drifted(drift))
    return f"{sentence}: {changed}" if changed else sentence


def _found(severity: Severity, finding: Finding) -> Notice:
    address = None if finding.address is None else name(finding.address)
    more = [visible(finding.next)] if finding.next is not None else []
    more += [f"the policy's rule is at {visible(finding.policy.exact)}"] if finding.policy is not None else []
    place = finding.origin or finding.policy
    return Notice(severity, finding.code, visible(finding.message), tuple(more), address, _origin(place))


def _change(plan: Plan, change: Change, rule: Rule) -> Notice:
    """A warning, named after the rule, if the change is dangerous by one; any delete or replace is."""
    address, risky = name(change.address), rule.level is not Level.LOW
    more = (
        *(visible(sentence) for sentence in terms.meaning(plan, change)),
        f"{terms.REASONS[change.reason]}{_step(change)}",
        *([f"risk: {rule.level} ({rule.code})"] if risky else []),
    )
    return Notice(
        Severity.WARNING if risky or change.action in terms.DANGEROUS else Severity.NOTICE,
        rule.code if risky else change.action,
        f"{address} {WILL[change.action]}",
        more,
        address,
        _origin(change.origin),
    )


def _step(change: Change) -> str:
    after, before = change.after, change.before
    if after is None or (before is not None and before.step == after.step):
        return ""
    new = f"from {name(str(after.source))}, {count(after.auto_validation_delay_days, 'day')}"
    if before is None:
        return f": {new}"
    return f": from {name(str(before.source))}, {count(before.auto_validation_delay_days, 'day')} -> {new}"


def _origin(place: Place | None) -> Origin | None:
    return None if place is None else Origin(place.file, place.line, place.column)
