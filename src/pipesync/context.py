"""A plan's context: what moves by itself, so that it stands outside the digest and outside what is compared."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipesync import impact, risk
from pipesync.change import Change, Delete, Effect, Replace
from pipesync.model import ByProject, LiveStep, UpgradeStep, Validation, service_at
from pipesync.shift import shifts


def context_of(
    changes: Sequence[Change],
    live: Iterable[LiveStep],
    services: ByProject,
    *,
    chains: tuple[Sequence[UpgradeStep], Sequence[UpgradeStep]],
    read_at: str | None,
    show_users: bool,
    braked: bool,
) -> dict[str, Any]:
    """When all this was read, which services of the chains that change are powered off, the last validations that a
    delete or replace takes along, what the changes mean at this moment, the services whose bounds change, and the risk.

    `chains` are the steps of the chains that change, as they are and as they will be. Users are named only if
    `show_users`.
    """
    before, after = chains
    gone = {change.address for change in changes if isinstance(change, Delete | Replace)}
    lost = {at.step.address: at.last_validation for at in live if at.last_validation and at.step.address in gone}
    moving = {
        change.address: effects
        for change in changes
        if (effects := impact.moving(change, lost.get(change.address), services, read_at, show_users=show_users))
    }
    return {
        "read_at": read_at,
        "powered_off": _powered_off(after, services),
        "last_validations": {address: _validation(last, show_users=show_users) for address, last in lost.items()},
        "impact": _written(moving),
        "forecast": shifts(before, after, services),
        "risk": risk.written(risk.judge(changes, moving, braked=braked)),
    }


def _powered_off(steps: Iterable[UpgradeStep], services: ByProject) -> list[str]:
    ends = sorted({ref for step in steps for ref in (step.source, step.destination)})
    known = (service_at(services, ref) for ref in ends)
    return [str(service.ref) for service in known if service is not None and service.powered_off]


def _validation(last: Validation, *, show_users: bool) -> dict[str, Any]:
    told = {"validated_at": last.at, "automatic": last.by is None, "comment": last.comment}
    return {**told, "by": last.by} if show_users else told


def _written(moving: Mapping[str, tuple[Effect, ...]]) -> dict[str, Any]:
    return {address: [effect.model_dump(mode="json") for effect in effects] for address, effects in moving.items()}


def effects(context: Mapping[str, Any], address: str) -> tuple[Effect, ...]:
    """What `context_of` tells of a change; nothing where that is not there, or not what this version knows."""
    try:
        return tuple(Effect.model_validate(effect) for effect in context["impact"][address])
    except (KeyError, TypeError, ValueError):
        return ()
