"""Steps from stages that name services: each service of a stage waits for one of an earlier stage."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any

from pipesync.model import DesiredStep, Origin, ServiceRef
from pipesync.spec.findings import MOST_CANDIDATES
from pipesync.spec.pipeline import Pipeline, reference
from pipesync.spec.settings import Level
from pipesync.spec.wording import shown_name


@dataclass(frozen=True, slots=True)
class _Entry:
    """A service of a stage: its name, where that stands, and the settings on it and its stage, nearest first."""

    name: str
    origin: Origin
    levels: tuple[Level, ...]

    @property
    def ref(self) -> ServiceRef:
        return reference(self.name)


def steps(pipeline: Pipeline) -> Iterator[DesiredStep]:
    """One step for each service after the first stage; what cannot be resolved is a finding."""
    stages = [list(_entries(pipeline, index)) for index in range(len(pipeline.data["stages"]))]
    if not _check_first(pipeline, stages[0]):
        return
    stage_of: dict[str, int] = {}
    for index, stage in enumerate(stages):
        for entry in stage:
            stage_of.setdefault(entry.name, index)
    for index, stage in enumerate(stages[1:], start=1):
        for entry in stage:
            source = _source(pipeline, entry, index, stages[index - 1], stage_of)
            if source is not None:
                yield pipeline.step(reference(source), entry.ref, entry.origin, *entry.levels)


def _entries(pipeline: Pipeline, index: int) -> Iterator[_Entry]:
    stages, document = pipeline.data["stages"], pipeline.document
    stage = stages[index]
    match stage:
        case str():
            yield _Entry(stage, document.value_origin(stages, index), ())
        case {"service": str(name)}:
            yield _Entry(name, document.value_origin(stage, "service"), (stage,))
        case _:
            services = stage["services"]
            for position, service in enumerate(services):
                if isinstance(service, str):
                    yield _Entry(service, document.value_origin(services, position), (stage,))
                else:
                    origin = document.value_origin(service, "service")
                    yield _Entry(service["service"], origin, (service, stage))


def _check_first(pipeline: Pipeline, first: list[_Entry]) -> bool:
    """Whether the first stage holds exactly one service, and nothing that only a step can have."""
    levels = {id(level): level for entry in first for level in reversed(entry.levels)}
    pipeline.refuse_settings(levels.values())
    if len(first) == 1:
        return True
    words = f"the first stage holds exactly one service, not {len(first):,}; begin with the one that is updated first"
    pipeline.findings.add(first[1].origin, words)
    return False


def _source(
    pipeline: Pipeline, entry: _Entry, index: int, before: list[_Entry], stage_of: Mapping[str, int]
) -> str | None:
    """The service that `entry`, of the stage `index`, waits for."""
    for level in entry.levels:
        if "source" in level:
            source: str = level["source"]
            if stage_of.get(source, index) < index:
                return source
            _report_source(pipeline, level, entry, index, stage_of)
            return None
    if len(before) == 1:
        return before[0].name
    words = (
        f"{entry.name} needs 'source': the stage before it has {len(before)} services, "
        f"such as {before[0].name} and {before[1].name}"
    )
    pipeline.findings.add(entry.origin, words)
    return None


def _report_source(pipeline: Pipeline, level: Any, entry: _Entry, index: int, stage_of: Mapping[str, int]) -> None:
    origin = pipeline.document.value_origin(level, "source")
    if pipeline.findings.has_at(origin):
        return  # it stands on the stage, and was reported for the service before
    source: str = level["source"]
    if source in stage_of:
        stage = "the same stage" if stage_of[source] == index else "a later stage"
        words = f"the source {source} of {entry.name} is in {stage}; a source stands in an earlier one"
    else:
        named = takewhile(lambda name: stage_of[name] < index, stage_of)  # they are in the order of the stages
        earlier = list(islice(named, MOST_CANDIDATES))
        guess = pipeline.findings.suggestion(source, earlier)
        hint = f"did you mean {shown_name(guess)}?" if guess else f"the first stage holds {earlier[0]}"
        words = f"the source {source} of {entry.name} is no service of an earlier stage of this pipeline; {hint}"
    pipeline.findings.add(origin, words)
