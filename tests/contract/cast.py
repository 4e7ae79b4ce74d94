"""Who plays in the cassettes: the API, the organization and the three services that the scenarios speak of."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from pipesync.model import ServiceRef, UpgradeStep

FILE: Final = "cast.json"


@dataclass(frozen=True)
class Cast:
    """Three services of one type; no upgrade step has one of them as its source or destination.

    organization  None: the account-wide dialect
    """

    api_url: str
    organization: str | None
    services: tuple[ServiceRef, ServiceRef, ServiceRef]

    @property
    def first(self) -> ServiceRef:
        return self.services[0]

    def step(self, source: int, destination: int, days: int) -> UpgradeStep:
        """The step between two of the services, which are counted from 0."""
        return UpgradeStep(self.services[source], self.services[destination], days)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "api_url": self.api_url,
            "organization": self.organization,
            "services": [str(service) for service in self.services],
        }
        (folder / FILE).write_text(json.dumps(content, indent=2) + "\n", "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        content = json.loads((folder / FILE).read_text("utf-8"))
        return cls(content["api_url"], content["organization"], three(content["services"]))


def three(names: list[str]) -> tuple[ServiceRef, ServiceRef, ServiceRef]:
    """Three references from `project/service` texts; ValueError if it is not three different ones."""
    different = [ServiceRef.parse(name) for name in dict.fromkeys(names)]
    if len(different) != 3:
        raise ValueError(f"three different services are needed, not {len(different)}")
    return different[0], different[1], different[2]
