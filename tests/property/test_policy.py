"""Laws of a policy: what passes keeps it, a warning never stops a plan, and matching is that of globs."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from pipesync.compliance import AppliedPolicy
from pipesync.drafting import Basis, draft, resulting
from pipesync.model import DesiredStep, LiveStep, Origin, ServiceRef
from pipesync.plan import Options, Plan
from pipesync.planning import plan
from pipesync.policy.globs import ByDestination, Pattern
from pipesync.policy.rules import AllowedPairs, LeastDelay, Level, Policy, RequiredGate
from tests.unit.nouns import API_URL, live, recording, services, spec, wanted

SOURCES = ["dev/pg", "staging/pg"]
PLACES = ["a-prod/pg", "a-prod/kafka", "b-prod/pg", "other/pg"]
GLOBS = st.sampled_from(["*", "*-prod", "a-*", "a-prod", "b-prod/pg", "*/pg", "other/*", "nothing"])
LEVELS = st.sampled_from(Level)
DAYS = st.integers(1, 20)
EDGES = st.dictionaries(st.sampled_from(PLACES), st.tuples(st.sampled_from(SOURCES), DAYS))
"""Destination → source and delay."""


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    places = iter(range(1, 100))

    def at() -> Origin:
        return Origin("policy.yaml", next(places), 1)

    delays = draw(st.lists(st.tuples(GLOBS, DAYS, LEVELS), max_size=4))
    gates = draw(st.lists(st.tuples(st.sampled_from(["*", "*-prod", "a-prod"]), LEVELS), max_size=2))
    pairs = draw(st.none() | st.lists(st.sampled_from([("dev", "*"), ("staging", "*-prod")]), min_size=1))
    return Policy(
        "policy.yaml",
        "sha256:" + "0" * 64,
        tuple(LeastDelay((Pattern.parse(glob),), days, level, at()) for glob, days, level in delays),
        tuple(RequiredGate((project,), ("*",), (), level, at()) for project, level in gates),
        None if pairs is None else AllowedPairs(tuple(pairs), draw(LEVELS), at()),
    )


def planned(
    desired: dict[str, tuple[str, int]], standing: dict[str, tuple[str, int]], policy: Policy, only: tuple[str, ...]
) -> tuple[Plan, tuple[LiveStep, ...]]:
    """The plan for these steps, and what is live; everything live is ours, and every service exists."""
    want = [wanted(source, place, days, line=5 + at) for at, (place, (source, days)) in enumerate(desired.items())]
    are = tuple(live(source, place, days) for place, (source, days) in standing.items())
    return judged(want, are, policy, only), are


def judged(want: list[DesiredStep], are: tuple[LiveStep, ...], policy: Policy, only: tuple[str, ...]) -> Plan:
    basis = Basis(
        spec(*want), are, recording(*are), API_URL, Options(only=only), "0.1.0", policy=AppliedPolicy(policy, {})
    )
    return plan(draft(basis), services(*SOURCES, *PLACES), {})


ONLY = st.sampled_from([(), ("a-prod/*",), ("other/pg",)])


@given(EDGES, EDGES, policies(), ONLY)
def test_a_plan_that_passes_makes_no_step_that_breaches(
    desired: dict[str, tuple[str, int]], standing: dict[str, tuple[str, int]], policy: Policy, only: tuple[str, ...]
) -> None:
    """No step it makes or touches is below the least delay or of a pair that is not allowed, by the rules that are
    errors; and no required gate is missing once it is carried out, or it is another plan's part to make it.
    """
    made, are = planned(desired, standing, policy, only)
    if made.errors:
        return
    for change in made.changes:
        if change.after is None:
            continue
        for rule in policy.least_delays:
            if rule.level is Level.ERROR and any(_matches(one, change.address) for one in rule.destinations):
                assert change.after.auto_validation_delay_days >= rule.days
        if policy.allowed_pairs and policy.allowed_pairs.level is Level.ERROR:
            ends = (change.after.source.project, change.after.destination.project)
            assert any(
                fnmatchcase(ends[0], source) and fnmatchcase(ends[1], destination)
                for source, destination in policy.allowed_pairs.pairs
            )
    if not only:
        gated = {str(step.destination) for step in resulting((one.step for one in are), made.changes)}
        for gate in policy.required_gates:
            if gate.level is Level.ERROR:
                assert not [at for at in (*PLACES, *SOURCES) if fnmatchcase(at.split("/")[0], gate.projects[0])] or (
                    {at for at in (*PLACES, *SOURCES) if fnmatchcase(at.split("/")[0], gate.projects[0])} <= gated
                )


@given(EDGES, EDGES, policies(), ONLY)
def test_each_breach_is_told_once_and_cites_the_policy(
    desired: dict[str, tuple[str, int]], standing: dict[str, tuple[str, int]], policy: Policy, only: tuple[str, ...]
) -> None:
    """Never twice for one address and rule, as an error or as a warning."""
    made, _ = planned(desired, standing, policy, only)
    told = [(one.code, one.address, one.policy) for one in (*made.errors, *made.warnings) if one.policy is not None]
    assert len(told) == len(set(told))


@given(EDGES, EDGES, policies(), ONLY)
def test_a_policy_changes_no_change(
    desired: dict[str, tuple[str, int]], standing: dict[str, tuple[str, int]], policy: Policy, only: tuple[str, ...]
) -> None:
    """It judges, and decides nothing: the same plan has the same digest without it, and fewer findings."""
    made, _ = planned(desired, standing, policy, only)
    free, _ = planned(desired, standing, Policy("policy.yaml", "sha256:" + "0" * 64), only)
    assert made.digest == free.digest
    assert made.changes == free.changes
    assert tuple(one for one in made.errors if one.policy is None) == free.errors


NAMES = st.text("ab-_1", min_size=1, max_size=5)
GLOB_TEXTS = st.text("ab-*?[]!_1", min_size=1, max_size=5)


PATTERNS = st.builds(Pattern, GLOB_TEXTS, st.none() | GLOB_TEXTS)


@given(st.lists(st.lists(PATTERNS, max_size=3), max_size=5), st.lists(st.tuples(NAMES, NAMES), max_size=5))
def test_matching_many_patterns_is_matching_each(entries: list[list[Pattern]], names: list[tuple[str, str]]) -> None:
    """What is compiled and remembered finds the same entries as one glob after the other."""
    found = ByDestination([(patterns, index) for index, patterns in enumerate(entries)])
    for project, service in names:
        ref = ServiceRef(project, service)
        expected = [at for at, patterns in enumerate(entries) if any(_matches(one, str(ref)) for one in patterns)]
        assert found.about(ref) == expected


def _matches(pattern: Pattern, address: str) -> bool:
    project, service = address.split("/")
    return fnmatchcase(project, pattern.project) and (pattern.service is None or fnmatchcase(service, pattern.service))
