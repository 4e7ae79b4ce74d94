"""One pipeline of a document, and what its two forms have in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pipesync.model import DesiredStep, Origin, ServiceRef, UpgradeStep
from pipesync.spec.document import Document
from pipesync.spec.findings import Findings
from pipesync.spec.settings import SETTINGS, Defaults, Level

NOT_FIRST: Final = ("source", *SETTINGS)
"""What the first stage has no use for: nothing is waited for there, so there is no step."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline whose shape is sound, where it stands, and what is needed to make steps of it."""

    name: str
    data: dict[str, Any]
    document: Document
    defaults: Defaults
    findings: Findings

    def step(self, source: ServiceRef, destination: ServiceRef, origin: Origin, *levels: Level) -> DesiredStep:
        """One step of this pipeline; `levels` are the settings nearer than the pipeline's own, nearest first."""
        settings = self.defaults.settle(destination.project, self.document, *levels, self.data)
        return DesiredStep(
            UpgradeStep(source, destination, settings.auto_validation_delay_days),
            origin,
            self.name,
            self.data.get("owner"),
            settings.protect,
            settings.manage,
            settings.delay_set_by,
        )

    def refuse_settings(self, mappings: Iterable[Any]) -> None:
        """Report what may not stand in the first stage."""
        for mapping in mappings:
            for key in NOT_FIRST:
                if isinstance(mapping, dict) and key in mapping:
                    words = f"the first stage waits for nothing, so it takes no {key!r}; move it to a later stage"
                    self.findings.add(self.document.key_origin(mapping, key), words)


def reference(name: str) -> ServiceRef:
    """The service that PROJECT/SERVICE names, once the schema has seen to its shape."""
    project, _, service = name.partition("/")
    return ServiceRef(project, service)
