"""A plan as text: what forbids it, what changed outside, each change, what is left alone, trees of what
changes, and Terraform's sentence.
"""

from collections.abc import Iterator

from pipesync import risk, shift
from pipesync.amounts import count
from pipesync.plan import Plan
from pipesync.render.colour import BOLD, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.text import changes, sections
from pipesync.render.text.picture import plan_pictures
from pipesync.render.words import next_command, sentences, shifts, terms


def plan_text(
    plan: Plan, paint: Paint, plan_file: str | None, *, ascii_only: bool = False, applying: bool = False
) -> str:
    """The whole text; a plan without changes, drift or findings is one line.

    `applying`: it is apply that shows the plan, so there is no command to tell.
    """
    return sections.text(
        (
            _compared(plan, paint),
            _options(plan),
            *sections.findings("Error", plan.errors, RED, paint),
            *sections.findings("Refused", plan.refusals, RED, paint),
            *sections.findings("Warning", terms.warnings(plan), YELLOW, paint),
            sections.drift(plan.drift, paint),
            *_changes(plan, paint),
            _kept(plan, paint),
            _shifts(plan, paint),
            sections.unmanaged("Left alone, as the spec says (manage: false)", plan.unmanaged_by_spec, paint),
            sections.unmanaged("Not managed by pipesync, left as they are", plan.unmanaged, paint),
            plan_pictures(plan, paint, ascii_only=ascii_only),
            _reach(plan, paint),
            _agreement(plan, plan_file, applying=applying),
            _obstacles(plan, paint),
            paint(sentences.plan_sentence(plan), BOLD),
        )
    )


def _compared(plan: Plan, paint: Paint) -> str | None:
    sentence = sentences.compared(plan)
    return None if sentence is None else paint(sentence, BOLD)


def _options(plan: Plan) -> str | None:
    given = visible(" ".join(terms.options(plan.options)))
    if plan.options.partial:
        return f"Partial plan ({given}): steps outside the selection are left out."
    return f"Made with {given}." if given else None


def _changes(plan: Plan, paint: Paint) -> Iterator[str]:
    if plan.changes:
        yield changes.heading(plan, paint)
        yield from changes.blocks(plan, paint)


def _kept(plan: Plan, paint: Paint) -> str | None:
    if not plan.kept:
        return None
    lines = [paint(f"Kept back by --no-destroy, no part of this plan ({len(plan.kept)}):", BOLD), ""]
    for change in plan.kept:
        where = changes.where(change)
        lines.append(f"{changes.sign(change.action, paint)} {changes.line(change)}" + (f", {where}" if where else ""))
    return "\n".join(lines)


def _shifts(plan: Plan, paint: Paint) -> str | None:
    """How the bounds of services change."""
    found = shift.read(plan.context)
    if not found:
        return None
    lines = [paint(f"{shifts.TITLE}:", BOLD), ""]
    for address, each in list(found.items())[: shifts.SHOWN]:
        by = shifts.moves(each)
        span = f"{shifts.days(each.before)} -> {shifts.days(each.after)}"
        lines.append(f"    {name(address)}: {span}" + (f" ({by})" if by else ""))
    return "\n".join([*lines, *sections.more(len(found) - shifts.SHOWN)])


def _reach(plan: Plan, paint: Paint) -> str | None:
    """How far the plan reaches, and how dangerous it is."""
    lines = [visible(sentence) for sentence in sentences.reach(plan)]
    judged, sentence = risk.of(plan), sentences.risk_sentence(plan)
    if judged is not None and sentence is not None:
        lines.append(paint(sentence, changes.RISK_COLOURS[judged.level]))
    return "\n".join(lines) or None


def _agreement(plan: Plan, plan_file: str | None, *, applying: bool) -> str | None:
    """What a reviewer agrees to, by its digest, what it was made from, the file that holds it, and how it is applied.

    A plan without changes is nothing to agree to.
    """
    lines: list[str] = []
    if plan.changes:
        lines.append(f"Plan digest: {plan.digest}")
        lines += [f"Commit: {visible(plan.commit)}"] if plan.commit is not None else []
        lines += [f"Policy: {visible(plan.policy.file)}"] if plan.policy is not None else []
    lines += [f"Plan file: {visible(plan_file)}"] if plan_file is not None else []
    command = None if applying else next_command.after(plan, plan_file)
    if command is not None:
        lines.append(f"To apply it: {command}" + (" (with the same files and flags)" if plan_file is None else ""))
    return "\n".join(lines) or None


def _obstacles(plan: Plan, paint: Paint) -> str | None:
    """What stands between this plan and its apply, once more at the end, where a terminal shows it."""
    lines: list[str] = []
    warnings = terms.warnings(plan)
    if warnings:
        lines.append(paint(f"{count(len(warnings), 'warning')} at the top.", YELLOW))
    brake = sentences.brake_of(plan)
    if brake is not None:
        lines.append(paint(f"Brake: {brake}.", BOLD, RED) if plan.brake.engaged else f"{brake}.")
    if plan.refusals or plan.errors:
        lines.append(paint(sentences.refused(len(plan.refusals), len(plan.errors)), BOLD, RED))
    return "\n".join(lines) or None
