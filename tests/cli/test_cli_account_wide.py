"""A spec without an organization: the account-wide API, from the first plan to the move to an organization."""

import json

import pytest

from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, spec_of

FLAT = THREE_ENVIRONMENTS.replace(f"organization: {ORGANIZATION}\n", "")

SHAPES = [
    {},
    {"list": "bare", "names": "_name", "id": "id"},
    {"list": "upgrade_steps", "step": "upgrade_step", "paged": True, "create_status": 201, "empty_status": 200},
]


@pytest.fixture(params=SHAPES, ids=["plain", "bare", "wrapped"])
def world(request: pytest.FixtureRequest) -> object:
    """Answers of the account-wide API are documented nowhere: each shape that a client may meet."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg"},
            {"project": "prod-project", "names": ["pg-prod", "pg-last"], "type": "pg"},
        ],
        "flat": request.param,
    }


def test_the_whole_way_without_an_organization(pipesync: Shell, api: Api) -> None:
    """Create, update, replace and delete by the flat paths; a plan afterwards has nothing to do."""
    pipesync.apply(FLAT)
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}
    pipesync.apply(FLAT.replace("days: 3", "days: 4"))
    pipesync.apply(spec_of(f"{DEV} > {PROD}", head=""), "--allow-destroy", "2")
    assert api.edges() == {PROD: (DEV, 7)}
    assert pipesync("plan", "--detailed-exitcode").code == 0
    assert "No drift in 1 recorded step." in pipesync.ok("drift").out
    assert json.loads(pipesync.read())["organization"] is None


def test_one_step_more_is_allowed_in_a_chain(pipesync: Shell, api: Api) -> None:
    """Three steps account-wide, two in an organization, unless the spec's limits say otherwise."""
    steps = (f"{DEV} > {STAGING}", f"{STAGING} > {PROD}", f"{PROD} > prod-project/pg-last")
    pipesync.apply(spec_of(*steps, head=""))
    assert len(api.steps()) == 3
    pipesync.write(spec_of(*steps))
    assert pipesync("validate").code == 1
    pipesync.write(spec_of(*steps, head=f"organization: {ORGANIZATION}\nlimits: {{max_chain_steps: 3}}\n"))
    assert pipesync("validate").code == 0


def test_the_state_moves_to_the_organization_of_its_steps(pipesync: Shell, api: Api) -> None:
    """The line is added to the spec: no change, and the next write says whose the state is. The way back is refused."""
    pipesync.apply(FLAT)
    pipesync.write(THREE_ENVIRONMENTS)
    assert pipesync("plan", "--detailed-exitcode").code == 0
    pipesync.apply(THREE_ENVIRONMENTS.replace("days: 3", "days: 4"))
    assert json.loads(pipesync.read())["organization"] == ORGANIZATION
    pipesync.write(FLAT)
    result = pipesync("plan")
    assert (result.code, "this run is about no organization" in result.err) == (3, True)


def test_an_organization_that_lacks_recorded_steps_is_refused(pipesync: Shell, api: Api) -> None:
    """The state may be of another organization: every recorded id must be in the list."""
    pipesync.apply(FLAT)
    api.remove(PROD)
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("plan")
    assert (result.code, f"lacks 1 of its 2 recorded steps, {PROD} for one" in result.err) == (3, True)


def test_where_the_account_wide_api_is_missing_the_line_to_add_is_told(pipesync: Shell, api: Api) -> None:
    """A 404 of the list names the organizations that the token sees."""
    api.fault(path="/v1/upgrade/step", times=None, status=404, message="Not found")
    pipesync.write(FLAT)
    result = pipesync("plan")
    assert result.code == 1
    assert "add the organization to the spec:" in result.err
    assert f"organization: {ORGANIZATION}  # Sandbox" in result.err
