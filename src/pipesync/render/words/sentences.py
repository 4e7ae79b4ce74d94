"""The sentences that sum up: Terraform's to the letter, since other tools read them out of logs, and our own.

All counts are of the changes themselves.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, assert_never

from pipesync import risk
from pipesync.amounts import count
from pipesync.blast import BlastRadius
from pipesync.branch import short
from pipesync.plan import Base, Brake, Change, Create, Delete, Forget, Import, Plan, Replace, Update
from pipesync.render.escape import visible
from pipesync.render.words.terms import PAST

if TYPE_CHECKING:  # a plan does not pay for what its apply comes to
    from pipesync.drift import DriftReport
    from pipesync.outcome import Outcome

NAMES_SHOWN: Final = 10
"""Names in a sentence: more are no sentence, and the JSON has them all."""

NO_CHANGES: Final = "No changes. Your infrastructure matches the configuration."
NO_CHANGES_OFFLINE: Final = "No changes. The steps are those of the spec that this one is compared with."

NOT_LIVE: Final = "not with what is live: neither state nor API was read, and this plan cannot be applied."
"""The second half of the sentence `Compared with REF (COMMIT), …` that every rendering of an offline plan has."""

WILL: Final = {
    "create": "will be created",
    "import": "will be imported",
    "update": "will be updated in-place",
    "replace": "must be replaced",
    "delete": "will be destroyed",
    "forget": "will be forgotten",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Changes as Terraform counts them: a replace adds one and destroys one, an import may change one as well."""

    imports: int
    adds: int
    changes: int
    destroys: int
    forgets: int

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Self:
        imports = adds = updates = destroys = forgets = 0
        for change in changes:
            match change:
                case Create():
                    adds += 1
                case Import():
                    imports += 1
                    updates += change.before.auto_validation_delay_days != change.after.auto_validation_delay_days
                case Update():
                    updates += 1
                case Replace():
                    adds += 1
                    destroys += 1
                case Delete():
                    destroys += 1
                case Forget():
                    forgets += 1
                case _:
                    assert_never(change)
        return cls(imports, adds, updates, destroys, forgets)


def plan_sentence(plan: Plan) -> str:
    """What the plan comes to. One that is refused never says that all is well, even if nothing is left to change."""
    if not (plan.changes or plan.refusals or plan.errors):
        return NO_CHANGES if plan.base is None else NO_CHANGES_OFFLINE
    tally = Tally.of(plan.changes)
    parts = [f"{tally.adds} to add", f"{tally.changes} to change", f"{tally.destroys} to destroy"]
    if tally.imports:
        parts.insert(0, f"{tally.imports} to import")
    if tally.forgets:
        parts.append(f"{tally.forgets} to forget")
    return f"Plan: {', '.join(parts)}."


def reach(plan: Plan) -> tuple[str, ...]:
    """How far a plan reaches, in sentences, none for one that changes nothing; names are foreign text, raw."""
    if not plan.changes:
        return ()
    radius = plan.blast_radius
    tally: Counter[str] = Counter(change.action for change in plan.changes)
    deeds = [f"{count(tally[action], 'step')} {PAST[action]}" for action in reversed(PAST) if tally[action]]
    lines = plan.lines_changed
    if lines is not None and lines.lines:
        deeds.insert(0, f"{count(lines.lines, 'line')} of YAML changed")
    of = f" ({count(radius.of_steps, 'step')} in all)" if radius.of_steps else ""  # an older plan tells none
    found = [f"{', '.join(deeds)}{of}."]
    if radius.pipelines:
        names = few(radius.pipelines)
        found.append(f"{len(radius.pipelines)} of {count(radius.of_pipelines, 'pipeline')} touched: {names}.")
    named = owners(radius)
    return (*found, *([] if named is None else [named]))


def owners(radius: BlastRadius) -> str | None:
    """Whose pipelines are touched; foreign text, raw."""
    if not radius.owners:
        return None
    return f"{'Owner' if len(radius.owners) == 1 else 'Owners'}: {few(radius.owners)}."


def few(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    shown = ", ".join(names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} and {len(names) - NAMES_SHOWN} more"


def risk_sentence(plan: Plan) -> str | None:
    """How dangerous a plan that changes something is, and why."""
    found = risk.of(plan)
    return None if found is None or not plan.changes else f"Risk: {level(plan, found)} ({found.rule.about})."


def level(plan: Plan, found: risk.Risk) -> str:
    """How dangerous a plan is; an offline one knows no windows, updates and power states, which may make it worse."""
    return f"at least {found.level}" if plan.base is not None and found.level is not risk.Level.HIGH else found.level


def base(base: Base) -> str:
    """What an offline plan compares with: the revision as it was named, foreign text, and the commit that it was."""
    return f"{base.ref} ({short(base.commit)})"


def before(plan: Plan) -> str:
    """What the time before a plan is called: an offline one does not know how things are now."""
    return "Now" if plan.base is None else "In the base"


def compared(plan: Plan) -> str | None:
    """That an offline plan is none with what is live, on one line for machines and terminals; None for a real one."""
    return None if plan.base is None else f"Compared with {visible(base(plan.base))}, {NOT_LIVE}"


def apply_sentence(outcome: "Outcome") -> str:
    """What the run came to; only a complete one says so."""
    added, changed, destroyed = outcome.counts
    state = "complete!" if outcome.complete else "incomplete."
    return f"Apply {state} Resources: {added} added, {changed} changed, {destroyed} destroyed."


def brake(brake: Brake, gone: int = 0) -> str | None:
    """How much of the recorded goes, and the number that apply wants to hear; None if nothing goes.

    `gone` of them are no part of the plan's deeds: they were found gone.
    """
    if not brake.destroys:
        return None
    share = f"{brake.destroys} of {count(brake.recorded, 'recorded step')} would go"
    if gone:
        share += f" or {'is' if brake.destroys == 1 else 'are'} gone already"
    if brake.destroys > brake.recorded:  # steps of others are taken over
        share = f"{count(brake.destroys, 'step')} would go, with {brake.recorded} recorded"
    if brake.engaged:
        return f"{share}; apply needs --allow-destroy {brake.destroys}"
    looser = "by the policy's numbers " if Brake(destroys=brake.destroys, recorded=brake.recorded).engaged else ""
    return f"{share} ({looser}--allow-destroy is not needed; if given, it must be {brake.destroys})"


def brake_of(plan: Plan) -> str | None:
    """The same for a plan; an offline one cannot know the number, only that one will be asked for."""
    if plan.base is None:
        return brake(plan.brake, plan.brake.destroys - plan.summary.delete - plan.summary.replace)
    if not plan.brake.engaged:
        return None
    steps = count(plan.brake.recorded, "step")
    return (
        f"{plan.brake.destroys} of {steps} would go; apply will need --allow-destroy, with the number of its own plan"
    )


def refused(refusals: int, errors: int) -> str:
    """Why nothing of a plan is carried out."""
    reasons = [count(number, what) for number, what in ((errors, "error"), (refusals, "refusal")) if number]
    return f"This plan is refused, with {' and '.join(reasons)}: apply does none of it."


def drift_summary(report: "DriftReport") -> str:
    """What a drift report comes to."""
    recorded = count(report.recorded, "recorded step")
    if not report.drift:
        return f"No drift in {recorded}."
    return f"Drift: {len(report.drift)} of {recorded} changed outside pipesync."


def outcome_remarks(outcome: "Outcome") -> tuple[str, ...]:
    """What Terraform's sentence about a run leaves out: interruption, imports, forgotten and settled changes."""
    tally = Tally.of(outcome.done)
    settled = len(outcome.already_done)
    remarks: list[str] = []
    if outcome.interrupted:
        remarks.append("Interrupted: nothing new was begun. Plan again to see what is left.")
    if settled and outcome.complete and not outcome.done:
        remarks.append("This plan is already applied: nothing was left to do.")
    elif settled:
        remarks.append(f"{count(settled, 'change')} had been made before this run.")
    counts = ((tally.imports, "imported"), (tally.forgets, "forgotten"))
    rest = [f"{number} {what}" for number, what in counts if number]
    remarks += [f"{', '.join(rest)}."] if rest else []
    return tuple(remarks)
