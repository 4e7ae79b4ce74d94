"""Which steps breach a policy: too short a delay, projects that may not be linked, a file that may not name them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipesync.amounts import count
from pipesync.model import Origin, ServiceRef, UpgradeStep
from pipesync.policy.globs import ByDestination, Numbered
from pipesync.policy.rules import AllowedPairs, Breach, LeastDelay, Level, Policy, Scope, Scopes

MOST_LISTED: Final = 5
"""Patterns that a message lists: enough to see what is meant."""

_NO_SCOPE: Final = ": no scope of the policy is about this file"


@dataclass(frozen=True, slots=True)
class Subject:
    """A step to judge, and where the spec names it.

    `involved`: a change of the plan makes the step so. One that stands already is no more than a warning.
    """

    step: UpgradeStep
    origin: Origin | None
    involved: bool


@dataclass(frozen=True, slots=True)
class Naming:
    """A destination that a spec file names; `path` is that of the file from the working directory."""

    destination: ServiceRef
    origin: Origin
    path: str
    involved: bool


def step_breaches(policy: Policy, subjects: Sequence[Subject]) -> Iterator[Breach]:
    """Every breach by the steps themselves, one for each step and kind of rule."""
    yield from _too_short(policy.least_delays, subjects)
    if policy.allowed_pairs is not None:
        yield from _not_allowed(policy.allowed_pairs, subjects)


def scope_breaches(policy: Policy, namings: Iterable[Naming]) -> Iterator[Breach]:
    """Every destination that is named in a file which may not name it."""
    if policy.scopes is None:
        return
    files = _ByFile(policy.scopes)
    allowing = ByDestination((scope.destinations, scope) for scope in policy.scopes.scopes)
    for naming in namings:
        scope, able = files.scope_of(naming.path), allowing.about(naming.destination)
        if not any(one is scope for one in able):
            yield _out_of_scope(scope or policy.scopes, able, naming)


def lowered(level: Level, *, involved: bool) -> Level:
    """What a breach of a rule of this level is, for a plan that takes part in it or does not."""
    return level if involved else Level.WARNING


def _too_short(rules: Sequence[LeastDelay], subjects: Iterable[Subject]) -> Iterator[Breach]:
    strictest_first = sorted(rules, key=lambda rule: (-rule.days, rule.level is not Level.ERROR))
    by_destination = ByDestination((rule.destinations, rule) for rule in strictest_first)
    for subject in subjects:
        delay = subject.step.auto_validation_delay_days
        for rule in _strictest(by_destination.about(subject.step.destination)):
            if delay < rule.days:
                yield _delay_breach(rule, subject)


def _strictest(rules: Sequence[LeastDelay]) -> Iterator[LeastDelay]:
    """Of rules with the strictest first: that one; and the first that is an error, where that one is not."""
    yield from rules[:1]
    if rules and rules[0].level is not Level.ERROR:
        error = next((rule for rule in rules if rule.level is Level.ERROR), None)
        if error is not None:
            yield error


def _delay_breach(rule: LeastDelay, subject: Subject) -> Breach:
    step = subject.step
    waits = f"{step.address} waits {count(step.auto_validation_delay_days, 'day')}"
    return Breach(
        "policy_least_delay",
        lowered(rule.level, involved=subject.involved),
        step.address,
        f"{waits}; the policy asks for at least {rule.days}",
        f"set auto_validation_delay_days of {step.address} to {rule.days} or more"
        + ("" if subject.origin else ", in the spec that manages the step"),
        rule.origin,
        subject.origin,
    )


def _not_allowed(rule: AllowedPairs, subjects: Iterable[Subject]) -> Iterator[Breach]:
    from_, to = (Numbered([pair[end]] for pair in rule.pairs) for end in (0, 1))
    known: dict[tuple[str, str], tuple[bool, list[str]]] = {}
    for subject in subjects:
        projects = (subject.step.source.project, subject.step.destination.project)
        if projects not in known:
            able = to.matching(projects[1])
            allowed = not able.isdisjoint(from_.matching(projects[0]))
            known[projects] = allowed, [] if allowed else _few(rule.pairs[number][0] for number in sorted(able))
        allowed, sources = known[projects]
        if not allowed:
            yield _pair_breach(rule, subject, sources)


def _pair_breach(rule: AllowedPairs, subject: Subject, sources: Sequence[str]) -> Breach:
    step = subject.step
    instead = f"take a source in {_listed(sources)}" if sources else "take another destination"
    return Breach(
        "policy_pair",
        lowered(rule.level, involved=subject.involved),
        step.address,
        f"{step.address} may not wait for {step.source}: the policy allows no step from project {step.source.project} "
        f"to project {step.destination.project}",
        f"{instead}, or let the policy allow the pair",
        rule.origin,
        subject.origin,
    )


class _ByFile:
    """Which scope decides about a file; found once."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes.scopes
        self._numbers = Numbered(scope.files for scope in scopes.scopes)
        self._by_file: dict[str, Scope | None] = {}

    def scope_of(self, path: str) -> Scope | None:
        if path not in self._by_file:
            first = min(self._numbers.matching(path), default=None)
            self._by_file[path] = None if first is None else self._scopes[first]
        return self._by_file[path]


def _out_of_scope(broken: Scope | Scopes, able: Sequence[Scope], naming: Naming) -> Breach:
    """`broken` is the scope that decides about the file, or all of them if there is none; `able` ones allow it."""
    address, file = str(naming.destination), naming.origin.file
    globs = _few(glob for scope in able for glob in scope.files)
    move = f"move the step to a file that may ({_listed(globs)})" if able else "take the step out"
    level, why = (broken.level, "") if isinstance(broken, Scope) else (Level.ERROR, _NO_SCOPE)
    return Breach(
        "policy_scope",
        lowered(level, involved=naming.involved),
        address,
        f"{file} may not name {address}{why}",
        f"{move}, or let the policy's scope allow it",
        broken.origin,
        naming.origin,
    )


def _few(globs: Iterable[str]) -> list[str]:
    """The first different ones: as many as a message lists, and one more if there are others."""
    few: dict[str, None] = {}
    for glob in globs:
        few[glob] = None
        if len(few) > MOST_LISTED:
            break
    return list(few)


def _listed(few: Sequence[str]) -> str:
    return " or ".join(few[:MOST_LISTED]) + (" or others" if len(few) > MOST_LISTED else "")
