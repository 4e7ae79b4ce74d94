"""The words of an arrow in a picture: what becomes of a step, told without colour."""

from collections.abc import Callable
from typing import Final

from pipesync.amounts import count
from pipesync.arrow import Arrow, Mark
from pipesync.picture import Picture, Tree

SIGNS: Final = {
    Mark.KEPT: "",
    Mark.UNMANAGED: "",
    Mark.ADDED: "+",
    Mark.IMPORTED: "<=",
    Mark.CHANGED: "~",
    Mark.MOVED: "+",
    Mark.LEFT: "-",
    Mark.REMOVED: "-",
    Mark.CONFLICT: "!",
}
"""Terraform's signs, as in `terms.SYMBOLS`."""

NOTES: Final = {
    Mark.KEPT: "",
    Mark.UNMANAGED: "not managed",
    Mark.ADDED: "added",
    Mark.IMPORTED: "imported",
    Mark.CHANGED: "",
    Mark.MOVED: "moved",
    Mark.LEFT: "removed",
    Mark.REMOVED: "removed",
    Mark.CONFLICT: "conflict",
}


def days(arrow: Arrow, to: str = "→") -> str:
    """`7 days`, or `14 → 7 days`."""
    now = count(arrow.days, "day")
    return now if arrow.days_before is None else f"{arrow.days_before} {to} {now}"


def protection(arrow: Arrow) -> str:
    """A few words, or none."""
    if arrow.protect_before is not None:
        return "now protected" if arrow.protect else "no longer protected"
    return "protected" if arrow.protect else ""


def note(arrow: Arrow) -> str:
    """What happens, and protection, in a few words or none."""
    return ", ".join(part for part in (NOTES[arrow.mark], protection(arrow)) if part)


def line(arrow: Arrow, shown: Callable[[str], str], to: str = "→") -> str:
    """`+ 14 → 7 days, moved from dev/pg, protected`; `shown` makes a name harmless."""
    note = NOTES[arrow.mark]
    if arrow.other is not None:
        note = f"{'moved from' if arrow.mark is Mark.MOVED else 'moves to'} {shown(str(arrow.other))}"
    return told(arrow, note, to)


def label(arrow: Arrow) -> str:
    """The same without a name, for an arrow that is drawn; a hyphen first would begin a list in Mermaid."""
    return told(arrow, NOTES[arrow.mark], "→").replace("-", "−")


def told(arrow: Arrow, note: str, to: str) -> str:
    """Sign, delay, `note` and protection of an arrow."""
    known = ", ".join(part for part in (days(arrow, to), note, protection(arrow)) if part)
    return f"{SIGNS[arrow.mark]} {known}".lstrip()


def heading(tree: Tree) -> list[tuple[str, str]]:
    """A word and what it is about: the pipelines, then the owners; foreign text, raw."""
    return [("pipeline", name) for name in tree.pipelines] + [("owner", name) for name in tree.owners]


def changed(tree: Tree) -> int:
    """How many of its places something happens to."""
    return sum(place.changes for place in tree.places)


def left_out(tree: Tree) -> str:
    """`12 more that stay as they are`, or `12 more, 3 of them changing`."""
    changing = f", {tree.changes_left_out} of them changing" if tree.changes_left_out else " that stay as they are"
    return f"{tree.left_out} more{changing}"


def summary(picture: Picture) -> str:
    """`2 pipelines, 5 upgrade steps, 1 service powered off`."""
    steps = sum(1 for tree in picture.trees for _ in tree.arrows)
    names = {name for tree in picture.trees for name in tree.pipelines}
    alone = sum(not tree.pipelines for tree in picture.trees)
    parts = [count(len(names), "pipeline")] if names else []
    parts += [count(alone, "tree") + (" outside any pipeline" if names else "")] if alone else []
    parts += [count(steps, "upgrade step")]
    parts += [f"{count(len(picture.off), 'service')} powered off"] if picture.off else []
    return ", ".join(parts)
