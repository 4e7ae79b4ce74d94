"""Saved plans: written whole or not at all, and read only as they were made."""

from pathlib import Path

from pydantic import ValidationError

from pipesync.errors import PlanFileError
from pipesync.plan import FORMAT_VERSION, Plan, Summary, digest
from pipesync.store import document
from pipesync.store.durable import read_file, replace_file

_AGAIN = "Make a new plan: pipesync plan --out FILE."


def load_plan(path: Path) -> Plan:
    """The plan saved at `path`; PlanFileError if it cannot be read or is not one that pipesync made."""
    try:
        text = read_file(path)
    except OSError as error:
        raise PlanFileError(
            f"the plan cannot be read: {error.strerror or error}", where=str(path), next=_AGAIN
        ) from None
    return read_plan(text, str(path))


def read_plan(text: bytes, where: str) -> Plan:
    """The plan that `Plan.to_json` wrote, of this version or a later 1.x, whose unknown keys are ignored.

    PlanFileError for any other text, and for a plan that was changed after it was made.
    """
    try:
        return _plan(text)
    except document.Newer as error:
        raise PlanFileError(f"the plan {error}", where=where, next="Upgrade pipesync, or plan again.") from None
    except document.Unusable as error:
        raise PlanFileError(f"the plan {error}", where=where, next=_AGAIN) from None


def write_plan(path: Path, plan: Plan) -> None:
    """Save `plan` at `path`, in the place of what is there, whole; PlanFileError if it is not sure to stay there."""
    try:
        replace_file(path, plan.to_json().encode("ascii"))
    except OSError as error:
        raise PlanFileError(
            f"the plan cannot be saved: {error.strerror or error}", where=str(path), next="Choose another --out."
        ) from None


def _plan(text: bytes) -> Plan:
    major, minor = document.version(text, "pipesync.plan")
    ours, latest = document.numbers(FORMAT_VERSION)
    if major > ours:
        raise document.newer((major, minor), FORMAT_VERSION)
    try:
        plan = Plan.model_validate_json(text, strict=True, extra="ignore" if minor > latest else "forbid")
    except ValidationError as error:
        raise document.Unusable(f"does not hold what it should: {document.problems(error)}") from None
    _check_unchanged(plan)
    return plan


def _check_unchanged(plan: Plan) -> None:
    """The digest covers what apply acts on; the rest of what a reviewer reads must agree with it."""
    if plan.digest != digest(plan.organization, plan.api_url, plan.changes):
        raise document.Unusable("was changed after it was made: its digest does not match")
    if plan.summary != Summary.of(plan.changes, plan.summary.unchanged):
        raise document.Unusable("was changed after it was made: its summary does not match its changes")
    if plan.brake.destroys < plan.summary.delete + plan.summary.replace:
        raise document.Unusable("was changed after it was made: its brake does not match its changes")
    for change in (*plan.changes, *plan.kept):
        for end in (change.before, change.after):
            if end is not None and str(end.destination) != change.address:
                raise document.Unusable(f"was changed after it was made: {change.address} is not {end.destination}")
