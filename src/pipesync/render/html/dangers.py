"""What is dangerous about a plan's changes: one danger for each rule of `pipesync.risk` that fits some of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipesync.plan import Change, Plan
from pipesync.render.words import terms
from pipesync.risk import OF_REPLACES, RULES, Level, Risk, Rule


class Mention(NamedTuple):
    """A change by its number on the page, and what it means in a sentence; foreign text, raw."""

    number: int
    sentence: str


class Danger(NamedTuple):
    """A rule, and the changes that it is about; none if it is about the plan as a whole."""

    rule: Rule
    mentions: tuple[Mention, ...]


def dangers(plan: Plan, judged: Risk | None, changes: Sequence[Change]) -> tuple[Danger, ...]:
    """Those of medium and high risk, the gravest first; `changes` are numbered from 1 as they stand on the page."""
    if judged is None:
        return ()
    found: defaultdict[str, list[Mention]] = defaultdict(list)
    for number, change in enumerate(changes, 1):
        rule = judged.of(change.address)
        found[rule.code].append(Mention(number, _sentence(plan, change, rule)))
    every = (Danger(rule, tuple(found[rule.code])) for rule in RULES if rule.level is not Level.LOW)
    return tuple(danger for danger in every if danger.mentions or danger.rule == judged.rule)


def _sentence(plan: Plan, change: Change, rule: Rule) -> str:
    """What the rule found, in the words of the effect that it goes by."""
    code = OF_REPLACES.get(rule.code, rule.code)
    told = next((effect.message for effect in terms.effects(plan, change) if effect.code == code), change.address)
    return told if change.address in told else f"{change.address}: {told}"
