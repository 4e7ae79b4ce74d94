"""How dangerous a plan is, by rules that can be read: each change has the level of the first rule that fits it.

`docs/risk.md` shows the same table. The level stands in a plan's context, for windows and updates move by themselves.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pipesync.change import Change, Effect, EffectCode, Replace
from pipesync.plan import Plan


class Level(StrEnum):
    """From the harmless to the dangerous."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Rule(NamedTuple):
    """A rule by its code, the level it sets, and what it is about."""

    code: str
    level: Level
    about: str


RULES: Final = (
    Rule("gate_lost", Level.HIGH, "a gate is deleted: updates reach its destination without waiting"),
    Rule("gate_void", Level.HIGH, "a source is powered off: updates reach the destination all the same"),
    Rule("replace_near_window", Level.HIGH, "a replace falls within 24 hours of the destination's maintenance window"),
    Rule("replace_update_pending", Level.HIGH, "a replace while an update waits for the destination"),
    Rule("brake", Level.HIGH, "so much of what is recorded goes that apply wants its number"),
    Rule("gate_moved", Level.MEDIUM, "a gate waits for another source, and its validations are dropped"),
    Rule("delay_shorter", Level.MEDIUM, "updates are validated by a timer sooner than before"),
    Rule("protection_lifted", Level.MEDIUM, "a protected step is protected no longer"),
    Rule("chain_longest", Level.MEDIUM, "a chain gets longer than any before it: the account may refuse it"),
    Rule("no_gate_weaker", Level.LOW, "no gate gets weaker"),
)
"""The gravest first."""

OF_REPLACES: Final = {
    "replace_near_window": EffectCode.WINDOW_NEAR,
    "replace_update_pending": EffectCode.UPDATE_PENDING,
}
"""The rules that are about replaces alone, and the effect that each goes by; any other has its effect's name."""

NOT_ALL_LISTED: Final = Rule(
    "not_all_listed", Level.HIGH, "not every step that is destroyed or replaced is listed here"
)
"""No rule of a plan but of a rendering that has no room: nobody can review what is not shown."""

BY_CODE: Final[Mapping[str, Rule]] = {rule.code: rule for rule in RULES}


class Risk(NamedTuple):
    """The plan's level with the rule that set it, and the rule of each change by its address."""

    rule: Rule
    changes: Mapping[str, Rule]

    @property
    def level(self) -> Level:
        return self.rule.level

    def of(self, address: str) -> Rule:
        return self.changes.get(address, BY_CODE["no_gate_weaker"])


def judge(changes: Iterable[Change], moving: Mapping[str, Iterable[Effect]], *, braked: bool) -> Risk:
    """The risk of `changes`; `moving` are the effects at the moment of reading, by address."""
    rules = {change.address: _rule(change, moving.get(change.address, ())) for change in changes}
    every = [*rules.values(), *([BY_CODE["brake"]] if braked else [])]
    return Risk(min(every, key=RULES.index, default=BY_CODE["no_gate_weaker"]), rules)


def written(risk: Risk) -> dict[str, Any]:
    """The risk as a plan's context holds it; changes of low risk are left out of its list."""
    return {
        "level": risk.level.value,
        "rule": risk.rule.code,
        "changes": {
            address: {"level": rule.level.value, "rule": rule.code}
            for address, rule in risk.changes.items()
            if rule.level is not Level.LOW
        },
    }


def of(plan: Plan) -> Risk | None:
    """The risk that stands in a plan's context; None where there is none, or not one that this version knows."""
    try:
        told = plan.context["risk"]
        return Risk(BY_CODE[told["rule"]], {at: BY_CODE[rule["rule"]] for at, rule in told["changes"].items()})
    except (AttributeError, KeyError, TypeError):
        return None


def _rule(change: Change, moving: Iterable[Effect]) -> Rule:
    return next((BY_CODE[code] for code in _codes(change, moving)), BY_CODE["no_gate_weaker"])


def _codes(change: Change, moving: Iterable[Effect]) -> list[str]:
    """The codes of the rules that fit a change, the gravest first."""
    found = {effect.code for effect in (*change.impact, *moving)}
    codes = {str(code) for code in found}
    if isinstance(change, Replace):
        codes |= {code for code, effect in OF_REPLACES.items() if effect in found}
    return [rule.code for rule in RULES if rule.code in codes]
