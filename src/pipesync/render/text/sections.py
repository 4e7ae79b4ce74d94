"""Sections that several text renderings share: findings, drift, and steps that are not ours.

Each is a text without a line feed at its end, or None if there is nothing to say.
"""

from collections.abc import Iterable, Iterator, Sequence

from pipesync.amounts import count
from pipesync.plan import Drift, Finding, Unmanaged
from pipesync.render.colour import BOLD, RED, YELLOW, Paint
from pipesync.render.escape import name, visible
from pipesync.render.words import terms
from pipesync.state import StepValues


def findings(label: str, found: Iterable[Finding], colour: int, paint: Paint) -> Iterator[str]:
    """One section a finding: what, where, what next."""
    for finding in found:
        lines = [f"{paint(f'{label}:', BOLD, colour)} {visible(finding.message)}"]
        where = terms.whereabouts(finding)
        if where:
            lines.append(f"  Where: {', '.join(map(visible, where))}")
        if finding.next is not None:
            lines.append(f"  Next: {visible(finding.next)}")
        yield "\n".join(lines)


def drift(found: Sequence[Drift], paint: Paint) -> str | None:
    """One line a recorded step that is gone or no longer what was recorded."""
    if not found:
        return None
    lines = [paint("Changed outside pipesync since the last apply:", BOLD), ""]
    for each in found:
        if each.after is None:
            lines.append(f"  {paint('-', RED)} {name(each.address)}: removed (was {values(each.before)})")
        else:
            moved = ", ".join(f"{key} {name(old)} -> {name(new)}" for key, old, new in terms.drifted(each))
            lines.append(f"  {paint('~', YELLOW)} {name(each.address)}: {moved}")
    return "\n".join(lines)


def unmanaged(title: str, steps: Sequence[Unmanaged], paint: Paint) -> str | None:
    """The first so many of `steps`, one a line, and how many more there are."""
    if not steps:
        return None
    lines = [paint(f"{title} ({len(steps)}):", BOLD), ""]
    lines += [f"    {_one(step)}" for step in steps[: terms.UNMANAGED_SHOWN]]
    return "\n".join([*lines, *more(len(steps) - terms.UNMANAGED_SHOWN)])


def more(left_out: int) -> Iterator[str]:
    """The last line of a list, if it is not all of it."""
    if left_out > 0:
        yield f"    ... and {left_out} more (--format json lists all)"


def values(step: StepValues) -> str:
    """`from dev-project/pg-dev, 7 days, protected`."""
    days = count(step.auto_validation_delay_days, "day")
    return f"from {name(str(step.source))}, {days}" + (", protected" if step.protect else "")


def text(sections: Iterable[str | None]) -> str:
    """The sections that say something, an empty line between them, a line feed at the end."""
    return "\n\n".join(section for section in sections if section is not None) + "\n"


def _one(step: Unmanaged) -> str:
    parts = ["no live step" if step.live is None else values(step.live)]
    if step.pipeline is not None:
        parts.append(f"pipeline {name(step.pipeline)}")
    if step.origin is not None:
        parts.append(visible(str(step.origin)))
    return f"{name(step.address)} ({', '.join(parts)})"
