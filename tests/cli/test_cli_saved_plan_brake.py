"""The brake of a saved plan: it is judged by what is so now, and not by what the file says of itself alone."""

import json

import pytest

from tests.cli.shell import Api, Shell, pairs, spec_of, world_of_pg

TWELVE = pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])


def save(pipesync: Shell, spec: str, **brake: int) -> None:
    """Plan `spec` into p.json, where `brake` is then written over."""
    pipesync.write(spec)
    pipesync.ok("plan", "--out", "p.json")
    plan = json.loads(pipesync.read("p.json"))
    pipesync.write(json.dumps({**plan, "brake": {**plan["brake"], **brake}}), "p.json")


@TWELVE
def test_a_brake_that_says_less_than_the_changes_is_an_error(pipesync: Shell, api: Api) -> None:
    """The plan itself shows how many steps it destroys: code 1, as for any plan that was edited."""
    pipesync.apply(spec_of(*pairs(2)))
    save(pipesync, spec_of(), destroys=1)
    for command in ("apply", "show"):
        result = pipesync(command, "p.json")
        assert (result.code, "its brake does not match its changes" in result.err) == (1, True)
    assert len(api.steps()) == 2


@TWELVE
@pytest.mark.parametrize("recorded", [0, 500])
def test_the_share_is_of_what_is_recorded_now(pipesync: Shell, api: Api, recorded: int) -> None:
    """However many recorded steps the file speaks of; the number to give is the one that the plan shows."""
    pipesync.apply(spec_of(*pairs(2)))
    save(pipesync, spec_of(), recorded=recorded)
    api.forget_requests()
    refused = pipesync("apply", "p.json")
    assert (refused.code, "the brake: 2 of 2 recorded steps" in refused.err) == (3, True)
    assert "add --allow-destroy 2" in refused.err
    assert api.writes() == []
    pipesync.ok("apply", "p.json", "--allow-destroy", "2")


@TWELVE
def test_steps_that_were_found_gone_are_counted_now_too(pipesync: Shell, api: Api) -> None:
    """The plan makes again what somebody removed, and the file does not tell that any more."""
    pipesync.apply(spec_of(*pairs(2)))
    for number in range(2):
        api.remove(f"prod/pg-{number}")
    save(pipesync, spec_of(*pairs(2)), destroys=0)
    refused = pipesync("apply", "p.json")
    assert (refused.code, "the brake: 2 of 2 recorded steps" in refused.err) == (3, True)
    assert api.steps() == {}


@TWELVE
def test_a_share_that_has_grown_since_engages_the_brake(pipesync: Shell, api: Api) -> None:
    """3 of 12 recorded steps were few; since then the state has been made to forget the other 9."""
    pipesync.apply(spec_of(*pairs(12)))
    save(pipesync, spec_of(*pairs(9)))
    for number in range(9):
        pipesync.ok("state", "rm", f"prod/pg-{number}")
    refused = pipesync("apply", "p.json")
    assert (refused.code, "the brake: 3 of 3 recorded steps" in refused.err) == (3, True)
    pipesync.ok("apply", "p.json", "--allow-destroy", "3")
    assert len(api.steps()) == 9


@TWELVE
def test_a_plan_that_is_carried_out_halfway_does_not_engage_it_by_itself(pipesync: Shell, api: Api) -> None:
    """2 of 3 go, and one of them is gone already: what is still to be destroyed is 1 of the 2 that are left."""
    pipesync.apply(spec_of(*pairs(3)))
    save(pipesync, spec_of(*pairs(1)))
    api.fault(method="DELETE", path="*/steps/*", skip=1, times=1, status=400, error_code="bad_request")
    assert pipesync("apply", "p.json", "--parallelism", "1").code == 1
    assert len(api.steps()) == 2
    pipesync.ok("apply", "p.json")
    assert list(api.steps()) == ["prod/pg-0"]


@TWELVE
def test_where_nothing_is_due_no_number_is_asked_for(pipesync: Shell, api: Api) -> None:
    """All done is "already applied"; a number that is given must still be the plan's."""
    pipesync.apply(spec_of(*pairs(12)))
    save(pipesync, spec_of(*pairs(8)))
    assert pipesync("apply", "p.json").code == 3
    pipesync.ok("apply", "p.json", PIPESYNC_ALLOW_DESTROY="4")
    assert "already applied" in pipesync.ok("apply", "p.json").out
    assert pipesync("apply", "p.json", "--allow-destroy", "3").code == 3
    pipesync.ok("apply", "p.json", "--allow-destroy", "4")
    assert len(api.steps()) == 8
