"""What a plan reads before it is decided: the live steps, and the services of the chains that change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipesync.aiven.client import Client, Unreadable
from pipesync.aiven.parallel import each
from pipesync.model import ByProject, LiveStep, UpgradeStep
from pipesync.ownership import unseen
from pipesync.state import State


@dataclass(frozen=True, slots=True)
class Services:
    """The services of the projects that could be read, and the reason for each that could not."""

    known: ByProject
    unreadable: Mapping[str, str]


def confirm_gone(client: Client, state: State | None, live: Iterable[LiveStep]) -> ByProject:
    """Nothing that is recorded or pending is missing from `live` unless it is not there; else ApiError.

    Returns the services that were read on the way.
    """
    if state is None:
        return {}
    live = tuple(live)
    ids = {step.step_id for step in live}
    missing = [record for record in state.steps if record.step_id not in ids]
    return client.confirm_gone(missing, unseen(state, live))


def look_up(client: Client, steps: Iterable[UpgradeStep], known: ByProject, projects: Iterable[str] = ()) -> Services:
    """The services of each project that `steps` name, and of `projects`: one call per project not `known` yet."""
    projects = sorted({ref.project for step in steps for ref in (step.source, step.destination)}.union(projects))
    asked = [project for project in projects if project not in known]
    found = dict(zip(asked, each(client.services, asked, client.parallelism), strict=True))
    return Services(
        known={**known, **{name: services for name, services in found.items() if not isinstance(services, Unreadable)}},
        unreadable={name: answer.reason for name, answer in found.items() if isinstance(answer, Unreadable)},
    )
