"""A change as a page shows it: what happens to which step, what that means, each field, and where it comes from."""

from typing import Final, NamedTuple, Self

from pipesync.plan import Change, Plan
from pipesync.render.words import terms
from pipesync.render.words.sentences import WILL
from pipesync.risk import Level, Risk, Rule

FORCES: Final = "forces replacement"


class Field(NamedTuple):
    """An attribute before and after, None where there is no step, and a remark on it; foreign text, raw."""

    key: str
    old: str | None
    new: str | None
    remark: str | None


class Row(NamedTuple):
    """All that a page tells of one change; foreign text, raw. `rule` is None where no risk is told."""

    number: int
    change: Change
    sign: str
    will: str
    reason: str
    meaning: tuple[str, ...]
    fields: tuple[Field, ...]
    rule: Rule | None

    @classmethod
    def of(cls, plan: Plan, judged: Risk | None, change: Change, number: int) -> Self:
        return cls(
            number,
            change,
            terms.SYMBOLS[change.action],
            WILL[change.action],
            terms.REASONS[change.reason],
            tuple(map(sentence, terms.meaning(plan, change))),
            fields(change),
            None if judged is None else judged.of(change.address),
        )

    @property
    def level(self) -> Level | None:
        return None if self.rule is None else self.rule.level


def sentence(text: str) -> str:
    """With a capital letter, unless it begins with an address."""
    return text if "/" in text.partition(" ")[0] else text[:1].upper() + text[1:]


def fields(change: Change) -> tuple[Field, ...]:
    """The attributes of the step; its destination only if that is not the address all along.

    A step that is forgotten stays as it is: nothing of it goes.
    """
    kept = change.action == "forget"
    return tuple(
        Field(key, old, old if kept else new, None if kept else _remark(change, key, old, new))
        for key, (old, new) in terms.attributes(change.before, change.after).items()
        if key != "destination" or (old is not None and new is not None and old != new)
    )


def _remark(change: Change, key: str, old: str | None, new: str | None) -> str | None:
    if old == new:
        return None
    if key == "auto_validation_delay_days":
        return terms.delay_set_by(change)
    return FORCES if change.action == "replace" and key == "source" else None
