"""Which services must have a gate, and which have none."""

from pipesync.compliance import AppliedPolicy
from pipesync.drafting import Basis, draft
from pipesync.model import Origin, Service, ServiceRef
from pipesync.plan import Options
from pipesync.planning import plan
from pipesync.policy.coverage import coverage_breaches, projects_to_read, sources_without_gate
from pipesync.policy.globs import Pattern
from pipesync.policy.rules import Breach, Level, Policy, RequiredGate
from tests.unit.nouns import API_URL, SOME_DIGEST, live, recording, spec, wanted


def required(
    *projects: str, services: str = "*", exempt: tuple[str, ...] = (), line: int = 3, level: Level = Level.ERROR
) -> RequiredGate:
    patterns = tuple(map(Pattern.parse, exempt))
    return RequiredGate(projects, (services,), patterns, level, Origin("pipesync.policy.yaml", line, 5))


def policy(*rules: RequiredGate) -> Policy:
    return Policy("pipesync.policy.yaml", SOME_DIGEST, required_gates=rules)


def read(*services: str) -> dict[str, dict[str, Service]]:
    """Services, each `project/name` or `project/name:type`."""
    found: dict[str, dict[str, Service]] = {}
    for text in services:
        address, _, kind = text.partition(":")
        ref = ServiceRef.parse(address)
        found.setdefault(ref.project, {})[ref.service] = Service(ref, kind or "pg", "RUNNING")
    return found


def refs(*addresses: str) -> set[ServiceRef]:
    return set(map(ServiceRef.parse, addresses))


def told(found: list[Breach]) -> list[tuple[str, str]]:
    return [(breach.level.value, breach.address) for breach in found]


def test_each_service_without_a_gate_is_a_breach() -> None:
    """In the projects that the rule is about, of types that upgrade pipelines support, but for the exempt ones."""
    services = read("prod/gated", "prod/open", "prod/stream:flink", "prod/scratch", "dev/open")
    rule = required("prod", exempt=("prod/scr*",))
    assert told(list(coverage_breaches(policy(rule), services, gated=refs("prod/gated")))) == [("error", "prod/open")]


def test_a_rule_may_be_about_some_services_only() -> None:
    """By a pattern of their names."""
    services = read("prod/pg-1", "prod/kafka")
    found = list(coverage_breaches(policy(required("pr*", services="pg-*")), services, gated=set()))
    assert told(found) == [("error", "prod/pg-1")]


def test_two_rules_about_one_service_are_one_breach() -> None:
    """The error wins over the warning, wherever it stands."""
    rules = (required("*", line=3, level=Level.WARNING), required("prod", line=4))
    found = list(coverage_breaches(policy(*rules), read("prod/pg", "dev/pg"), gated=set()))
    assert told(found) == [("warning", "dev/pg"), ("error", "prod/pg")]


def test_a_gate_that_a_plan_takes_away_is_told_as_lost() -> None:
    """Also where the project could not be read; a service that is gone needs none."""
    rule = policy(required("prod", "hidden"))
    deleted = refs("prod/pg", "prod/gone", "hidden/pg")
    found = list(coverage_breaches(rule, read("prod/pg"), gated=set(), deleted=deleted))
    assert [breach.message for breach in found] == [
        "hidden/pg would lose its gate, and the policy requires one",
        "prod/pg would lose its gate, and the policy requires one",
    ]


def test_what_another_plan_will_take_away_is_a_warning() -> None:
    """The delete is left out by --only: the gate stands after this plan."""
    found = list(coverage_breaches(policy(required("prod")), read("prod/pg"), gated=set(), spared=refs("prod/pg")))
    assert told(found) == [("warning", "prod/pg")]


def test_named_projects_are_read_and_patterns_only_where_something_is_known() -> None:
    """No call lists all projects, so a pattern is compared with those that steps name."""
    rules = policy(required("prod", "*-prod"), required("other"))
    assert projects_to_read(rules, {"eu-prod", "dev"}) == ("eu-prod", "other", "prod")
    assert projects_to_read(policy(), {"eu-prod"}) == ()


def test_a_spec_alone_tells_of_sources_that_have_no_gate_in_it() -> None:
    """A warning: a live step that the spec does not name may be their gate."""
    steps = [wanted("prod/first", "prod/second", line=7), wanted("prod/first", "eu/pg", line=9)]
    origins = {one.step.destination: one.origin for one in steps}
    (breach,) = sources_without_gate(policy(required("prod")), [one.step for one in steps], origins)
    assert (breach.level, breach.message) == (
        Level.WARNING,
        "prod/first has no gate in the spec, and the policy requires one",
    )
    assert str(breach.origin) == "pipesync.yaml:7:9"


def test_without_the_api_a_plan_says_what_it_could_not_check() -> None:
    """It tells of what the steps alone show: a lost gate is an error, a source without one a warning."""
    are = [live("dev/pg", "prod/pg"), live("dev/pg", "prod/next")]
    want = spec(wanted("prod/first", "prod/next", line=7))
    judge = AppliedPolicy(policy(required("prod")), {}, without_api=True)
    basis = Basis(want, tuple(are), recording(*are), API_URL, Options(), "0.1.0", policy=judge)
    made = plan(draft(basis), {}, {})
    assert [one.message for one in made.errors] == ["prod/pg would lose its gate, and the policy requires one"]
    assert [(one.code, one.address) for one in made.warnings if one.policy is not None] == [
        ("policy_gate_required", "prod/first"),
        ("policy_unchecked", None),
    ]
