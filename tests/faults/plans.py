"""The plans that runs are killed in: what a spec said, what it says now, and what else was live."""

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

ORGANIZATION: Final = "org1a23f456789"
PROJECTS: Final = ("dev", "stage", "canary", "eu", "us", "ap")
SERVICES: Final = ("pg-a", "pg-b", "pg-c")

WORLD: Final[dict[str, Any]] = {
    "organization": ORGANIZATION,
    "services": [{"project": project, "names": list(SERVICES), "type": "pg"} for project in PROJECTS],
}


MOST_RUNS: Final = 400
"""Runs of one scene whose tokens are known one by one."""


def tokens_for_all_but(hidden: str, first: int) -> list[dict[str, Any]]:
    """The tokens of the runs from the `first` on: the wide ones see everything, the narrow ones not the `hidden`."""
    numbers = range(first, first + MOST_RUNS)
    others = [project for project in PROJECTS if project != hidden]
    wide = [{"token": token} for token in ("onlooker", *(f"run-{number}" for number in numbers))]
    return [*wide, *({"token": f"narrow-{number}", "read": others, "write": others} for number in numbers)]


@dataclass(frozen=True)
class Step:
    source: str
    destination: str
    days: int = 7
    protect: bool = False
    manage: bool = True


Spec = tuple[Step, ...]


@dataclass(frozen=True)
class PlanKind:
    """`old` is applied (None: nothing ever was), `strangers` appear, then the run that makes `new` of it is killed.

    `back` is what the old spec must say to be applied again, where that is not `old` itself; `refused` is how many
    POSTs of the killed run the API refuses.
    """

    name: str
    old: Spec | None
    new: Spec
    strangers: Spec = ()
    back: Spec | None = None
    flags: tuple[str, ...] = ()
    refused: int = 0
    account_wide: bool = False

    @property
    def old_spec(self) -> Spec:
        return self.back or self.old or ()

    def text(self, spec: Spec) -> str:
        """A spec file; JSON is YAML."""
        return json.dumps(
            {
                "version": 1,
                **({} if self.account_wide else {"organization": ORGANIZATION}),
                "steps": [
                    {
                        "source": step.source,
                        "destination": step.destination,
                        "auto_validation_delay_days": step.days,
                        **({"protect": True} if step.protect else {}),
                        **({} if step.manage else {"manage": False}),
                    }
                    for step in spec
                ],
            },
            indent=1,
        )


def chain(service: str, *projects: str, days: int = 7) -> Spec:
    return tuple(
        Step(f"{source}/{service}", f"{destination}/{service}", days) for source, destination in pairwise(projects)
    )


def fan(service: str, source: str, *projects: str, days: int = 7) -> Spec:
    return tuple(Step(f"{source}/{service}", f"{project}/{service}", days) for project in projects)


_OTHER: Final = chain("pg-c", "dev", "stage")
"""A step that stays as it is, so that a state exists and is not emptied."""

_PROTECTED: Final = Step("dev/pg-a", "eu/pg-a", protect=True)

PLANS: Final = (
    PlanKind("creates of a chain", None, chain("pg-a", "dev", "stage", "eu")),
    PlanKind(
        "creates of a chain, account-wide", None, chain("pg-a", "dev", "stage", "canary", "eu"), account_wide=True
    ),
    PlanKind("creates of a fan-out", _OTHER, (*_OTHER, *fan("pg-a", "stage", "eu", "us", "ap"))),
    PlanKind(
        "updates",
        (*chain("pg-a", "dev", "stage", "eu", days=3), *fan("pg-b", "dev", "us", "ap")),
        (*chain("pg-a", "dev", "stage", "eu", days=9), *fan("pg-b", "dev", "us", "ap", days=1)),
    ),
    PlanKind("deletes", (*_OTHER, *chain("pg-a", "dev", "stage", "eu"), *fan("pg-b", "dev", "us", "ap")), _OTHER),
    PlanKind(
        "replaces with a canary inserted",
        (*_OTHER, *fan("pg-a", "dev", "eu", "us")),
        (*_OTHER, *chain("pg-a", "dev", "canary"), *fan("pg-a", "canary", "eu", "us")),
    ),
    PlanKind(
        "a chain turned round",
        chain("pg-a", "dev", "stage", "eu"),
        chain("pg-a", "eu", "stage", "dev"),
    ),
    PlanKind(
        "a replace refused, and the old step restored",
        (*_OTHER, *chain("pg-a", "dev", "eu")),
        (*_OTHER, *chain("pg-a", "stage", "eu")),
        refused=1,
    ),
    PlanKind(
        "a replace refused, and the old step too",
        (*_OTHER, *chain("pg-a", "dev", "eu")),
        (*_OTHER, *chain("pg-a", "stage", "eu")),
        refused=2,
    ),
    PlanKind(
        "imports, one with another delay",
        _OTHER,
        (*_OTHER, *chain("pg-a", "dev", "stage"), Step("dev/pg-b", "eu/pg-b", 2)),
        strangers=(*chain("pg-a", "dev", "stage"), *chain("pg-b", "dev", "eu")),
    ),
    PlanKind(
        "adoption without a state",
        None,
        (*chain("pg-a", "dev", "stage", days=4), *chain("pg-b", "dev", "eu")),
        strangers=(*chain("pg-a", "dev", "stage"), *chain("pg-b", "dev", "eu")),
        flags=("--adopt",),
    ),
    PlanKind(
        "a stranger's step taken over",
        _OTHER,
        (*_OTHER, *chain("pg-a", "stage", "eu")),
        strangers=chain("pg-a", "dev", "eu"),
        flags=("--take-over", "eu/pg-a"),
    ),
    PlanKind(
        "a step forgotten, and another created",
        (*_OTHER, *chain("pg-a", "dev", "eu")),
        (*_OTHER, Step("dev/pg-a", "eu/pg-a", manage=False), *chain("pg-b", "dev", "us")),
    ),
    PlanKind(
        "a step forgotten, and nothing else",
        (*_OTHER, *chain("pg-a", "dev", "eu")),
        (*_OTHER, Step("dev/pg-a", "eu/pg-a", manage=False)),
    ),
    PlanKind(
        "protection lifted, and the source changed",
        (*_OTHER, _PROTECTED),
        (*_OTHER, Step("stage/pg-a", "eu/pg-a")),
        back=(*_OTHER, replace(_PROTECTED, protect=False)),
    ),
    PlanKind(
        "protection lifted, and nothing else",
        (*_OTHER, _PROTECTED),
        (*_OTHER, replace(_PROTECTED, protect=False)),
    ),
    PlanKind(
        "something of everything",
        (
            *chain("pg-a", "dev", "stage"),
            *fan("pg-a", "stage", "eu", "us"),
            *chain("pg-b", "dev", "stage", "ap"),
            *chain("pg-c", "dev", "stage"),
        ),
        (
            *chain("pg-a", "dev", "stage", days=2),
            *chain("pg-a", "dev", "canary"),
            *fan("pg-a", "canary", "eu", "us"),
            *chain("pg-b", "dev", "stage"),
            *chain("pg-b", "canary", "us", days=5),
            *chain("pg-c", "dev", "stage"),
            *chain("pg-c", "dev", "eu"),
        ),
        strangers=chain("pg-b", "canary", "us"),
    ),
)
