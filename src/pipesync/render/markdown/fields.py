"""A change field by field: the lines of a `diff` block; none begins with foreign text, so that none ends the block."""

from collections.abc import Iterator

from pipesync.plan import Change
from pipesync.render.escape import name, visible
from pipesync.render.words import terms


def lines(change: Change) -> Iterator[str]:
    """`- key: old` and `+ key: new` where they differ; foreign text is made visible."""
    forgotten = change.action == "forget"
    for key, (old, new) in terms.attributes(change.before, change.after).items():
        if key == "destination" and old == new:
            continue  # it is the address
        if old == new or forgotten:
            yield f"  {key}: {name(old or '')}"
            continue
        if old is not None:
            yield f"- {key}: {name(old)}"
        if new is not None:
            by = terms.delay_set_by(change) if key == "auto_validation_delay_days" else None
            yield f"+ {key}: {name(new)}" + ("" if by is None else f"  # {visible(by)}")
