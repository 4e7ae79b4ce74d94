"""A change as a block of lines: Terraform's sentence, the reason, and each attribute with its sign."""

from collections.abc import Iterable, Iterator
from typing import Final

from pipesync.plan import Change
from pipesync.render import words
from pipesync.render.colour import BOLD, CYAN, DIM, GREEN, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.sentences import WILL

COLOURS: Final = {
    "forget": DIM, "import": CYAN, "create": GREEN, "update": YELLOW, "replace": RED, "delete": RED,
}  # fmt: skip

ATTRIBUTE_WIDTH: Final = len("auto_validation_delay_days")

_SEVERITY: Final = {action: rank for rank, action in enumerate(words.SYMBOLS)}


def sign(action: str, paint: Paint) -> str:
    """The action's symbol, three wide."""
    return " " * (3 - len(words.SYMBOLS[action])) + paint(words.SYMBOLS[action], COLOURS[action])


def heading(changes: Iterable[Change], paint: Paint) -> str:
    """What the symbols mean, of the actions that occur."""
    occurring = {change.action for change in changes}
    legend = [
        f"{paint(symbol, COLOURS[action])} {words.INFINITIVE[action]}"
        for action, symbol in words.SYMBOLS.items()
        if action in occurring
    ]
    return f"pipesync will perform these actions: {', '.join(legend)}"


def blocks(changes: Iterable[Change], paint: Paint) -> Iterator[str]:
    """One block a change, the destructive ones last, otherwise in the plan's order."""
    for change in sorted(changes, key=lambda change: _SEVERITY[change.action]):
        yield "\n".join(_lines(change, paint))


def line(change: Change) -> str:
    """A change in a few words, for lists: its address, and its source or both."""
    old, new = words.attributes(change.before, change.after)["source"]
    sources = dict.fromkeys(name(source) for source in (old, new) if source is not None)
    return f"{name(change.address)} (from {' -> '.join(sources)})"


def _lines(change: Change, paint: Paint) -> Iterator[str]:
    yield f"  # {paint(name(change.address), BOLD)} {paint(WILL[change.action], BOLD, COLOURS[change.action])}"
    yield f"  # {paint(f'({_why(change)})', DIM)}"
    meaning = words.consequence(change)
    if meaning is not None:
        yield f"  # {paint(f'({meaning})', RED if change.action in words.DANGEROUS else DIM)}"
    yield f"{sign(change.action, paint)} upgrade step"
    for key, (old, new) in words.attributes(change.before, change.after).items():
        yield _attribute(change.action, key, old, new, paint)
    if change.before is not None and change.before.step_id is not None:
        new_id = None if change.action in words.DANGEROUS else change.before.step_id
        yield _attribute(change.action, "step_id", change.before.step_id, new_id, paint)


def _why(change: Change) -> str:
    parts = [words.REASONS[change.reason]]
    if change.pipeline is not None:
        parts.append(f"pipeline {name(change.pipeline)}")
    if change.owner is not None:
        parts.append(f"owner {visible(change.owner)}")
    if change.origin is not None:
        parts.append(visible(str(change.origin)))
    return ", ".join(parts)


def _attribute(action: str, key: str, old: str | None, new: str | None, paint: Paint) -> str:
    if action == "forget" or old == new:
        mark, value = " ", name(old or "")
    elif old is None:
        mark, value = paint("+", GREEN), name(new or "")
    elif new is None:
        mark, value = paint("-", RED), name(old)
    else:
        mark, value = paint("~", YELLOW), f"{name(old)} -> {name(new)}"
        if action == "replace" and key == "source":
            value += paint(" # forces replacement", RED)
    return f"      {mark} {key:{ATTRIBUTE_WIDTH}} = {value}"
