"""Steps from stages that name projects: each service name of the pipeline makes one chain through them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipesync.model import DesiredStep, ServiceRef
from pipesync.spec.pipeline import Pipeline
from pipesync.spec.settings import Level


class _Named(NamedTuple):
    """A project or a service name, and the offset of where it stands."""

    name: str
    offset: int


class _Stage(NamedTuple):
    """The projects of a stage, and its settings."""

    projects: tuple[_Named, ...]
    levels: tuple[Level, ...]


def steps(pipeline: Pipeline) -> Iterator[DesiredStep]:
    """For each service name, one step for each project after the first stage; what cannot be is a finding."""
    stages = [_stage(pipeline, index) for index in range(len(pipeline.data["stages"]))]
    if not _check_stages(pipeline, stages):
        return
    first, *later = stages
    listed = pipeline.data["services"]
    services = (_Named(name, pipeline.document.value_offset(listed, i)) for i, name in enumerate(listed))
    for service in _unrepeated(pipeline, services, "the service name {} stands in 'services' twice"):
        source = ServiceRef(first.projects[0].name, service.name)
        origin = pipeline.document.text.origin(service.offset)
        for stage in later:
            destinations = [ServiceRef(project.name, service.name) for project in stage.projects]
            for destination in destinations:
                yield pipeline.step(source, destination, origin, *stage.levels)
            source = destinations[0]


def _stage(pipeline: Pipeline, index: int) -> _Stage:
    stages, document = pipeline.data["stages"], pipeline.document
    stage = stages[index]
    if isinstance(stage, str):
        return _Stage((_Named(stage, document.value_offset(stages, index)),), ())
    if "project" in stage:
        return _Stage((_Named(stage["project"], document.value_offset(stage, "project")),), (stage,))
    listed = stage["projects"]
    return _Stage(tuple(_Named(name, document.value_offset(listed, i)) for i, name in enumerate(listed)), (stage,))


def _check_stages(pipeline: Pipeline, stages: list[_Stage]) -> bool:
    """Whether only the last stage has several projects, no project stands twice, and the first has no settings."""
    pipeline.refuse_settings(stages[0].levels)
    crowded = [stage for stage in stages[:-1] if len(stage.projects) > 1]
    for stage in crowded:
        words = f"only the last stage may have several projects; this one has {len(stage.projects):,}"
        pipeline.findings.add(pipeline.document.text.origin(stage.projects[1].offset), words)
    projects = [project for stage in stages for project in stage.projects]
    unrepeated = list(_unrepeated(pipeline, projects, "the project {} stands in the stages twice"))
    return not crowded and len(unrepeated) == len(projects)


def _unrepeated(pipeline: Pipeline, names: Iterable[_Named], words: str) -> Iterator[_Named]:
    """Each name's first occurrence; a further one is a finding, since a service would be a destination twice.

    Once no more findings are listed it stops.
    """
    first: dict[str, int] = {}
    place = pipeline.document.text.origin
    for named in names:
        if pipeline.findings.is_full:
            return
        if named.name in first:
            message = f"{words.format(named.name)}; the other place is {place(first[named.name])}"
            pipeline.findings.add(place(named.offset), message, "rule")
        else:
            first[named.name] = named.offset
            yield named
