"""Proof that recorded steps are gone: what a list lacks may also be hidden from this token."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipesync.aiven.parallel import each
from pipesync.errors import ApiError
from pipesync.model import Service, UpgradeStep
from pipesync.state import RecordedStep
from pipesync.web.visible import visible

if TYPE_CHECKING:
    from pipesync.aiven.client import Client, Unreadable


def confirm_gone(
    client: "Client", recorded: Iterable[RecordedStep], unseen: Iterable[UpgradeStep]
) -> dict[str, Mapping[str, Service]]:
    """The services of the projects of all those steps, if none of them is there; ApiError if that is not certain.

    `unseen` are those that an interrupted run may have made: they have no id to ask for, but the list would show them.

    Projects come first: a token that cannot read them is found out with one call, not with one for each step.
    """
    steps = list(recorded)
    ends = [*(step.ends for step in steps), *((step.source, step.destination) for step in unseen)]
    projects = sorted({ref.project for pair in ends for ref in pair})
    readable = dict(
        zip(projects, each(lambda name: _readable(client, name), projects, client.parallelism), strict=True)
    )
    each(lambda step: _confirm(client, step), steps, client.parallelism)
    return readable


def _readable(client: "Client", project: str) -> Mapping[str, Service]:
    found = client.services(project)
    if isinstance(found, Mapping):
        return found
    raise _doubt(found, project)


def _doubt(unreadable: "Unreadable", project: str) -> ApiError:
    return ApiError(
        f"steps of project {visible(project)} are not in the list, and whether they are gone cannot be told, "
        f"because the project cannot be read: {unreadable.reason}",
        operation=f"read project {visible(project)}",
        status=unreadable.status,
        error_code=unreadable.error_code,
        next="give a token that may read the project; if it was deleted, drop its steps with `pipesync state rm`",
    )


def _confirm(client: "Client", step: RecordedStep) -> None:
    if client.get_step(step.step_id) is not None:
        raise ApiError(
            f"the list of upgrade steps lacks {visible(str(step.destination))}, though the step is there",
            operation=f"read upgrade step {step.step_id}",
            next="run the same command again; nothing was changed, because the list cannot be trusted",
        )
