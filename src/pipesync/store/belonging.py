"""Whether a state belongs to the organization and the API address that a run is about."""

from collections.abc import Callable, Collection
from typing import Never

from pipesync.errors import RefusedError, StateError
from pipesync.state import State


class ForeignStateError(StateError, RefusedError):
    """A state that is in order, but another organization's or another API address's."""


def check_belongs(
    state: State,
    *,
    organization: str | None,
    api_url: str,
    live_ids: Collection[str],
    where: str,
    backup: Callable[[], str | None],
) -> None:
    """Nothing, if `state` is about `organization` (None: account-wide) at `api_url`; else ForeignStateError.

    `live_ids` are the ids of all steps that the API lists for `organization`: a state made without an
    organization is accepted with one if they hold every id it recorded (the next write then says whose it is).
    `where` and `backup` are the store's.
    """

    def refuse(what: str, remedy: str) -> Never:
        raise ForeignStateError(what, where=where, next=" ".join(filter(None, (remedy, backup()))))

    if state.api_url.rstrip("/") != api_url.rstrip("/"):
        refuse(
            f"the state is about {state.api_url}, this run about {api_url}",
            "Name the right one of the two with --state or --api-url.",
        )
    if state.organization == organization:
        return
    if state.organization is not None:
        refuse(
            f"the state is organization {state.organization}'s, this run is about {_whose(organization)}",
            "Name the right state with --state, or correct `organization` in the spec.",
        )
    known = frozenset(live_ids)
    if missing := [step for step in state.steps if step.step_id not in known]:
        refuse(
            f"the state was made without an organization, and organization {organization} lacks {len(missing)} "
            f"of its {len(state.steps)} recorded steps, {missing[0].destination} for one",
            "Correct `organization` in the spec, or name the right state with --state.",
        )


def _whose(organization: str | None) -> str:
    return "no organization (the account-wide API)" if organization is None else f"organization {organization}"
