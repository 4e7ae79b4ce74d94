"""The policy as a value: what destinations, sources and spec files have to be, each rule with its place in the file."""

from dataclasses import dataclass, field
from enum import StrEnum

from pipesync.model import Origin
from pipesync.policy.brake import BrakeNumbers
from pipesync.policy.globs import Pattern


class Level(StrEnum):
    """What a breach of a rule is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class LeastDelay:
    """Steps to these destinations wait at least so many `days`."""

    destinations: tuple[Pattern, ...]
    days: int
    level: Level
    origin: Origin


@dataclass(frozen=True, slots=True)
class RequiredGate:
    """Every service of these projects (globs over names) is a destination, but for the exempt ones."""

    projects: tuple[str, ...]
    services: tuple[str, ...]
    exempt: tuple[Pattern, ...]
    level: Level
    origin: Origin


@dataclass(frozen=True, slots=True)
class AllowedPairs:
    """A step's projects match one of these (source, destination) globs."""

    pairs: tuple[tuple[str, str], ...]
    level: Level
    origin: Origin


@dataclass(frozen=True, slots=True)
class Scope:
    """Spec files that match one of `files` name these destinations and no others."""

    files: tuple[str, ...]
    destinations: tuple[Pattern, ...]
    level: Level
    origin: Origin


@dataclass(frozen=True, slots=True)
class Scopes:
    """The first scope whose `files` match decides about a file; one that none matches may name nothing."""

    scopes: tuple[Scope, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy file, loaded; `digest` is SHA-256 of its content."""

    file: str
    digest: str
    least_delays: tuple[LeastDelay, ...] = ()
    required_gates: tuple[RequiredGate, ...] = ()
    allowed_pairs: AllowedPairs | None = None
    scopes: Scopes | None = None
    brake: BrakeNumbers = field(default_factory=BrakeNumbers)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is not kept: at which address, in words, and what to change.

    `policy` is the rule's place, `origin` the place of the step in the spec, if it has one.
    """

    code: str
    level: Level
    address: str
    message: str
    next: str
    policy: Origin
    origin: Origin | None = None
