"""What a change means for its destination's gate: what follows from the steps, and what moves by itself.

A step is a gate: its destination takes an update once it is validated on the source. Deleting a step deletes its
validations, and a new one starts from what is validated already; a source that is powered off cannot be validated, and
its destination is updated regardless (Aiven's documentation, "controlled upgrades", August 2026).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, assert_never

from pipesync.amounts import count
from pipesync.change import Change, Create, Delete, Effect, EffectCode, Forget, Import, Reason, Replace, Update
from pipesync.model import ByProject, Service, ServiceRef, UpgradeStep, Validation, service_at

NEAR: Final = timedelta(hours=24)
"""A gate that falls so close to its destination's window may be missed by the update that waits; how long a window
stays open is documented nowhere, so this counts after an opening as well as before the next one."""

_SEEN: Final = 2
"""A chain of one step is what the feature is: longer ones may be more than the account allows."""

_LONGEST: Final = 240
"""Characters of a comment or a description in a sentence, three lines of a terminal: whoever may write one must not be
able to fill the page that others review. The context has all of a comment.
"""

_MOST_UPDATES: Final = 3
"""Updates that are told one by one, for the same reason."""

LIVE: Final = "any that is live"
BASE: Final = "any in the base"
"""The chains that a new one is held against; an offline plan knows nothing of what is live."""


@dataclass(frozen=True, slots=True)
class Depths:
    """How many steps stand in a row: above and below each service of a set, and at most in another one (`seen`).

    `continued` are the services at which a new step of a plan begins: a chain is told once, at its lowest new step.
    `others` says in words what that other set is.
    """

    above: Mapping[ServiceRef, int]
    below: Mapping[ServiceRef, int]
    seen: int
    continued: frozenset[ServiceRef]
    others: str = LIVE

    @classmethod
    def of(
        cls,
        result: Iterable[UpgradeStep],
        live: Iterable[UpgradeStep],
        changes: Iterable[Change],
        *,
        offline: bool = False,
    ) -> Self:
        """`live` are those of the base, if the plan is an `offline` one."""
        result = tuple(result)
        seen = max(_depths((step.source, step.destination) for step in live).values(), default=0)
        above = _depths((step.source, step.destination) for step in result)
        below = _depths((step.destination, step.source) for step in result)
        new = (change for change in changes if isinstance(change, Create | Replace))
        return cls(above, below, seen, frozenset(change.after.source for change in new), BASE if offline else LIVE)

    def through(self, step: UpgradeStep) -> int:
        """The steps of the longest chain that `step` is part of."""
        return self.above.get(step.source, 0) + 1 + self.below.get(step.destination, 0)


def told(change: Change, depths: Depths) -> tuple[Effect, ...]:
    """What the change means by the steps alone: for the gate, its delay and protection, its validations, the chain."""
    found = (*_gate(change), *_settings(change), *_validations(change), *_chain(change, depths))
    return tuple(Effect(code=code, message=message) for code, message in found)


_Told = Iterator[tuple[EffectCode, str]]


def _gate(change: Change) -> _Told:
    at = change.address
    match change:
        case Delete():
            yield EffectCode.GATE_LOST, f"{at} loses its gate"
        case Create():
            yield EffectCode.GATE_GAINED, f"{at} gains a gate"
        case Replace():
            yield EffectCode.GATE_MOVED, f"{at} waits for {change.after.source} instead of {change.before.source}"
        case Import() | Update() | Forget():
            return
        case _:
            assert_never(change)


def _settings(change: Change) -> _Told:
    at, before, after = change.address, change.before, change.after
    if isinstance(change, Forget) and change.before.protect and change.reason is Reason.SPEC_CHANGED:
        yield EffectCode.PROTECTION_LIFTED, f"{at} is no longer protected"  # only the state knows, and it forgets
    if before is None or after is None:
        return
    old, new = before.auto_validation_delay_days, after.auto_validation_delay_days
    if new < old:
        yield EffectCode.DELAY_SHORTER, f"the delay of {at} gets shorter: {count(new, 'day')} instead of {old}"
    elif new > old:
        yield EffectCode.DELAY_LONGER, f"the delay of {at} gets longer: {count(new, 'day')} instead of {old}"
    if before.protect and not after.protect:
        yield EffectCode.PROTECTION_LIFTED, f"{at} is no longer protected"


def _validations(change: Change) -> _Told:
    if isinstance(change, Delete | Replace):
        yield EffectCode.VALIDATIONS_DROPPED, "the validations of the old step are dropped"
    if isinstance(change, Replace):
        new = change.after.source
        yield EffectCode.RESEEDED, f"what is already validated on {new} may reach {change.address} at once"


def _chain(change: Change, depths: Depths) -> _Told:
    if not isinstance(change, Create | Replace) or change.after.destination in depths.continued:
        return
    length = depths.through(change.after.step)
    if length > depths.seen and length >= _SEEN:
        words = f"the chain through {change.address} gets {length} steps long, longer than {depths.others}"
        yield EffectCode.CHAIN_LONGEST, f"{words}: the account may refuse it"


def moving(
    change: Change, last: Validation | None, services: ByProject, now: str | None, *, show_users: bool
) -> tuple[Effect, ...]:
    """What the change means as things are at the moment of reading, `now` (ISO 8601)."""
    if isinstance(change, Forget):
        return ()
    found: list[tuple[EffectCode, str]] = []
    source = None if change.after is None else service_at(services, change.after.source)
    if source is not None and source.powered_off:
        void = f"{source.ref} is powered off, so the gate of {change.address} is void: updates reach it all the same"
        found.append((EffectCode.GATE_VOID, void))
    if isinstance(change, Delete | Replace):
        if last is not None:
            found.append((EffectCode.LAST_VALIDATION, _last(last, show_users=show_users)))
        destination = service_at(services, change.before.destination)
        found += _about_to_be_updated(change.address, destination, now)
    return tuple(Effect(code=code, message=message) for code, message in found)


def _last(last: Validation, *, show_users: bool) -> str:
    by = "by a timer" if last.by is None else f"by {_brief(last.by)}" if show_users else "by a person"
    return f"the last validation was made {by}, {_brief(last.at)}" + (
        f": {_brief(last.comment)}" if last.comment else ""
    )


def _about_to_be_updated(at: str, service: Service | None, now: str | None) -> Iterator[tuple[EffectCode, str]]:
    if service is None:
        return
    opening = None if now is None else _near(service, datetime.fromisoformat(now))
    if opening is not None:
        moment = f"{opening:%Y-%m-%d %H:%M} UTC"
        yield EffectCode.WINDOW_NEAR, f"this is within 24 hours of the maintenance window of {at}, {moment}"
    for update in service.updates[:_MOST_UPDATES]:
        what = f": {_brief(update.description)}" if update.description else ""
        yield EffectCode.UPDATE_PENDING, f"an update waits for {at}{what}"
    if (more := len(service.updates) - _MOST_UPDATES) > 0:
        yield EffectCode.UPDATE_PENDING, f"{more} more update{'s wait' if more > 1 else ' waits'} for {at}"


def _brief(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _near(service: Service, now: datetime) -> datetime | None:
    """The opening of the service's window that is less than a day away, before or after."""
    if service.window is None:
        return None
    near = (service.window.next(now), service.window.last(now))
    return next((each for each in near if each is not None and abs(each - now) <= NEAR), None)


def _depths(edges: Iterable[tuple[ServiceRef, ServiceRef]]) -> dict[ServiceRef, int]:
    """How many edges lead to each service, by the longest way from where no edge ends; what is in a circle has none."""
    below: defaultdict[ServiceRef, list[ServiceRef]] = defaultdict(list)
    waits: defaultdict[ServiceRef, int] = defaultdict(int)
    for start, end in edges:
        below[start].append(end)
        waits[end] += 1
    depths = dict.fromkeys((start for start in below if not waits[start]), 0)
    ready = list(depths)
    while ready:
        at = ready.pop()
        for end in below.get(at, ()):
            depths[end] = max(depths.get(end, 0), depths[at] + 1)
            waits[end] -= 1
            if not waits[end]:
                ready.append(end)
    return depths
