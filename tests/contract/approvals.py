"""The conversations of the cassettes that are about approvals; see `scenarios`."""

import pytest

from pipesync.aiven.client import Client
from pipesync.aiven.validation import Approval
from pipesync.errors import ApiError
from tests.contract.cast import Cast


def recorded(client: Client, cast: Cast) -> None:
    """What a source runs is validated for all its steps at once, and each shows who did it and what was said."""
    created = [client.create_step(cast.step(0, destination, 3)) for destination in (1, 2)]
    assert client.approve(cast.first, "comment-1", created) is Approval.RECORDED
    steps = [client.get_step(live.step_id) for live in created]
    assert [step and step.step for step in steps] == [live.step for live in created]
    validations = [step.last_validation for step in steps if step is not None]
    assert all(validation and validation.at and validation.by for validation in validations)
    assert {validation and validation.comment for validation in validations} == {"comment-1"}
    for live in created:
        client.delete_step(live.step_id)


def in_doubt(client: Client, cast: Cast) -> None:
    """An answer that does not come is looked for in the steps, and nothing is sent twice."""
    live = client.create_step(cast.step(0, 1, 3))
    assert client.approve(cast.first, "", [live]) is Approval.RECORDED
    client.delete_step(live.step_id)


def refused(client: Client, cast: Cast) -> None:
    """A service that is powered off cannot be validated, and is told so by Aiven's code."""
    with pytest.raises(ApiError, match="does not allow a validation now") as error:
        client.approve(cast.first, "")
    assert error.value.status == 409
