"""Whose state is accepted: that of the same organization and address."""

import pytest

from pipesync.errors import RefusedError, StateError
from pipesync.state import State
from pipesync.store.belonging import check_belongs
from tests.stored_states import THIRD


def belongs(state: State, organization: str | None, api_url: str, live_ids: set[str]) -> None:
    check_belongs(
        state,
        organization=organization,
        api_url=api_url,
        live_ids=live_ids,
        where="state.json",
        backup=lambda: "A backup.",
    )


OWN = THIRD.organization
URL = THIRD.api_url
ACCOUNT = THIRD.model_copy(update={"organization": None})


@pytest.mark.parametrize(
    ("state", "organization", "api_url", "live_ids"),
    [
        (THIRD, OWN, URL, set()),
        (THIRD, OWN, URL + "/", set()),
        (ACCOUNT, None, URL, set()),
        (ACCOUNT, OWN, URL, {"id-pg", "id-kafka", "id-other"}),
        (ACCOUNT.model_copy(update={"steps": ()}), OWN, URL, set()),
    ],
    ids=["own", "slash", "account", "organization adopted", "nothing recorded"],
)
def test_a_state_that_belongs_is_accepted(
    state: State, organization: str | None, api_url: str, live_ids: set[str]
) -> None:
    """The same organization and address; or one that holds every recorded step of an account-wide state."""
    belongs(state, organization, api_url, live_ids)


@pytest.mark.parametrize(
    ("state", "organization", "api_url", "what"),
    [
        (THIRD, OWN, "http://127.0.0.1:8765", "about https://api.aiven.io, this run about http://127.0.0.1:8765"),
        (THIRD, "orgOther", URL, "organization org1a23f456789's, this run is about organization orgOther"),
        (THIRD, None, URL, "organization org1a23f456789's, this run is about no organization (the account-wide API)"),
        (ACCOUNT, OWN, URL, "organization org1a23f456789 lacks 1 of its 2 recorded steps, prod/kafka for"),
    ],
)
def test_a_foreign_state_is_refused(state: State, organization: str | None, api_url: str, what: str) -> None:
    """Planning on another organization's state would destroy its steps: refused, naming state and backup."""
    with pytest.raises(StateError) as caught:
        belongs(state, organization, api_url, {"id-pg"})
    assert isinstance(caught.value, RefusedError)
    assert what in caught.value.what
    assert caught.value.where == "state.json"
    assert (caught.value.next or "").endswith(" A backup.")
