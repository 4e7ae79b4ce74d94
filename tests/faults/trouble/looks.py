"""Commands that read in bad weather: each fails, or says what it says in good weather."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.gate import blind_repeats
from tests.faults.opening import opening
from tests.faults.plans import ORGANIZATION, PlanKind, Step, chain, fan
from tests.faults.stage import Stage
from tests.faults.trouble.course import MOST_RUNS
from tests.faults.trouble.weather import Weather, met

SHARE: Final = 0.5
"""Of the requests, because a command that reads makes few of them."""

GONE: Final = "us/pg-c"
KIND: Final = PlanKind(
    "something to do, something found, and a step removed by somebody else",
    (*chain("pg-a", "dev", "stage", "eu"), *chain("pg-c", "dev", "us"), *chain("pg-b", "dev", "stage")),
    (*chain("pg-a", "dev", "stage", days=3), Step("dev/pg-a", "eu/pg-a"), *fan("pg-c", "dev", "us", "ap")),
    strangers=chain("pg-c", "dev", "ap"),
)

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "plan": ("plan", "--format", "json"),
    "drift": ("drift", "--format", "json"),
    "status": ("status", "--format", "json"),
    "status of a chain": ("status", "eu/pg-a", "--format", "json"),
    "forecast": ("forecast", "--format", "json"),
    "dump": ("dump", "--organization", ORGANIZATION),
}

MOVING: Final = frozenset({"context", "warnings", "read_at", "unreadable"})
"""What is told of services, the hour, and what could not be read."""

OF_SERVICES: Final = frozenset({"services", "trees", "summary"})
"""What status and forecast tell by the services; where a project could not be read it is less, and they say so."""


@dataclass(frozen=True)
class Said:
    """What a command says of steps: with which projects unread."""

    facts: dict[str, Any]
    unread: int

    @classmethod
    def by(cls, ended: Ended) -> "Said":
        if not ended.out.startswith("{"):
            return cls({"text": ended.out}, 0)
        told = json.loads(ended.out)
        warned = sum(warning["code"] == "project_unreadable" for warning in told.get("warnings", ()))
        return cls(
            {key: value for key, value in told.items() if key not in MOVING}, len(told.get("unreadable", ())) + warned
        )

    def agrees(self, other: "Said", *, of_services: bool) -> bool:
        """Whether both say the same, apart from what the one could not read, and says that it could not."""
        less = OF_SERVICES if other.unread and of_services else frozenset[str]()
        return all(other.facts.get(key) == value for key, value in self.facts.items() if key not in less)


def look(on: Stage, command: str, seeds: Iterable[int], figures: Figures) -> Counter[str]:
    """Runs a command once for each seed; the troubles that were met."""
    honest = Said.by(on.run(*COMMANDS[command]))
    troubles = Counter[str]()
    for seed in seeds:
        weather = Weather(seed, SHARE)
        with met(on, weather):
            ended = on.run(*COMMANDS[command])
        troubles += weather.met
        figures.amounts["looks"] += 1
        figures.amounts["troubles"] += weather.met.total()
        figures.add(f"{command}, seed {seed}", _wrong(honest, ended, of_services=command != "plan"))
    return troubles


def _wrong(honest: Said, ended: Ended, *, of_services: bool) -> Iterator[tuple[str, str]]:
    if "Traceback" in ended.err:
        yield "traceback", ended.err
    elif ended.code == 1:
        if "Error: " not in ended.err:
            yield "wordless", repr(ended)
    elif ended.code != 0:
        yield "wrong code", repr(ended)
    elif not honest.agrees(Said.by(ended), of_services=of_services):
        yield "told wrongly", f"{ended!r}, in good weather {honest.facts}"


def setting(on: Stage) -> None:
    """A spec, a state and live steps that differ from each other in all ways."""
    scene = opening(on, KIND)
    on.set(type(scene)(tuple(step for step in scene.steps if step["destination"] != GONE), scene.files))


def approve(on: Stage, seed: int, figures: Figures) -> None:
    """Approves a service until that ends well: it is validated then, and nothing was sent again blindly."""
    setting(on)
    weather = Weather(seed, SHARE)
    for _ in range(MOST_RUNS):
        with met(on, weather):
            ended = on.run("approve", "dev/pg-a", "--yes", "--comment", f"seed {seed}")
        figures.amounts["looks"] += 1
        where = f"approve, seed {seed}"
        figures.add(where, (("blind", wish) for wish in blind_repeats(on.gate.requests)))
        if "Traceback" in ended.err or ended.code not in {0, 1}:
            figures.add(where, [("wrong code", repr(ended))])
        if ended.code == 0:
            break
    figures.amounts["troubles"] += weather.met.total()
    if "stage/pg-a" not in on.validated():
        figures.add(f"approve, seed {seed}", [("not approved", repr(ended))])
