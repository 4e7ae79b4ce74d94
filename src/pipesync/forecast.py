"""The answer of `pipesync forecast`: for each service the earliest and the latest an update gets there, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from pipesync.model import ByProject, LiveStep, ServiceRef, Spec, UpgradeStep
from pipesync.selection import named, names_of, selected
from pipesync.state import Reference, StepValues, Value
from pipesync.timeline import Bounds, Hindrance, Span, timeline


@dataclass(frozen=True, slots=True)
class Paths:
    """The upgrade steps that are forecast, and the pipeline of each address."""

    steps: tuple[UpgradeStep, ...]
    pipelines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_live(cls, live: Iterable[LiveStep]) -> Self:
        return cls(tuple(sorted((at.step for at in live), key=lambda step: step.destination)))

    @classmethod
    def of_spec(cls, spec: Spec, live: Iterable[LiveStep]) -> Self:
        """As the spec wants them; one that it leaves alone (`manage: false`) is as it is live, if it is there."""
        there = {at.step.destination: at.step for at in live}
        steps = (
            each.step if each.manage else there.get(each.step.destination)
            for each in spec.steps
        )  # fmt: skip
        return cls(
            tuple(step for step in steps if step is not None),
            {each.step.address: each.pipeline for each in spec.steps if each.pipeline is not None},
        )

    def selected(self, only: Iterable[str], exclude: Iterable[str]) -> tuple[Self, tuple[str, ...]]:
        """The paths to the destinations that are meant, from their first stages; and patterns that mean nothing."""
        only, exclude = tuple(only), tuple(exclude)
        if not (only or exclude):
            return self, ()
        names = {step: names_of(step.address, self.pipelines.get(step.address)) for step in self.steps}
        above = {step.destination: step for step in self.steps}
        wanted: set[UpgradeStep] = set()
        for step in self.steps:
            if not selected(names[step], only, exclude):
                continue
            upper: UpgradeStep | None = step
            while upper is not None and upper not in wanted:
                wanted.add(upper)
                upper = above.get(upper.source)
        every = {name for those in names.values() for name in those}
        idle = tuple(pattern for pattern in (*only, *exclude) if not named(every, [pattern]))
        return type(self)(tuple(step for step in self.steps if step in wanted), self.pipelines), idle


class Expected(Value):
    """A service of a path. Bounds are null where it gets no update by itself: `hindrance` says why.

    `stage` counts from 1; a first stage has no source. `window` is null if it is not known: `window_unknown` says why.
    `differs` where a spec is not what is live; `live` is then the live step, or null if there is none.
    """

    address: str
    pipeline: str | None
    stage: int
    source: Reference | None
    auto_validation_delay_days: int | None
    window: str | None
    window_unknown: Literal["unreadable", "absent", "not_shown"] | None
    earliest: datetime | None
    latest: datetime | None
    hindrance: Hindrance | None
    gate_void: bool
    differs: bool
    live: StepValues | None


class Forecast(Value):
    """The expected of every path, each first stage followed by all that is below it.

    `first` and `last` say when the update reaches the first stages: the ends of a day, or one moment.
    """

    format: Literal["pipesync.forecast"] = "pipesync.forecast"
    format_version: str = Field(default="1.0", pattern=r"^1\.[0-9]+$")
    organization: str | None
    api_url: str
    steps_of: Literal["spec", "live"]
    first: datetime
    last: datetime
    services: tuple[Expected, ...]
    unreadable: dict[str, str]

    @classmethod
    def of(
        cls,
        paths: Paths,
        services: ByProject,
        unreadable: Mapping[str, str],
        start: Span,
        *,
        organization: str | None,
        api_url: str,
        beside: Iterable[LiveStep] | None,
    ) -> Self:
        """`beside`: the live steps that `paths` of a spec are held against; None if the paths are the live steps."""
        live = None if beside is None else {at.step.destination: at for at in beside}
        return cls(
            organization=organization,
            api_url=api_url,
            steps_of="live" if live is None else "spec",
            first=start.first,
            last=start.last,
            services=tuple(
                _expected(bounds, paths, services, unreadable, live)
                for bounds in timeline(paths.steps, services, start)
            ),
            unreadable=dict(unreadable),
        )


def _expected(
    bounds: Bounds,
    paths: Paths,
    services: ByProject,
    unreadable: Mapping[str, str],
    live: Mapping[ServiceRef, LiveStep] | None,
) -> Expected:
    address, step = str(bounds.ref), bounds.step
    there = None if live is None else live.get(bounds.ref)
    differs = live is not None and step != (None if there is None else there.step)
    return Expected(
        address=address,
        pipeline=paths.pipelines.get(address),
        stage=bounds.stage,
        source=None if step is None else step.source,
        auto_validation_delay_days=None if step is None else step.auto_validation_delay_days,
        window=None if bounds.window is None else str(bounds.window),
        window_unknown=_unknown(bounds, services, unreadable),
        earliest=bounds.earliest,
        latest=bounds.latest,
        hindrance=bounds.hindrance,
        gate_void=bounds.void,
        differs=differs,
        live=StepValues.of_live(there) if differs and there is not None else None,
    )


def _unknown(
    bounds: Bounds, services: ByProject, unreadable: Mapping[str, str]
) -> Literal["unreadable", "absent", "not_shown"] | None:
    if bounds.window is not None:
        return None
    if bounds.ref.project in unreadable:
        return "unreadable"
    return "not_shown" if bounds.ref.service in services.get(bounds.ref.project, {}) else "absent"
