"""The nouns that everything else speaks of: services, upgrade steps, and what a spec and the API say of them.

All are frozen values, compared by what they hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from pipesync import facts
from pipesync.window import Window


class ServiceRef(NamedTuple):
    """A service by its project's name and its own; written `project/service`.

    Names from the API are never refused, so a slash or a percent sign inside a name is written
    `%2F` or `%25`: every reference has exactly one spelling, and every spelling one meaning.
    (A tuple, because plans hash and compare hundreds of thousands of them.)
    """

    project: str
    service: str

    def __str__(self) -> str:
        return f"{_quote(self.project)}/{_quote(self.service)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that `str` wrote; ValueError if `text` is not `project/service`."""
        project, slash, service = text.partition("/")
        if not (project and slash and service) or "/" in service:
            raise ValueError(f"{text!r} is not PROJECT/SERVICE")
        return cls(_unquote(project), _unquote(service))


def _quote(name: str) -> str:
    if "%" not in name and "/" not in name:
        return name
    return name.replace("%", "%25").replace("/", "%2F")


def _unquote(text: str) -> str:
    return text.replace("%2F", "/").replace("%25", "%")


@dataclass(frozen=True, slots=True, order=True)
class UpgradeStep:
    """What desired, live and recorded steps share; the destination identifies it (one source per destination)."""

    source: ServiceRef
    destination: ServiceRef
    auto_validation_delay_days: int

    @property
    def address(self) -> str:
        return str(self.destination)


@dataclass(frozen=True, slots=True)
class Validation:
    """The last validation of a step, as the API words it; `by` is None when a timer validated."""

    at: str
    by: str | None
    comment: str


@dataclass(frozen=True, slots=True)
class LiveStep:
    """An upgrade step that the API lists."""

    step_id: str
    step: UpgradeStep
    last_validation: Validation | None = None

    @property
    def ends(self) -> tuple[ServiceRef, ServiceRef]:
        """The four names."""
        return (self.step.source, self.step.destination)


@dataclass(frozen=True, slots=True)
class PendingUpdate:
    """A maintenance update that waits, in Aiven's words; it has no id and no version, and any field may be empty.

    `deadline` is when it must be installed, `start_after` the earliest automatic time, `start_at` when it will be.
    """

    description: str = ""
    start_after: str | None = None
    start_at: str | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What there is to know of a service; `state` is RUNNING, POWEROFF, REBUILDING or REBALANCING.

    `version` is what it runs, `window` when it may be updated: None where Aiven does not show them.
    """

    ref: ServiceRef
    service_type: str
    state: str
    version: str | None = None
    window: Window | None = None
    updates: tuple[PendingUpdate, ...] = ()

    @property
    def powered_off(self) -> bool:
        return self.state == "POWEROFF"


ByProject = Mapping[str, Mapping[str, Service]]
"""Project → service → what is known of it; a project that could not be read is not there."""


def service_at(services: ByProject, ref: ServiceRef) -> Service | None:
    """What is known of a service, if it is."""
    return services.get(ref.project, {}).get(ref.service)


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in a spec; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Setting(StrEnum):
    """Where a setting of a step stands, the nearest first: the levels of a spec, and what pipesync has built in."""

    SERVICE = "service"
    STAGE = "stage"
    PIPELINE = "pipeline"
    PROJECTS = "defaults.projects"
    DEFAULTS = "defaults"
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the Aiven account allows: steps in a row, and days."""

    max_chain_steps: int
    max_auto_validation_delay_days: int = facts.MAX_DELAY_DAYS

    @classmethod
    def of(cls, organization: str | None) -> Self:
        """The limits Aiven documents, for a spec that says nothing."""
        return cls(facts.max_chain_steps(organization))


@dataclass(frozen=True, slots=True)
class DesiredStep:
    """An upgrade step that a spec asks for; `manage: false` leaves the live one alone."""

    step: UpgradeStep
    origin: Origin
    pipeline: str | None = None
    owner: str | None = None
    protect: bool = False
    manage: bool = True
    delay_set_by: tuple[Setting, Origin | None] = (Setting.BUILT_IN, None)


@dataclass(frozen=True, slots=True)
class Spec:
    """A set of spec files, loaded: steps in the order of the files, one per destination."""

    organization: str | None
    limits: Limits
    steps: tuple[DesiredStep, ...]
    files: tuple[str, ...]
    digest: str
