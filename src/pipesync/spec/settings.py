"""What holds for a step: the nearest of the settings on its service, stage, pipeline, and in the defaults."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipesync import facts
from pipesync.model import Origin, Setting
from pipesync.policy.globs import Globs
from pipesync.spec.document import Document
from pipesync.spec.findings import Findings
from pipesync.spec.wording import shown, shown_name

DELAY: Final = "auto_validation_delay_days"
SETTINGS: Final = (DELAY, "protect", "manage")

Level = Mapping[str, Any]

_BASE: Final[dict[str, Any]] = {DELAY: facts.DEFAULT_DELAY_DAYS, "protect": False, "manage": True}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is settled for one step."""

    auto_validation_delay_days: int
    protect: bool
    manage: bool
    delay_set_by: tuple[Setting, Origin | None]


class Defaults:
    """The `defaults` of a set of files, which stand in at most one of them."""

    def __init__(self, document: Document | None, findings: Findings) -> None:
        plain: dict[str, Any] = {} if document is None else document.data.get("defaults", {})
        self._document = document
        self._findings = findings
        self._plain = _BASE | {key: plain[key] for key in SETTINGS if key in plain}
        self._projects: dict[str, dict[str, Any]] = plain.get("projects", {})
        self._globs = Globs(self._projects)
        self._numbers = {pattern: number for number, pattern in enumerate(self._projects)}
        self._by_project: dict[str, Level] = {}
        self._delay_by_project: dict[str, tuple[Setting, Origin | None]] = {}
        self._disagreements: set[tuple[str, str, str]] = set()

    def settle(self, project: str, document: Document, *levels: Level) -> Settings:
        """The settings for a destination in `project`; the nearest of `document`'s `levels` comes first."""
        if project not in self._by_project:
            patterns = sorted(self._globs.matching(project), key=self._numbers.__getitem__)
            self._by_project[project] = {**self._plain, **self._for_project(project, patterns)}
            self._delay_by_project[project] = self._default_delay(patterns)
        delay, protect, manage = (self._nearest(key, project, levels) for key in SETTINGS)
        return Settings(delay, protect, manage, self._delay_set_by(project, document, levels))

    def _delay_set_by(self, project: str, document: Document, levels: Sequence[Level]) -> tuple[Setting, Origin | None]:
        for level in levels:
            if DELAY in level:
                return _setting(level), document.value_origin(level, DELAY)  # type: ignore[arg-type]  # a dict
        return self._delay_by_project[project]

    def _default_delay(self, patterns: Iterable[str]) -> tuple[Setting, Origin | None]:
        """Where the delay of a step comes from that says nothing of it itself; `patterns` match its project."""
        for pattern in patterns:
            if DELAY in self._projects[pattern]:
                return Setting.PROJECTS, self._origin(self._projects[pattern])
        stands = self._document is not None and DELAY in (plain := self._document.data.get("defaults", {}))
        return (Setting.DEFAULTS, self._origin(plain)) if stands else (Setting.BUILT_IN, None)

    def _origin(self, level: dict[str, Any]) -> Origin:
        assert self._document is not None, "what stands there was read from it"
        return self._document.value_origin(level, DELAY)

    def _nearest(self, key: str, project: str, levels: Sequence[Level]) -> Any:
        return next((level[key] for level in levels if key in level), self._by_project[project][key])

    def _for_project(self, project: str, patterns: Iterable[str]) -> Level:
        """What the `patterns` say, which match it; where two disagree, the first, and a finding."""
        said: dict[str, tuple[str, Any]] = {}
        for pattern in patterns:
            for key, value in self._projects[pattern].items():
                first, other = said.setdefault(key, (pattern, value))
                if other != value:
                    self._disagree(key, project, first, pattern)
        return {key: value for key, (_, value) in said.items()}

    def _disagree(self, key: str, project: str, first: str, second: str) -> None:
        """Report two patterns once, by the first project that both match."""
        assert self._document is not None, "patterns come from a document"
        if (key, first, second) in self._disagreements:
            return
        self._disagreements.add((key, first, second))
        values = [shown(self._projects[pattern][key]) for pattern in (first, second)]
        words = (
            f"{shown_name(second)} says {key} {values[1]}, and {shown_name(first)} says {values[0]} "
            f"({self._document.key_origin(self._projects, first)}); both match the project {project}"
        )
        self._findings.add(self._document.key_origin(self._projects, second), words)


def _setting(level: Level) -> Setting:
    """What a level is, by the keys that only it has."""
    if "stages" in level:
        return Setting.PIPELINE
    return Setting.SERVICE if "service" in level or "destination" in level else Setting.STAGE
