"""A change as a block of lines: Terraform's sentence, the reason, and each attribute with its sign."""

from collections.abc import Iterable, Iterator
from typing import Final

from pipesync import risk
from pipesync.plan import Change, Plan
from pipesync.render.colour import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.words import terms
from pipesync.render.words.sentences import WILL
from pipesync.risk import Level, Rule

COLOURS: Final = {
    "forget": DIM, "import": CYAN, "create": GREEN, "update": YELLOW, "replace": RED, "delete": RED,
}  # fmt: skip

ATTRIBUTE_WIDTH: Final = len("auto_validation_delay_days")

RISK_COLOURS: Final = {Level.LOW: DIM, Level.MEDIUM: YELLOW, Level.HIGH: RED}

_SEVERITY: Final = {action: rank for rank, action in enumerate(terms.SYMBOLS)}


def sign(action: str, paint: Paint) -> str:
    """The action's symbol, three wide."""
    return " " * (3 - len(terms.SYMBOLS[action])) + paint(terms.SYMBOLS[action], COLOURS[action])


def heading(plan: Plan, paint: Paint) -> str:
    """What the symbols mean, of the actions that occur."""
    occurring = {change.action for change in plan.changes}
    legend = [
        f"{paint(symbol, COLOURS[action])} {terms.INFINITIVE[action]}"
        for action, symbol in terms.SYMBOLS.items()
        if action in occurring
    ]
    title = "pipesync will perform these actions" if plan.base is None else "What the spec changes"
    return f"{title}: {', '.join(legend)}"


def blocks(plan: Plan, paint: Paint) -> Iterator[str]:
    """One block a change, the destructive ones last, otherwise in the plan's order."""
    judged = risk.of(plan)
    for change in sorted(plan.changes, key=lambda change: _SEVERITY[change.action]):
        rule = None if judged is None else judged.of(change.address)
        yield "\n".join(_lines(change, terms.meaning(plan, change), rule, paint))


def line(change: Change) -> str:
    """A change in a few words, for lists: its address, and its source or both."""
    old, new = terms.attributes(change.before, change.after)["source"]
    sources = dict.fromkeys(name(source) for source in (old, new) if source is not None)
    return f"{name(change.address)} (from {' -> '.join(sources)})"


def _lines(change: Change, meaning: Iterable[str], rule: Rule | None, paint: Paint) -> Iterator[str]:
    yield f"  # {paint(name(change.address), BOLD)} {paint(WILL[change.action], BOLD, COLOURS[change.action])}"
    yield f"  # {paint(f'({_why(change)})', DIM)}"
    level = Level.LOW if rule is None else rule.level
    for sentence in meaning:
        yield f"  # {paint(visible(sentence), RISK_COLOURS[level])}"
    if rule is not None and level is not Level.LOW:
        yield f"  # {paint(f'risk: {level} ({rule.code})', RISK_COLOURS[level])}"
    yield f"{sign(change.action, paint)} upgrade step"
    for key, (old, new) in terms.attributes(change.before, change.after).items():
        yield _attribute(change, key, old, new, paint)
    if change.before is not None and change.before.step_id is not None:
        new_id = None if change.action in terms.DANGEROUS else change.before.step_id
        yield _attribute(change, "step_id", change.before.step_id, new_id, paint)


def _why(change: Change) -> str:
    return ", ".join(filter(None, (terms.REASONS[change.reason], where(change))))


def where(change: Change) -> str:
    """Its pipeline, its owner and its line of the spec, as far as they are known."""
    parts: list[str] = []
    if change.pipeline is not None:
        parts.append(f"pipeline {name(change.pipeline)}")
    if change.owner is not None:
        parts.append(f"owner {visible(change.owner)}")
    if change.origin is not None:
        parts.append(visible(str(change.origin)))
    return ", ".join(parts)


def _attribute(change: Change, key: str, old: str | None, new: str | None, paint: Paint) -> str:
    if change.action == "forget" or old == new:
        mark, value = " ", name(old or "")
    elif old is None:
        mark, value = paint("+", GREEN), name(new or "")
    elif new is None:
        mark, value = paint("-", RED), name(old)
    else:
        mark, value = paint("~", YELLOW), f"{name(old)} -> {name(new)}"
        if change.action == "replace" and key == "source":
            value += paint(" # forces replacement", RED)
    if key == "auto_validation_delay_days" and old != new and (by := terms.delay_set_by(change)) is not None:
        value += paint(f" # {visible(by)}", DIM)
    return f"      {mark} {key:{ATTRIBUTE_WIDTH}} = {value}"
