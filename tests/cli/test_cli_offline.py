"""`pipesync plan --offline --base REF`: what a change of the spec means, by git alone."""

import json

import pytest

from tests.cli.offline import OFFLINE, changes_of, plan_of
from tests.cli.repository import Repository
from tests.cli.shell import Api, Shell, spec_of


@pytest.fixture
def repository(pipesync: Shell) -> Repository:
    """The working directory as a repository without commits."""
    return Repository.new(pipesync.folder)


def test_each_kind_of_change(pipesync: Shell, repository: Repository, api: Api) -> None:
    """A new step is created, another delay an update, another source a replace, a missing step a delete."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b", "d/c > p/c", "d/e > p/e"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b, auto_validation_delay_days: 9", "d/x > p/c", "d/n > p/n"))

    result = pipesync.ok(*OFFLINE, "main", "--format", "json")

    assert changes_of(result) == {"p/b": "update", "p/c": "replace", "p/e": "delete", "p/n": "create"}
    assert api.requests() == []
    assert sorted(path.name for path in pipesync.folder.iterdir()) == [".git", "pipesync.yaml"]


def test_needs_neither_token_nor_state(pipesync: Shell, repository: Repository) -> None:
    """Without a token, with an API that nobody answers at and an unreadable state, the plan is made."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write("this is no state", "pipesync.state.json")

    result = pipesync(*OFFLINE, "main", PIPESYNC_TOKEN="", PIPESYNC_API_URL="http://127.0.0.1:9")

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("\nNo changes. The steps are those of the spec that this one is compared with.\n")


@pytest.mark.parametrize("format_", ["text", "markdown", "github", "sarif", "junit"])
@pytest.mark.parametrize("edited", [True, False])
def test_says_what_it_is(pipesync: Shell, repository: Repository, format_: str, edited: bool) -> None:
    """Every rendering says what the spec was compared with, and that this is not what is live."""
    pipesync.write(spec_of("d/a > p/a"))
    commit = repository.commit()
    pipesync.write(spec_of("d/a > p/a", *(["d/b > p/b"] if edited else [])))

    out = pipesync.ok(*OFFLINE, "main", "--format", format_).out

    name = f"`{commit[:12]}`" if format_ == "markdown" else commit[:12]
    assert f"Compared with main ({name}), not with what is live: neither state nor API was read" in out


def test_is_recognised_in_json(pipesync: Shell, repository: Repository) -> None:
    """The JSON names the revision and its commit, and holds no step id, lineage or serial that nobody looked up."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    base = repository.commit()
    pipesync.write(spec_of("d/c > p/a"))
    head = repository.commit()

    plan = plan_of(pipesync.ok(*OFFLINE, "HEAD^", "--format", "json"))

    assert plan["base"] == {"ref": "HEAD^", "commit": base}
    assert (plan["commit"], plan["lineage"], plan["serial"]) == (head, None, 0)
    assert plan["options"]["offline"] is True
    assert "step_id" not in json.dumps(plan["changes"])
    assert plan["lines_changed"] == {"lines": 2, "files": 1, "since": base}


def test_a_plan_with_what_is_live_has_no_base(pipesync: Shell, repository: Repository) -> None:
    """`base` is null in a real plan, also where --base says what to count lines from."""
    pipesync.write(spec_of())
    base = repository.commit()

    plan = plan_of(pipesync.ok("plan", "--base", "main", "--format", "json"))

    assert plan["base"] is None
    assert plan["options"]["offline"] is False
    assert plan["lines_changed"] == {"lines": 0, "files": 0, "since": base}


def test_is_never_applied(pipesync: Shell, repository: Repository, api: Api) -> None:
    """An offline plan that was written down can be shown, and is refused by apply before anything is read."""
    pipesync.write(spec_of("dev-project/pg-dev > prod-project/pg-prod"))
    repository.commit()
    pipesync.write(spec_of("staging-project/pg-staging > prod-project/pg-prod"))
    pipesync.ok(*OFFLINE, "main", "--report", "json=plan.json")

    shown = pipesync.ok("show", "plan.json")
    applied = pipesync("apply", "plan.json")

    assert shown.out.startswith("Compared with main (")
    assert applied.code == 3
    assert applied.err.startswith("Error: this plan compares the spec with main, not with what is live")
    assert "plan without --offline" in applied.err
    assert api.requests() == []


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--out", "plan.json"), "--report json=PATH"),
        (("--destroy",), "--destroy says nothing with --offline"),
        (("--adopt",), "--adopt says nothing with --offline"),
        (("--take-over", "p/a"), "--take-over says nothing with --offline"),
        (("--api-url", "http://127.0.0.1:1"), "--api-url says nothing with --offline"),
        (("--state", "elsewhere.json"), "--state says nothing with --offline"),
        (("--token-file", "token"), "--token-file says nothing with --offline"),
        (("--file", "-"), "--offline cannot compare standard input"),
    ],
)
def test_flags_without_a_meaning(pipesync: Shell, repository: Repository, flags: tuple[str, ...], said: str) -> None:
    """Flags about state, API or apply are usage errors, and not quietly without effect."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()

    result = pipesync(*OFFLINE, "main", *flags)

    assert result.code == 64
    assert said in result.err


def test_needs_a_base(pipesync: Shell, repository: Repository) -> None:
    """--offline alone is a usage error that says what is lacking."""
    pipesync.write(spec_of("d/a > p/a"))

    result = pipesync("plan", "--offline")

    assert result.code == 64
    assert "--offline needs --base REF" in result.err


def test_flags_that_shape(pipesync: Shell, repository: Repository) -> None:
    """--only, --exclude, --no-destroy and --detailed-exitcode mean what they mean for every plan."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    repository.commit()
    pipesync.write(spec_of("d/c > p/c"))

    only = pipesync(*OFFLINE, "main", "--only", "p/a", "--detailed-exitcode", "--format", "json")
    rest = pipesync(*OFFLINE, "main", "--exclude", "p/*", "--detailed-exitcode")
    kept = pipesync(*OFFLINE, "main", "--no-destroy", "--format", "json")

    assert (only.code, changes_of(only)) == (2, {"p/a": "delete"})
    assert (rest.code, "Partial plan (--exclude p/*)" in rest.out) == (0, True)
    assert changes_of(kept) == {"p/c": "create"}
    assert [change["address"] for change in plan_of(kept)["kept"]] == ["p/a", "p/b"]


def test_protection(pipesync: Shell, repository: Repository) -> None:
    """The removal of a step that is protected in the base is refused, as a real plan would do, and rendered."""
    pipesync.write(spec_of("d/a > p/a, protect: true", "d/b > p/b"))
    repository.commit()
    pipesync.write(spec_of("d/b > p/b"))

    result = pipesync(*OFFLINE, "main")

    assert result.code == 3
    assert "Refused: p/a is protected and would be destroyed" in result.out
    assert result.err.startswith("Error: the plan is refused: p/a is protected")


def test_protection_alone(pipesync: Shell, repository: Repository) -> None:
    """A step that is protected from now on is an update without a call."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a, protect: true"))

    result = pipesync.ok(*OFFLINE, "main")

    assert "# p/a will be updated in-place" in result.out
    assert "protect                    = false -> true" in result.out


def test_steps_handed_over(pipesync: Shell, repository: Repository) -> None:
    """`manage: false` makes a step forgotten; without it, it is taken up, with a word that live steps decide."""
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b, manage: false", "d/c > p/c, manage: false"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a, manage: false", "d/x > p/b"))

    result = pipesync.ok(*OFFLINE, "main", "--format", "json")

    assert changes_of(result) == {"p/a": "forget", "p/b": "import"}
    plan = plan_of(result)
    assert [step["address"] for step in plan["unmanaged_by_spec"]] == ["p/a"]
    assert [step["address"] for step in plan["unmanaged"]] == ["p/c"]
    assert [(each["code"], each["address"]) for each in plan["warnings"]] == [("taken_up", "p/b")]


def test_a_step_left_alone_is_as_the_base_made_it(pipesync: Shell, repository: Repository) -> None:
    """What the spec says of it beside `manage: false` has no effect, so it is not shown as if it were so."""
    pipesync.write(spec_of("d/a > p/a, auto_validation_delay_days: 14"))
    repository.commit()
    pipesync.write(spec_of("d/x > p/a, auto_validation_delay_days: 3, manage: false"))

    (left,) = plan_of(pipesync.ok(*OFFLINE, "main", "--format", "json"))["unmanaged_by_spec"]

    assert (left["live"]["source"], left["live"]["auto_validation_delay_days"]) == ("d/a", 14)


def test_a_long_chain_is_held_against_the_base(pipesync: Shell, repository: Repository) -> None:
    """Nothing is said of what is live, for nobody looked."""
    pipesync.write(spec_of("d/a > s/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > s/a", "s/a > p/a"))

    out = pipesync.ok(*OFFLINE, "main").out

    assert "the chain through p/a gets 2 steps long, longer than any in the base: the account may refuse it" in out
    assert "that is live" not in out


def test_the_owner_of_a_pipeline_that_loses_its_steps(pipesync: Shell, repository: Repository) -> None:
    """The base knows who that was, also where the spec has no such pipeline any more."""
    spec = "version: 1\npipelines:\n  {}:\n    owner: '{}'\n    stages: [{}, p/a]\n"
    pipesync.write(spec.format("orders", "@acme/orders", "d/a"))
    repository.commit()
    pipesync.write(spec.format("mine", "@acme/mine", "d/x"))

    radius = plan_of(pipesync.ok(*OFFLINE, "main", "--format", "json"))["blast_radius"]

    assert radius["pipelines"] == ["mine", "orders"]
    assert radius["owners"] == ["@acme/mine", "@acme/orders"]


def test_another_organization(pipesync: Shell, repository: Repository) -> None:
    """A spec that moves to another organization is told: no state goes along."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", head="organization: orgother\n"))

    out = pipesync.ok(*OFFLINE, "main").out

    assert "the spec is of organization orgother here, and of organization org1a23f456789 in main" in out


def test_a_risk_that_may_be_higher(pipesync: Shell, repository: Repository) -> None:
    """Windows and waiting updates are not known, so a replace is of medium risk at least."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/b > p/a"))

    out = pipesync.ok(*OFFLINE, "main", "--report", "markdown=p.md", "--report", "html=p.html").out

    assert "Risk: at least medium (a gate waits for another source" in out
    assert "**Risk: at least medium** (a gate waits for another source" in pipesync.read("p.md")
    assert "At least medium risk:" in pipesync.read("p.html")

    pipesync.write(spec_of())
    assert "Risk: high (" in pipesync.ok(*OFFLINE, "main").out


def test_other_limits(pipesync: Shell, repository: Repository) -> None:
    """A spec says itself what the account allows, and is judged by that: whoever raises it is seen to."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", head="organization: org1a23f456789\nlimits: {max_chain_steps: 9}\n"))

    out = pipesync.ok(*OFFLINE, "main").out

    assert (
        "the spec says that the account allows 9 steps in a row and delays of 30 days here, "
        "and 2 steps in a row and delays of 30 days in main" in out
    )


def test_a_policy(pipesync: Shell, repository: Repository, api: Api) -> None:
    """The policy judges what changes, and says what it cannot check without the API."""
    pipesync.write(spec_of("d/a > p/a"))
    repository.commit()
    pipesync.write(spec_of("d/a > p/a", "d/b > p/b"))
    pipesync.write(
        "version: 1\n"
        "least_delay:\n  - {destinations: p, auto_validation_delay_days: 14}\n"
        "require_gate:\n  - {projects: p}\n",
        "pipesync.policy.yaml",
    )

    result = pipesync(*OFFLINE, "main", "--format", "json")

    plan = plan_of(result)
    assert result.code == 1
    assert [(each["code"], each["address"]) for each in plan["errors"]] == [("policy_least_delay", "p/b")]
    assert "policy_unchecked" in [each["code"] for each in plan["warnings"]]
    assert api.requests() == []
