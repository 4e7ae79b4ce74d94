"""A policy that requires gates: `plan` asks the API for the services, and refuses what leaves one without."""

from tests.cli.policies import GATES, POLICY, SHORT, addresses, findings
from tests.cli.shell import DEV, PROD, STAGING, Api, Shell, spec_of


def test_a_service_of_a_named_project_needs_its_gate(pipesync: Shell, api: Api) -> None:
    """The services are listed by the API, one call a project, and each that no step leads to is a breach."""
    pipesync.write(GATES, POLICY)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    api.forget_requests()
    found = findings(pipesync)
    assert [one["message"] for one in found["errors"]] == [
        "prod-project/pg-prod has no gate, and the policy requires one"
    ]
    assert found["errors"][0]["policy"] == {"file": POLICY, "line": 3, "column": 5}
    assert api.requests().count("GET /v1/project/prod-project/service") == 1
    assert pipesync("plan").code == 1


def test_a_step_that_somebody_else_manages_is_a_gate_too(pipesync: Shell, api: Api) -> None:
    """What counts is that there is one once the plan is carried out."""
    pipesync.write(GATES, POLICY)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    api.insert(DEV, PROD)
    assert findings(pipesync)["errors"] == []


def test_a_delete_that_takes_a_required_gate_away_is_refused(pipesync: Shell, api: Api) -> None:
    """It says that the gate would be lost, and nothing is written."""
    pipesync.apply(spec_of(f"{DEV} > {STAGING}", SHORT))
    pipesync.write(GATES, POLICY)
    pipesync.write(spec_of(f"{DEV} > {STAGING}"))
    api.forget_requests()
    for command in (("plan",), ("apply", "--auto-approve")):
        result = pipesync(*command)
        assert result.code == 1
        assert "prod-project/pg-prod would lose its gate, and the policy requires one" in result.out
    assert api.writes() == []


def test_coverage_needs_the_api(pipesync: Shell, api: Api) -> None:
    """`validate` says that it did not look, and warns of what the spec alone tells."""
    pipesync.write(GATES.replace("prod-project", "dev-project"), POLICY)
    pipesync.write(spec_of(SHORT))
    result = pipesync.ok("validate")
    assert "pipesync.policy.yaml:3:5: policy note: whether each service has its gate is not checked here" in result.out
    assert "policy warning: dev-project/pg-dev has no gate in the spec, and the policy requires one" in result.out
    assert api.requests() == []


def test_a_project_that_cannot_be_read_is_told(pipesync: Shell, api: Api) -> None:
    """Its services are not taken for covered, or for missing: a warning says that they were not checked."""
    pipesync.write(GATES.replace("prod-project", "nowhere"), POLICY)
    pipesync.write(spec_of(SHORT))
    result = pipesync.ok("plan")
    assert "the services of project nowhere could not be read, so they were not checked" in result.out


def test_a_gate_whose_delete_is_left_out_is_a_warning(pipesync: Shell) -> None:
    """It stands after this plan, and the set asks for its end."""
    pipesync.apply(spec_of(SHORT, f"{DEV} > {STAGING}"))
    pipesync.write(GATES, POLICY)
    pipesync.write(spec_of(f"{DEV} > {STAGING}, auto_validation_delay_days: 9"))
    found = findings(pipesync, "--only", STAGING)
    assert (addresses(found["errors"]), addresses(found["warnings"])) == ([], [PROD])
    assert findings(pipesync, "--no-destroy") == {"errors": [], "warnings": []}
