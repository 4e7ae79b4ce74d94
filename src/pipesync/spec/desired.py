"""All steps that the documents of a set ask for: those of their pipelines, and the single ones."""

from collections.abc import Iterable, Iterator
from typing import Final

from pipesync.model import DesiredStep, Origin, ServiceRef, UpgradeStep
from pipesync.spec import chains, stages
from pipesync.spec.document import Document
from pipesync.spec.findings import Findings
from pipesync.spec.pipeline import Pipeline, reference
from pipesync.spec.settings import Defaults
from pipesync.spec.wording import shown_name

MOST_STEPS: Final = 50_000
"""Steps of a set: five times the largest we measure. A few lines with `services` and stages can ask for billions."""


def desired_steps(documents: Iterable[Document], defaults: Defaults, findings: Findings) -> tuple[DesiredStep, ...]:
    """One step for each destination, in the order of the files; what cannot be is a finding."""
    first: dict[ServiceRef, DesiredStep] = {}
    for count, desired in enumerate(_all_steps(documents, defaults, findings)):
        if count == MOST_STEPS:
            words = f"the set asks for more than {MOST_STEPS:,} steps, from here on; split it"
            findings.add(desired.origin, words)
            break
        other = first.setdefault(desired.step.destination, desired)
        if other is not desired:
            words = f"{desired.step.destination} is the destination of two steps; the other one is at {other.origin}"
            findings.add(desired.origin, words, "rule")
    return tuple(first.values())


def _all_steps(documents: Iterable[Document], defaults: Defaults, findings: Findings) -> Iterator[DesiredStep]:
    names: dict[str, Origin] = {}
    for document in documents:
        pipelines = document.data.get("pipelines", {})
        for name, data in pipelines.items():
            origin = document.key_origin(pipelines, name)
            if names.setdefault(name, origin) != origin:
                words = f"a pipeline {shown_name(name)} stands at {names[name]} already; names are unique over the set"
                findings.add(origin, words)
            pipeline = Pipeline(name, data, document, defaults, findings)
            yield from chains.steps(pipeline) if "services" in data else stages.steps(pipeline)
        yield from _single_steps(document, defaults)


def _single_steps(document: Document, defaults: Defaults) -> Iterator[DesiredStep]:
    for entry in document.data.get("steps", ()):
        if entry is None:  # it was taken out
            continue
        destination = reference(entry["destination"])
        settings = defaults.settle(destination.project, document, entry)
        yield DesiredStep(
            UpgradeStep(reference(entry["source"]), destination, settings.auto_validation_delay_days),
            document.value_origin(entry, "destination"),
            protect=settings.protect,
            manage=settings.manage,
            delay_set_by=settings.delay_set_by,
        )
