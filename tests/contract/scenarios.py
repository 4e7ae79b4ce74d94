"""What the cassettes hold: conversations of a client with the API, and what must come of them.

Nothing here knows whether a sandbox, Aiven or a recording answers. Each scenario leaves behind what it found.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest

from pipesync import facts
from pipesync.aiven import listing
from pipesync.aiven.client import Client, Unreadable
from pipesync.errors import ApiError, Unreachable
from pipesync.state import RecordedStep
from tests.contract import approvals
from tests.contract.cast import Cast
from tests.contract.disguise import ABSENT

FAN_OUT: Final = 61
"""Steps: three pages of the smallest length that the API takes."""


@dataclass(frozen=True)
class Circumstances:
    """What only a sandbox can be asked for: keys of its world beside the usual ones, and faults."""

    world: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A conversation; `play` raises unless it goes as the client promises.

    token, organization  instead of the right ones
    only_under           a scenario with circumstances is recorded from a sandbox alone
    """

    name: str
    play: Callable[[Client, Cast], None]
    token: str | None = None
    organization: str | None = None
    only_under: Circumstances | None = None


def life_of_a_chain(client: Client, cast: Cast) -> None:
    """Two steps in a row are created, listed, read, changed and deleted, and are certainly gone then."""
    steps = (cast.step(0, 1, 3), cast.step(1, 2, 7))
    created = [client.create_step(step) for step in steps]
    assert [live.step for live in created] == list(steps)
    assert set(created) <= set(client.list_steps())
    assert [client.get_step(live.step_id) for live in created] == created

    updated = client.update_step(created[1].step_id, 14)
    assert updated == replace(created[1], step=cast.step(1, 2, 14))
    assert client.get_step(updated.step_id) == updated

    for live in reversed(created):
        client.delete_step(live.step_id)
        client.delete_step(live.step_id)  # twice is as good as once
        assert client.get_step(live.step_id) is None
    assert not {live.step_id for live in created} & {live.step_id for live in client.list_steps()}
    gone = [RecordedStep.of(live, protect=False, pipeline=None) for live in created]
    assert set(client.confirm_gone(gone)) == {service.project for service in cast.services}


def destination_taken(client: Client, cast: Cast) -> None:
    """A destination has one source: another one is a conflict, the same one is found as it is."""
    live = client.create_step(cast.step(0, 1, 3))
    with pytest.raises(ApiError, match="already has another source") as refused:
        client.create_step(cast.step(2, 1, 3))
    assert refused.value.status == 409

    assert client.create_step(cast.step(0, 1, 5)) == live
    client.delete_step(live.step_id)


def refused_steps(client: Client, cast: Cast) -> None:
    """A cycle, a step to itself and an endless delay are refused in words, and nothing comes of them."""
    live = client.create_step(cast.step(0, 1, 3))
    before = set(client.list_steps())
    for step in (cast.step(1, 0, 3), cast.step(2, 2, 3), cast.step(1, 2, 1000)):
        with pytest.raises(ApiError) as refused:
            client.create_step(step)
        assert not isinstance(refused.value, Unreachable)
        assert refused.value.message
    assert set(client.list_steps()) == before
    client.delete_step(live.step_id)


def unknown_step(client: Client, _: Cast) -> None:
    """A step that is not there reads as none, is deleted already, and cannot be changed."""
    assert client.get_step(ABSENT["step"]) is None
    client.delete_step(ABSENT["step"])
    with pytest.raises(ApiError) as refused:
        client.update_step(ABSENT["step"], 7)
    assert refused.value.status == 404


def services(client: Client, cast: Cast) -> None:
    """A project's services are read, secrets and all, and kept without them; an unknown project cannot be read."""
    for ref in cast.services:
        found = client.services(ref.project)
        assert isinstance(found, Mapping)
        assert found[ref.service].ref == ref
    unreadable = client.services(ABSENT["project"])
    assert isinstance(unreadable, Unreadable)
    assert unreadable.status in {403, 404}


def organizations(client: Client, cast: Cast) -> None:
    """The token's user sees the organization."""
    assert cast.organization in {one.organization_id for one in client.organizations()}


def pages(client: Client, _: Cast) -> None:
    """Many small pages hold the same steps as few large ones."""
    small = replace(client._dialect, page_limit=facts.LIST_PAGE_LIMIT_MIN)
    assert set(listing.read_steps(client._ask, small)) == set(client.list_steps())


def pages_unasked(client: Client, _: Cast) -> None:
    """The account-wide list is read to its end should it have pages, although none were asked for."""
    assert len(client.list_steps()) == FAN_OUT


def busy(client: Client, _: Cast) -> None:
    """A rate limit and a passing failure are waited out."""
    assert client.list_steps() == ()


def unknown_organization(client: Client, _: Cast) -> None:
    """An organization that is not there, or not ours, is no empty list."""
    with pytest.raises(ApiError) as refused:
        client.list_steps()
    assert refused.value.status in {403, 404}


def account_wide_api_missing(client: Client, _: Cast) -> None:
    """Where the account-wide API is not there, the error has the line to add to the spec."""
    with pytest.raises(ApiError, match="404") as refused:
        client.list_steps()
    assert "organization: org" in (refused.value.next or "")


def wrong_token(client: Client, _: Cast) -> None:
    """A refused token is told by where it came from, and is never an empty list."""
    with pytest.raises(ApiError, match="the token came from a scenario") as refused:
        client.list_steps()
    assert refused.value.status in {401, 403}


_DESTINATIONS: Final = [f"pg-{number:03}" for number in range(FAN_OUT)]

_MANY_STEPS: Final[Mapping[str, Any]] = {
    "services": [
        {"project": "dev-project", "name": "pg-dev", "type": "pg"},
        {"project": "fan-out", "names": _DESTINATIONS, "type": "pg"},
    ],
    "steps": [
        {
            "source": "dev-project/pg-dev",
            "destination": f"fan-out/{name}",
            "last_validation": {"validated_at": "2026-05-04T12:30:00Z", "validated_by_user": "someone"},
        }
        for name in _DESTINATIONS
    ],
}

_WRONG_TOKEN: Final = "no-token-of-anybody"

_FIRST_IS_OFF: Final[Mapping[str, Any]] = {
    "services": [{"project": "dev-project", "name": "pg-dev", "type": "pg", "state": "POWEROFF"}]
}

_BOTH: Final = (
    Scenario("life-of-a-chain", life_of_a_chain),
    Scenario("destination-taken", destination_taken),
    Scenario("refused-steps", refused_steps),
    Scenario("unknown-step", unknown_step),
    Scenario("services", services),
    Scenario("wrong-token", wrong_token, token=_WRONG_TOKEN),
    # An approval cannot be undone, so nobody's real services are approved for a recording.
    Scenario("approval", approvals.recorded, only_under=Circumstances()),
    Scenario(
        "approval-in-doubt",
        approvals.in_doubt,
        only_under=Circumstances(faults=({"path": "*/upgrade?validation", "status": 503, "effect": True},)),
    ),
    Scenario("approval-refused", approvals.refused, only_under=Circumstances(_FIRST_IS_OFF)),
)

ORGANIZATION: Final = (
    *_BOTH,
    Scenario("organizations", organizations),
    Scenario("unknown-organization", unknown_organization, organization=ABSENT["organization"]),
    Scenario("pages", pages, only_under=Circumstances(_MANY_STEPS)),
    Scenario(
        "busy",
        busy,
        only_under=Circumstances(
            faults=({"method": "GET", "status": 429, "headers": {"Retry-After": "0"}}, {"method": "GET", "status": 503})
        ),
    ),
)

FLAT: Final = (
    *_BOTH,
    Scenario(
        "pages",
        pages_unasked,
        only_under=Circumstances({**_MANY_STEPS, "flat": {"paged": True}, "paging": {"default_limit": 30}}),
    ),
    Scenario(
        "life-in-other-shapes",
        life_of_a_chain,
        only_under=Circumstances(
            {
                "flat": {
                    "list": "upgrade_steps",
                    "step": "upgrade_step",
                    "names": "_name",
                    "id": "id",
                    "create_status": 201,
                    "empty_status": 200,
                }
            }
        ),
    ),
    Scenario(
        "api-missing",
        account_wide_api_missing,
        only_under=Circumstances(faults=({"path": "/v1/upgrade/step", "status": 404, "times": None},)),
    ),
)

SETS: Final[Mapping[str, tuple[Scenario, ...]]] = {"organization": ORGANIZATION, "flat": FLAT}
"""By dialect."""
