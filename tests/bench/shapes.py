"""The sets of upgrade steps that are measured: for a shape and a number of steps, the world and the spec."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

ORGANIZATION: Final = "org1a23f456789"

PROJECTS: Final = 30
"""A large account; with a parallelism of 10 its services are looked up in three rounds."""

DELAY_DAYS: Final = 14

Step = tuple[str, str]
"""Source and destination, each `project/service`."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How `size` steps hang together: in chains of two, or all off one source."""

    name: Literal["chains", "fan"]
    size: int

    @property
    def words(self) -> str:
        if self.name == "chains":
            return "Chains of two steps: development, staging, production"
        return "Every step off one source"

    @property
    def projects(self) -> int:
        """The projects that the steps name; each is looked up when everything changes."""
        return len(self._services())

    @property
    def projects_of_last(self) -> int:
        """The projects of the chain that the last step is part of; looked up when that step alone changes."""
        if self.name == "fan":
            return self.projects
        return 3 if self.size % 2 == 0 else 2

    def world(self, latency_ms: float) -> dict[str, Any]:
        """Every service that the steps need, and no step, in the words of a world file."""
        return {
            "organization": ORGANIZATION,
            "latency_ms": latency_ms,
            "services": [
                {"project": project, "names": list(names), "type": "pg"} for project, names in self._services().items()
            ],
        }

    def spec(self, *, last_delay: int = DELAY_DAYS) -> str:
        """The spec as a person would write it, every delay spelt out; `last_delay` days for the last step."""
        lines = ["version: 1", f"organization: {ORGANIZATION}", "pipelines:"]
        lines += self._chains() if self.name == "chains" else self._fan()
        lines[-1] = lines[-1].replace(str(DELAY_DAYS), str(last_delay))
        return "\n".join(lines) + "\n"

    def _chains(self) -> Iterator[str]:
        for number, (source, destination) in enumerate(self._steps()):
            if number % 2 == 0:
                yield from (f"  pg-{number // 2:05}:", "    stages:", f"      - {source}")
            yield from (f"      - service: {destination}", f"        auto_validation_delay_days: {DELAY_DAYS}")

    def _fan(self) -> Iterator[str]:
        yield from ("  fan:", "    stages:", "      - dev-00/pg-source", "      - services:")
        for _, destination in self._steps():
            yield from (f"          - service: {destination}", f"            auto_validation_delay_days: {DELAY_DAYS}")

    def _services(self) -> dict[str, dict[str, None]]:
        """Project → its services, each in the order of the steps."""
        found: dict[str, dict[str, None]] = {}
        for step in self._steps():
            for service in step:
                project, _, name = service.partition("/")
                found.setdefault(project, {})[name] = None
        return found

    def _steps(self) -> Iterator[Step]:
        for number in range(self.size):
            if self.name == "fan":
                yield "dev-00/pg-source", f"prod-{number % (PROJECTS - 1):02}/pg-{number:05}"
            else:
                chain, second = divmod(number, 2)
                triple = chain % (PROJECTS // 3)
                stages = [f"{stage}-{triple:02}/pg-{chain:05}" for stage in ("dev", "staging", "prod")]
                yield stages[second], stages[second + 1]
