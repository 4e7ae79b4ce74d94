"""The two dialects of Aiven's upgrade pipeline API: every path, field name and query parameter, in one place.

The flat one is that of Aiven's first documentation page and takes no organization; the other one is that of the
published OpenAPI document. Their answers are read by one reader, `wire`, because the flat one's are documented nowhere.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from pipesync import facts
from pipesync.aiven.answer import Call
from pipesync.model import ServiceRef, UpgradeStep

_DELAY: Final = "auto_validation_delay_days"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak of upgrade steps.

    organization  None in the flat dialect
    steps         the path of all steps
    suffix        what follows `source_project` and its three siblings in a body
    page_limit    the `limit` to ask for; None where no parameter is documented
    validation    the last segment of the path that validates what a service runs
    """

    organization: str | None
    steps: str
    suffix: str
    page_limit: int | None
    validation: str

    @property
    def is_flat(self) -> bool:
        return self.organization is None

    def list(self, cursor: str | None = None) -> Call:
        query = [] if self.page_limit is None else [("limit", str(self.page_limit))]
        if cursor is not None:
            query.append(("cursor", cursor))
        return Call("GET", self.steps, "list the upgrade steps", query=tuple(query))

    def get(self, step_id: str) -> Call:
        return Call("GET", self._one(step_id), "read an upgrade step")

    def create(self, step: UpgradeStep) -> Call:
        body: dict[str, str | int] = {
            f"source_project{self.suffix}": step.source.project,
            f"source_service{self.suffix}": step.source.service,
            f"destination_project{self.suffix}": step.destination.project,
            f"destination_service{self.suffix}": step.destination.service,
            _DELAY: step.auto_validation_delay_days,
        }
        return Call("POST", self.steps, f"create the upgrade step {step.source} → {step.destination}", body=body)

    def update(self, step_id: str, days: int) -> Call:
        return Call(
            "PATCH", self._one(step_id), f"set the delay of an upgrade step to {days} days", body={_DELAY: days}
        )

    def delete(self, step_id: str) -> Call:
        return Call("DELETE", self._one(step_id), "delete an upgrade step")

    def approve(self, source: ServiceRef, comment: str) -> Call:
        """Aiven's manual validation; it lies under the service in both dialects."""
        path = f"/v1/project/{segment(source.project)}/service/{segment(source.service)}/{self.validation}"
        body = {"comment": comment} if comment else {}
        return Call("POST", path, f"approve what {source} runs", body=body)

    def _one(self, step_id: str) -> str:
        return f"{self.steps}/{segment(step_id)}"


FLAT: Final = Dialect(None, "/v1/upgrade/step", "", None, "upgrade_validation")


def dialect_of(organization: str | None) -> Dialect:
    """The organization's dialect, or the flat one without an organization."""
    if organization is None:
        return FLAT
    steps = f"/v1/organization/{segment(organization)}/upgrade-pipeline/steps"
    return Dialect(organization, steps, "_name", facts.LIST_PAGE_LIMIT, "upgrade-validation")


def services(project: str) -> Call:
    """All services of a project in one answer; the same in both dialects."""
    return Call("GET", f"/v1/project/{segment(project)}/service", f"read the services of project {project}")


def organizations() -> Call:
    """The organizations that the token's user sees; the same in both dialects."""
    return Call("GET", "/v1/organizations", "list the organizations")


def segment(name: str) -> str:
    """`name` as one segment of a path; ValueError if it is empty, which would name the collection above it."""
    if not name:
        raise ValueError("an empty name cannot stand in a path")
    # A segment of dots alone would climb out of its place.
    return quote(name, safe="") if name.strip(".") else name.replace(".", "%2E")
