"""The action with the other commands than plan: apply, drift, validate."""

from tests.ci.github import Runner
from tests.ci.pull_request import plan
from tests.cli.shell import DEV, ORGANIZATION, PROD, STAGING


def test_the_reviewed_plan_is_applied(runner: Runner) -> None:
    """And once more it is done already."""
    reviewed = plan(runner)
    inputs = {"plan": reviewed.outputs["plan"], "expect": reviewed.outputs["digest"]}
    job = runner.action(command="apply", aiven_token="our-own-token", **inputs)

    assert (job.code, job.outputs["exitcode"]) == (0, "0")
    assert runner.api.edges() == {STAGING: (DEV, 3), PROD: (STAGING, 7)}
    assert "2 added" in runner.summary
    assert runner.action(command="apply", aiven_token="our-own-token", **inputs).code == 0


def test_another_plan_is_not_applied(runner: Runner) -> None:
    """Code 3, and nothing is written."""
    reviewed = plan(runner)
    job = runner.action(
        command="apply", aiven_token="our-own-token", plan=reviewed.outputs["plan"], expect=f"sha256:{'0' * 64}"
    )
    assert (job.code, runner.api.writes()) == (3, [])


def test_a_plan_that_is_stale_is_not_applied(runner: Runner) -> None:
    """Code 5: somebody was faster."""
    reviewed = plan(runner)
    runner.api.insert(DEV, PROD)
    job = runner.action(command="apply", aiven_token="our-own-token", plan=reviewed.outputs["plan"])
    assert job.code == 5
    assert runner.api.edges() == {PROD: (DEV, 7)}


def test_the_brake_is_released_by_its_number(runner: Runner) -> None:
    """And by no other."""
    runner.shell.ok("apply", "--yes")
    runner.shell.write(f"version: 1\norganization: {ORGANIZATION}\n")
    runner.event_name = "push"
    codes = [
        runner.action(command="apply", aiven_token="our-own-token", allow_destroy=number).code
        for number in ("", "3", "2")
    ]
    assert (codes, runner.api.edges()) == ([3, 3, 0], {})


def test_drift_is_found(runner: Runner) -> None:
    """The run fails with code 2, and its summary tells what differs."""
    runner.shell.ok("apply", "--yes")
    runner.api.patch(STAGING, 9)
    job = runner.action(command="drift", detailed_exitcode="true", aiven_token="our-own-token")
    assert (job.code, job.outputs["drift"]) == (2, "true")
    assert "pg-staging" in runner.summary
    assert job.log.count("::warning") == 1


def test_a_spec_is_validated_without_a_token(runner: Runner) -> None:
    """Aiven is not asked."""
    assert runner.action(command="validate").code == 0
    runner.shell.write("version: 1\npipelins: {}\n")
    job = runner.action(command="validate")
    assert (job.code, runner.api.requests()) == (1, [])
    assert "pipelins" in runner.summary


def test_a_policy_can_be_named(runner: Runner) -> None:
    """A breach is an error; the summary says which line of the policy it is."""
    rule = "least_delay:\n  - {destinations: prod-project, auto_validation_delay_days: 14}\n"
    runner.shell.write(f"version: 1\n{rule}", "ours.yaml")
    job = runner.action(command="validate", policy="ours.yaml")
    assert (job.code, "ours.yaml:3:5" in runner.summary) == (1, True)
