"""What a plan needs beside a yes: the brake's number, lifted protection, the expected digest."""

import json

import pytest

from pipesync.plan import Plan, digest
from tests.cli.shell import DEV, PROD, STAGING, THREE_ENVIRONMENTS, Api, Shell, pairs, spec_of, world_of_pg


@pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])
def test_the_brake_wants_the_number_that_the_plan_shows(pipesync: Shell, api: Api) -> None:
    """4 of 12 steps are more than 30 %: code 3 without the number, or with another one, and nothing is sent."""
    pipesync.apply(spec_of(*pairs(12)))
    api.forget_requests()
    pipesync.write(spec_of(*pairs(8)))
    for flags in ((), ("--allow-destroy", "3"), ("--allow-destroy", "5")):
        assert pipesync("apply", "--yes", *flags).code == 3
    assert pipesync("apply", "--yes", PIPESYNC_ALLOW_DESTROY="3").code == 3
    assert api.writes() == []
    assert pipesync("apply", "--yes", PIPESYNC_ALLOW_DESTROY="4").code == 0
    assert len(api.steps()) == 8


@pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])
def test_a_number_that_is_not_needed_must_still_be_true(pipesync: Shell, api: Api) -> None:
    """Below the brake no number is asked for, but a wrong one says that another plan was meant."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write(spec_of(*pairs(11)))
    result = pipesync("apply", "--yes", "--allow-destroy", "0")
    assert (result.code, "--allow-destroy is 0, and the plan shows 1" in result.err) == (3, True)
    assert pipesync("apply", "--yes").code == 0


def test_recorded_steps_that_are_gone_count_for_the_brake(pipesync: Shell, api: Api) -> None:
    """Somebody removed everything: to create it all again takes the number, too."""
    pipesync.apply(THREE_ENVIRONMENTS)
    for address in (PROD, STAGING):
        api.remove(address)
    refused = pipesync("apply", "--yes")
    assert (refused.code, "add --allow-destroy 2" in refused.err) == (3, True)
    assert pipesync("apply", "--yes", "--allow-destroy", "2").code == 0
    assert api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}


def test_protection_is_lifted_first(pipesync: Shell, api: Api) -> None:
    """A protected step is not destroyed by removing its block: the flag is in the state."""
    protected = spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}, protect: true")
    pipesync.apply(protected)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    result = pipesync("apply", "--yes")
    assert result.code == 3
    assert f"Refused: {PROD} is protected and would be destroyed" in result.out
    assert PROD in api.steps()
    pipesync.apply(protected.replace("true", "false"))
    pipesync.apply(spec_of(f"{DEV} > {STAGING}"))
    assert list(api.steps()) == [STAGING]


def test_protection_of_a_replace_is_the_specs(pipesync: Shell, api: Api) -> None:
    """One diff may lift the protection and change the source; with the flag left on it is refused."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}, protect: true"))
    pipesync.write(spec_of(f"{STAGING} > {PROD}, protect: true"))
    assert pipesync("apply", "--yes").code == 3
    pipesync.apply(spec_of(f"{STAGING} > {PROD}, protect: false"))
    assert api.edges() == {PROD: (STAGING, 7)}


def test_protect_alone_is_recorded_without_a_call(pipesync: Shell, api: Api) -> None:
    """It is shown as an update, and nothing is sent for it."""
    pipesync.apply(spec_of(f"{DEV} > {PROD}"))
    api.forget_requests()
    result = pipesync.apply(spec_of(f"{DEV} > {PROD}, protect: true"))
    assert f"# {PROD} will be updated in-place" in result.out
    assert api.writes() == []
    assert json.loads(pipesync.read())["steps"][0]["protect"] is True


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--yes", "--expect", "sha256:" + "0" * 64), "this is not the plan that was expected"),
        (("--yes", "--allow-destroy", "7"), "--allow-destroy is 7, and the plan shows 0"),
        ((), "the plan needs a yes, and there is no terminal to ask at"),
    ],
    ids=["expect", "allow-destroy", "no approval"],
)
def test_a_refused_plan_is_rendered_everywhere_and_not_made(
    pipesync: Shell, api: Api, flags: tuple[str, ...], words: str
) -> None:
    """Whatever refuses it: code 3, the plan on standard output and in each report, nothing sent, no state."""
    pipesync.write(THREE_ENVIRONMENTS)
    result = pipesync("apply", *flags, "--report", "json=r.json", "--report", "markdown=r.md")
    assert (result.code, words in result.err) == (3, True)
    assert "Plan: 2 to add" in result.out
    assert json.loads(pipesync.read("r.json"))["format"] == "pipesync.plan"
    assert PROD in pipesync.read("r.md")
    assert (api.writes(), (pipesync.folder / "pipesync.state.json").exists()) == ([], False)


def test_expect_lets_exactly_that_plan_through(pipesync: Shell) -> None:
    """The digest is the one that plan shows."""
    pipesync.write(THREE_ENVIRONMENTS)
    digest = json.loads(pipesync("plan", "--format", "json").out)["digest"]
    assert pipesync("apply", "--auto-approve", "--expect", digest).code == 0


def test_a_forged_plan_does_not_get_round_protection(pipesync: Shell, api: Api) -> None:
    """Plan saves no delete of a protected step; one that was made by hand, digest and all, is refused by apply."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"))
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    pipesync.ok("plan", "--out", "saved.plan")
    pipesync.apply(spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}, protect: true"))
    forged = json.loads(pipesync.read("saved.plan"))
    forged["changes"][0]["before"]["protect"] = True
    plan = Plan.model_validate_json(json.dumps(forged))
    forged["digest"] = digest(plan.organization, plan.api_url, plan.changes)
    pipesync.write(json.dumps(forged), "saved.plan")
    result = pipesync("apply", "saved.plan")
    assert (result.code, f"{PROD} is protected and would be destroyed" in result.err) == (3, True)
    assert PROD in api.steps()
