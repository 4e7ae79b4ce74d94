"""A saved plan and the policy of the day on which it is applied."""

import json

import pytest

from tests.cli.shell import DEV, PROD, STAGING, Api, Shell, pairs, spec_of, world_of_pg

POLICY = "pipesync.policy.yaml"
LEAST = "version: 1\nleast_delay:\n  - {destinations: prod-project, auto_validation_delay_days: 14}\n"
SHORT = spec_of(f"{DEV} > {PROD}")


def saved(pipesync: Shell, spec: str = SHORT) -> None:
    pipesync.write(spec)
    pipesync.ok("plan", "--out", "plan.json")


def test_a_plan_is_judged_by_the_policy_of_now(pipesync: Shell, api: Api) -> None:
    """It was fine when it was made; the policy has become stricter, so it is shown, refused, and nothing is written."""
    saved(pipesync)
    pipesync.write(LEAST, POLICY)
    result = pipesync("apply", "plan.json", "--report", "markdown=refused.md")
    assert result.code == 1
    assert "the policy asks for at least 14" in result.out
    assert "policy: pipesync.policy.yaml:3:5" in result.err
    assert "the policy asks for at least 14" in pipesync.read("refused.md")
    assert api.writes() == []


def test_a_policy_can_be_named_for_a_saved_plan(pipesync: Shell, api: Api) -> None:
    """Unlike what shaped the plan."""
    saved(pipesync)
    pipesync.write(LEAST, "strict.yaml")
    assert pipesync("apply", "plan.json", "--policy", "strict.yaml").code == 1
    pipesync.ok("apply", "plan.json")
    assert list(api.steps()) == [PROD]


def test_coverage_is_looked_at_again(pipesync: Shell, api: Api) -> None:
    """A service that lost its gate to somebody else meanwhile."""
    pipesync.apply(SHORT)
    saved(pipesync, spec_of(f"{DEV} > {PROD}", f"{DEV} > staging-project/pg-staging"))
    api.remove(PROD)
    pipesync.write("version: 1\nrequire_gate:\n  - projects: prod-project\n", POLICY)
    result = pipesync("apply", "plan.json")
    assert (result.code, "prod-project/pg-prod has no gate, and the policy requires one" in result.out) == (1, True)


def test_a_gate_that_is_left_for_another_plan_does_not_refuse_a_partial_one(pipesync: Shell, api: Api) -> None:
    """What plan allows, apply allows; a partial plan cannot say what others will bring."""
    pipesync.write(
        "version: 1\nrequire_gate:\n  - {projects: [staging-project, prod-project], services: 'pg-*'}\n", POLICY
    )
    pipesync.write(spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"))
    pipesync.ok("plan", "--only", STAGING, "--out", "plan.json")
    result = pipesync.ok("apply", "plan.json")
    assert "prod-project/pg-prod has no gate, and the policy requires one" in result.out
    assert list(api.steps()) == [STAGING]


def test_a_partial_plan_takes_no_required_gate(pipesync: Shell, api: Api) -> None:
    """What it does itself it knows."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}", f"{DEV} > {PROD}"))
    pipesync.write(spec_of())
    pipesync.ok("plan", "--only", STAGING, "--out", "plan.json")
    pipesync.write("version: 1\nrequire_gate:\n  - projects: staging-project\n", POLICY)
    result = pipesync("apply", "plan.json")
    assert (result.code, f"{STAGING} would lose its gate" in result.out, len(api.steps())) == (1, True, 2)


def test_scope_is_judged_by_the_places_in_the_plan(pipesync: Shell) -> None:
    """The spec is not read again."""
    saved(pipesync)
    pipesync.write("version: 1\nscope:\n  - {files: teams/*, destinations: '*'}\n", POLICY)
    assert "pipesync.yaml may not name prod-project/pg-prod" in pipesync("apply", "plan.json").out


def test_a_warning_of_now_is_told_with_the_outcome(pipesync: Shell) -> None:
    """It does not hold the plan up."""
    saved(pipesync)
    pipesync.write(LEAST.replace("14}", "14, level: warning}"), POLICY)
    assert "the policy asks for at least 14" in pipesync.ok("apply", "plan.json").out


def test_a_policy_that_is_gone_is_told(pipesync: Shell) -> None:
    """The plan was judged by one; applying it elsewhere does not go unseen."""
    pipesync.write("version: 1\n", POLICY)
    saved(pipesync)
    (pipesync.folder / POLICY).unlink()
    assert "the plan was judged by the policy pipesync.policy.yaml, and there is none here now" in (
        pipesync.ok("apply", "plan.json").out
    )


def test_a_plan_that_is_applied_already_is_not_judged_again(pipesync: Shell) -> None:
    """There is nothing left to refuse."""
    saved(pipesync)
    pipesync.ok("apply", "plan.json")
    pipesync.write(LEAST, POLICY)
    assert "already applied" in pipesync.ok("apply", "plan.json").out


TWELVE = pytest.mark.parametrize("world", [world_of_pg(12)], ids=["12"])


@TWELVE
def test_a_brake_is_not_loosened_by_editing_the_plan(pipesync: Shell, api: Api) -> None:
    """The numbers of the policy of now count, whatever the file says."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write("version: 1\nbrake: {share_percent: 10}\n", POLICY)
    saved(pipesync, spec_of(*pairs(10)))
    plan = json.loads(pipesync.read("plan.json"))
    plan["brake"] |= {"share_percent": 100, "all_of_at_least": 1000}
    pipesync.write(json.dumps(plan), "plan.json")
    result = pipesync("apply", "plan.json")
    assert (result.code, "the brake: 2 of 12 recorded steps" in result.err) == (3, True)
    assert len(api.steps()) == 12
    pipesync.ok("apply", "plan.json", "--allow-destroy", "2")


@TWELVE
def test_a_brake_that_engaged_then_engages_now(pipesync: Shell) -> None:
    """The plan records the numbers that it was judged by; a policy that is gone does not loosen it."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write("version: 1\nbrake: {share_percent: 10}\n", POLICY)
    saved(pipesync, spec_of(*pairs(10)))
    (pipesync.folder / POLICY).unlink()
    assert pipesync("apply", "plan.json").code == 3


@TWELVE
def test_a_policy_that_is_gone_and_an_edited_plan_do_not_loosen_a_brake(pipesync: Shell, api: Api) -> None:
    """What would go now is judged by the numbers of then, too."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write("version: 1\nbrake: {share_percent: 10}\n", POLICY)
    saved(pipesync, spec_of(*pairs(10)))
    plan = json.loads(pipesync.read("plan.json"))
    plan["brake"] |= {"recorded": 1000}
    pipesync.write(json.dumps(plan), "plan.json")
    (pipesync.folder / POLICY).unlink()
    assert (pipesync("apply", "plan.json").code, len(api.steps())) == (3, 12)


@TWELVE
def test_a_brake_that_was_loose_then_is_judged_by_the_numbers_of_now(pipesync: Shell) -> None:
    """Without the policy that loosened it, the usual ones."""
    pipesync.apply(spec_of(*pairs(12)))
    pipesync.write("version: 1\nbrake: {share_percent: 90}\n", POLICY)
    saved(pipesync, spec_of(*pairs(6)))
    (pipesync.folder / POLICY).unlink()
    assert pipesync("apply", "plan.json").code == 3
