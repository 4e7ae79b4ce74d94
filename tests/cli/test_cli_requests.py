"""How many requests a run costs: pages of 999 steps, and one more for each project that a change concerns."""

import pytest

from tests.cli.shell import (
    DEV,
    EVERY_STEP,
    ORGANIZATION,
    PROD,
    STAGING,
    THREE_ENVIRONMENTS,
    Api,
    Shell,
    pairs,
    spec_of,
    world_of_pg,
)

THOUSAND = [{"source": f"dev/pg-{number}", "destination": f"prod/pg-{number}"} for number in range(1000)]


@pytest.mark.parametrize("world", [world_of_pg(1000, steps=THOUSAND)], ids=["1000"])
def test_a_plan_without_changes_reads_the_pages_alone(pipesync: Shell, api: Api) -> None:
    """1,000 steps are two pages: two requests, and a project more costs none."""
    pipesync.apply(spec_of(*pairs(1000)), "--adopt")
    assert api.writes() == []
    api.forget_requests()
    assert pipesync.ok("plan").out.startswith("No changes.")
    assert api.requests() == [f"GET {EVERY_STEP}"] * 2


def test_a_change_costs_one_request_for_each_project_concerned(pipesync: Shell, api: Api) -> None:
    """Here two of the three projects: the chain that changes has no part in the third."""
    pipesync.write(THREE_ENVIRONMENTS)
    pipesync.ok("plan")
    services = [f"GET /v1/project/{name}/service" for name in ("dev-project", "prod-project", "staging-project")]
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}", *services]
    api.forget_requests()
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    pipesync.ok("plan")
    assert sorted(api.requests()) == [f"GET {EVERY_STEP}", services[0], services[2]]


def test_an_apply_costs_the_plan_and_its_calls(pipesync: Shell, api: Api) -> None:
    """One request a create, update and delete, two a replace; nothing is read again afterwards."""
    pipesync.apply(THREE_ENVIRONMENTS)
    assert api.writes() == [f"POST {EVERY_STEP}"] * 2
    ids = {address: step["step_id"] for address, step in api.steps().items()}
    api.forget_requests()
    pipesync.apply(spec_of(f"{DEV} > {PROD}"), "--allow-destroy", "2")
    assert sorted(api.writes()) == sorted(
        [f"DELETE {EVERY_STEP}/{ids[PROD]}", f"DELETE {EVERY_STEP}/{ids[STAGING]}", f"POST {EVERY_STEP}"]
    )
    assert len(api.requests("GET")) == 4  # the steps, and the three projects of the chain as it was and will be


def test_a_step_that_is_gone_is_asked_for_once(pipesync: Shell, api: Api) -> None:
    """GET of its id, and its projects' services, which are not read a second time for the rules."""
    pipesync.apply(THREE_ENVIRONMENTS)
    gone = api.steps()[PROD]["step_id"]
    api.remove(PROD)
    api.forget_requests()
    pipesync.ok("plan")
    assert sorted(api.requests()) == sorted(
        [
            f"GET {EVERY_STEP}",
            f"GET {EVERY_STEP}/{gone}",
            *(f"GET /v1/project/{name}/service" for name in ("dev-project", "prod-project", "staging-project")),
        ]
    )


def test_what_is_refused_by_flags_is_read_once(pipesync: Shell, api: Api) -> None:
    """validate, show and the state commands read nothing; drift and dump one page."""
    pipesync.apply(THREE_ENVIRONMENTS)
    api.forget_requests()
    for command in (("validate",), ("show",), ("state", "list"), ("schema", "plan"), ("completion", "bash")):
        pipesync.ok(*command)
    assert api.requests() == []
    pipesync.ok("drift")
    pipesync.ok("dump", "--organization", ORGANIZATION)
    assert api.requests() == [f"GET {EVERY_STEP}"] * 2
