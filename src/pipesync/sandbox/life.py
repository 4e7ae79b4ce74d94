"""The rules of a service's life, as pure functions: which version it may take, when, and when a timer validates."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from pipesync.sandbox.names import Ref
from pipesync.sandbox.settings import LifeSettings
from pipesync.sandbox.steps import Step
from pipesync.sandbox.world import MaintenanceWindow, Service

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Release:
    """A maintenance release: a version of one type of service, and when it arrived."""

    type: str
    version: str
    description: str
    arrived: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A service runs `version` since `at`."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Update:
    """Maintenance in progress: the version it brings, and when it is done."""

    version: str
    done: datetime


@dataclass(frozen=True, slots=True)
class Node:
    """A service as its life sees it; `receipts` are the versions it got since the clock stands, oldest first."""

    ref: Ref
    service: Service
    update: Update | None = None
    receipts: tuple[Receipt, ...] = ()

    @property
    def is_off(self) -> bool:
        return self.service.state == "POWEROFF"


@dataclass(frozen=True, slots=True)
class Timer:
    """Unless somebody is faster, `version` is validated automatically at `due`."""

    version: str
    due: datetime


class Catalogue:
    """The releases in order of arrival, and which of two versions is newer.

    Of two released versions the one that arrived later is; where one never arrived, the numbers in them decide.
    """

    def __init__(self, releases: Iterable[Release]) -> None:
        self.releases = tuple(releases)
        self._ranks: dict[tuple[str, str], int] = {}
        self._lines: defaultdict[tuple[str, str], list[Release]] = defaultdict(list)
        for rank, release in enumerate(self.releases):
            self._ranks[release.type, release.version] = rank
            self._lines[release.type, major(release.version)].append(release)

    def knows(self, service_type: str, version: str) -> bool:
        return (service_type, version) in self._ranks

    def newer(self, service_type: str, version: str, than: str | None) -> bool:
        """Whether `version` follows `than`: never across major versions, nor where nothing is known to run."""
        if than is None or version == than or major(version) != major(than):
            return False
        one, other = (self._ranks.get((service_type, each), -1) for each in (version, than))
        if one >= 0 and other >= 0:
            return one > other
        return (_numbers(version), one) > (_numbers(than), other)

    def pending(self, service: Service) -> tuple[Release, ...]:
        """The releases that `service` does not run yet, in order of arrival."""
        line = self._lines.get((service.type, major(service.version or "")), [])
        return tuple(release for release in line if self.newer(service.type, release.version, service.version))

    def newest(self, service: Service) -> str | None:
        """The newest release that is newer than what `service` runs."""
        pending = self.pending(service)
        return pending[-1].version if pending else None


def major(version: str) -> str:
    """What maintenance never changes: the version up to its first dot."""
    return version.partition(".")[0]


def is_void(step: Step | None, source: Node | None) -> bool:
    """Whether nothing holds the destination: it has no source, or its source is powered off."""
    return step is None or (source is not None and source.is_off)


def allowed(node: Node, step: Step | None, source: Node | None, catalogue: Catalogue) -> str | None:
    """The version that `node` may take now, None if there is none newer than what it runs.

    `step` is the one that leads to it from `source`. The window says when, this says what.
    """
    if is_void(step, source):
        return catalogue.newest(node.service)
    assert step is not None
    validated = step.validated_version
    if validated is not None and catalogue.newer(node.service.type, validated, node.service.version):
        return validated
    return None


def timers(
    step: Step, source: Node | None, siblings: Sequence[Step], catalogue: Catalogue, settings: LifeSettings
) -> tuple[Timer, ...]:
    """When the versions that `source` received are validated for `step`, earliest first.

    `siblings` are all steps of that source. A source that is powered off validates nothing.
    """
    if source is None or source.is_off:
        return ()
    receipts = source.receipts if settings.newer_update == "continues" else source.receipts[-1:]
    days = delay_days(step, siblings, settings)
    return tuple(
        Timer(receipt.version, max(receipt.at, step.timer_from or receipt.at) + timedelta(days=days))
        for receipt in receipts
        if is_news(receipt.version, step, source, catalogue)
    )


def is_news(version: str, step: Step, source: Node, catalogue: Catalogue) -> bool:
    """Whether validating `version` of `source` changes what `step` lets through."""
    validated = step.validated_version
    return validated is None or catalogue.newer(source.service.type, version, validated)


def delay_days(step: Step, siblings: Sequence[Step], settings: LifeSettings) -> int:
    """The delay that counts for `step` among the steps of its source."""
    delays = [each.auto_validation_delay_days for each in siblings] or [step.auto_validation_delay_days]
    match settings.siblings:
        case "own":
            return step.auto_validation_delay_days
        case "shortest":
            return min(delays)
        case "longest":
            return max(delays)
        case _:
            assert_never(settings.siblings)


def initial_version(destination: Node, siblings: Sequence[Step], catalogue: Catalogue) -> str | None:
    """What a new step lets through: what its destination runs, or is being updated to.

    Or the newest version that its source has validated for `siblings`, steps of the same source, if that is newer.
    """
    version = destination.update.version if destination.update else destination.service.version
    for sibling in siblings:
        validated = sibling.validated_version
        if validated and (version is None or catalogue.newer(destination.service.type, validated, version)):
            version = validated
    return version


def next_opening(window: MaintenanceWindow, after: datetime) -> datetime | None:
    """When the window opens next, later than `after`; None if it never does."""
    if not window.enabled or window.dow == "never":
        return None
    hour, minute, second = map(int, window.time.split(":"))
    day = after.astimezone(UTC) + timedelta(days=(_DAYS.index(window.dow) - after.weekday()) % 7)
    opening = day.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return opening if opening > after else opening + timedelta(days=7)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)))
