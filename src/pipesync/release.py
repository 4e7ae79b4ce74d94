"""An approval as a value: the service, the destinations its version is released to, and what speaks against it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipesync.errors import PipesyncError, RefusedError
from pipesync.model import (
    ByProject,
    DesiredStep,
    LiveStep,
    Service,
    ServiceRef,
    Spec,
    UpgradeStep,
    Validation,
    service_at,
)

POWER_ON = "a service must be running to be approved: power it on, and look at what it runs then"


@dataclass(frozen=True, slots=True)
class Destination:
    """A service that an approval releases a version to.

    step        as it is live; as the spec has it where this token cannot see it (`verified` is false then)
    service     None where `unreadable` says why nothing is known of it
    desired     what the spec says of the step, if anything
    """

    step: UpgradeStep
    verified: bool
    service: Service | None
    unreadable: str | None
    desired: DesiredStep | None


@dataclass(frozen=True, slots=True)
class Release:
    """What approving `service` means now; `seen` are its steps as far as this token sees them."""

    service: Service
    seen: tuple[LiveStep, ...]
    destinations: tuple[Destination, ...]

    @property
    def last_validation(self) -> Validation | None:
        """The newest of its steps; a timer's is of one step, a person's of all."""
        found = [live.last_validation for live in self.seen if live.last_validation is not None]
        return max(found, key=lambda validation: validation.at, default=None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read: the live steps that begin at a service, and the services of the projects concerned.

    live  None if this token may not list steps
    """

    live: Sequence[LiveStep] | None
    known: ByProject
    unreadable: Mapping[str, str]


def planned(spec: Spec | None, source: ServiceRef) -> tuple[DesiredStep, ...]:
    """The steps that the spec lets begin at `source`."""
    return tuple(desired for desired in spec.steps if desired.step.source == source) if spec else ()


def check_named(spec: Spec | None, source: ServiceRef) -> None:
    """RefusedError if there is a spec, and it does not let a step begin at `source`."""
    if spec is None or planned(spec, source):
        return
    if any(desired.step.destination == source for desired in spec.steps):
        raise RefusedError(
            f"{source} is the source of no step in the spec, only a destination: nothing waits for its approval",
            next="approve its source, or add --any if a step that is not in the spec begins at it",
        )
    raise RefusedError(
        f"{source} is not in the spec",
        next="check the name, and which spec this is (--file); --any approves a service that no spec names",
    )


def release(service: Service, desired: Sequence[DesiredStep], evidence: Evidence) -> Release:
    """What an approval of `service` means; `desired` are the spec's steps that begin at it."""
    wanted = {one.step.destination: one for one in desired}
    live = [(one.step, True) for one in evidence.live or ()]
    listed = {step.destination for step, _ in live}
    # A step that the list lacks does not exist if its project can be read; else this token may just not see it.
    hidden = [
        (one.step, False)
        for ref, one in wanted.items()
        if ref not in listed and (evidence.live is None or ref.project in evidence.unreadable)
    ]
    destinations = [
        Destination(
            step,
            verified,
            service_at(evidence.known, step.destination),
            evidence.unreadable.get(step.destination.project),
            wanted.get(step.destination),
        )
        for step, verified in (*live, *hidden)
    ]
    ordered = sorted(destinations, key=lambda one: one.step.destination)
    return Release(service, tuple(evidence.live or ()), tuple(ordered))


def check(release: Release, *, if_version: str | None, planned: bool) -> None:
    """RefusedError if the approval may not be; `planned`: the spec has steps that begin at the service."""
    service = release.service
    if not release.destinations:
        raise RefusedError(
            f"no upgrade step begins at {service.ref}, as far as this token sees: nothing waits for its approval",
            next="the spec's steps are not live yet: `pipesync plan` shows what apply would do"
            if planned
            else "`pipesync dump` shows the steps there are; a token that may read both projects sees a step",
        )
    if service.powered_off:
        raise RefusedError(f"{service.ref} is powered off, and what does not run cannot be approved", next=POWER_ON)
    if if_version is not None and service.version is None:
        raise RefusedError(
            f"Aiven does not show which version {service.ref} runs, so that it is {if_version} cannot be told",
            next="look at the service, and approve it without --if-version if it is what you mean",
        )
    if if_version is not None and service.version != if_version:
        raise RefusedError(
            f"{service.ref} runs {service.version}, not {if_version}", next="test what it runs now, then approve that"
        )


def check_still(shown: Service, now: Service | None) -> None:
    """RefusedError if the service is not what it was when its approval was decided on."""
    if now is None:
        raise RefusedError(f"{shown.ref} is not there any more, and was not approved")
    if now.powered_off:
        raise RefusedError(f"{shown.ref} was powered off in the meantime, and was not approved", next=POWER_ON)
    if now.version != shown.version:
        raise RefusedError(
            f"{shown.ref} ran {shown.version or 'an unknown version'} when its approval was decided on, and runs "
            f"{now.version or 'an unknown version'} now; it was not approved",
            next="test what it runs now, then approve that",
        )


def one_of(services: Mapping[str, Service], source: ServiceRef) -> Service:
    """The service of that name; PipesyncError if its project has none."""
    found = services.get(source.service)
    if found is None:
        raise PipesyncError(
            f"there is no service {source.service} in project {source.project}",
            where=str(source),
            next="check the name; `avn service list` shows the services of a project",
        )
    return found


def ends_of(steps: Iterable[LiveStep], desired: Iterable[DesiredStep]) -> tuple[UpgradeStep, ...]:
    """The steps whose projects must be looked at."""
    return tuple({*(one.step for one in steps), *(one.step for one in desired)})
