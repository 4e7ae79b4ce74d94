"""What a policy says of single steps: delays, pairs of projects, and the files that name them."""

import pytest

from pipesync.model import Origin, ServiceRef
from pipesync.policy.globs import Pattern
from pipesync.policy.judgement import Naming, Subject, scope_breaches, step_breaches
from pipesync.policy.rules import AllowedPairs, Breach, LeastDelay, Level, Policy, Scope, Scopes
from tests.unit.nouns import step


def at(line: int) -> Origin:
    return Origin("pipesync.policy.yaml", line, 5)


def subject(source: str, destination: str, days: int = 7, *, involved: bool = True) -> Subject:
    return Subject(step(source, destination, days), Origin("pipesync.yaml", 4, 9), involved)


def patterns(*texts: str) -> tuple[Pattern, ...]:
    return tuple(map(Pattern.parse, texts))


def least(days: int, *destinations: str, line: int = 3, level: Level = Level.ERROR) -> LeastDelay:
    return LeastDelay(patterns(*destinations), days, level, at(line))


def told(breaches: list[Breach]) -> list[tuple[str, str, int]]:
    """Level, address, and the line of the policy."""
    return [(breach.level.value, breach.address, breach.policy.line) for breach in breaches]


@pytest.mark.parametrize(
    ("pattern", "destination", "matches"),
    [
        ("eu-prod", "eu-prod/pg", True),
        ("eu-prod", "eu-prod-2/pg", False),
        ("*-prod", "eu-prod/pg", True),
        ("*-prod", "prod/pg", False),
        ("*-prod/pg-*", "eu-prod/pg-1", True),
        ("*-prod/pg-*", "eu-prod/kafka", False),
        ("eu-[!p]*", "eu-prod/pg", False),
        ("e?-prod/pg", "eu-prod/pg", True),
        ("EU-PROD", "eu-prod/pg", False),
    ],
)
def test_a_pattern_is_of_a_project_or_of_a_project_and_a_service(pattern: str, destination: str, matches: bool) -> None:
    """Each half is a glob over the whole of a name, and capitals are not the same as small letters."""
    policy = Policy("p", "", (least(14, pattern),))
    found = list(step_breaches(policy, [subject("dev/pg", destination)]))
    assert bool(found) is matches


def test_a_short_delay_is_told_with_both_places_and_what_to_change() -> None:
    """What is, what is asked for, where the spec and where the policy say so."""
    (breach,) = step_breaches(Policy("p", "", (least(14, "*-prod"),)), [subject("dev/pg", "eu-prod/pg", 1)])
    assert breach.message == "eu-prod/pg waits 1 day; the policy asks for at least 14"
    assert breach.next == "set auto_validation_delay_days of eu-prod/pg to 14 or more"
    assert (str(breach.policy), str(breach.origin)) == ("pipesync.policy.yaml:3:5", "pipesync.yaml:4:9")


def test_a_delay_that_is_long_enough_is_no_breach() -> None:
    """At least means that the number itself will do."""
    assert not list(step_breaches(Policy("p", "", (least(14, "*"),)), [subject("dev/pg", "eu-prod/pg", 14)]))


def test_of_several_delay_rules_the_strictest_is_told() -> None:
    """One breach a step, so that one change is enough."""
    policy = Policy("p", "", (least(10, "*", line=3), least(14, "*-prod", line=4), least(12, "eu-*", line=5)))
    assert told(list(step_breaches(policy, [subject("dev/pg", "eu-prod/pg")]))) == [("error", "eu-prod/pg", 4)]


def test_a_stricter_warning_does_not_hide_an_error() -> None:
    """Both are told; the error is what the plan is refused for."""
    policy = Policy("p", "", (least(30, "*", line=3, level=Level.WARNING), least(14, "*", line=4)))
    found = told(list(step_breaches(policy, [subject("dev/pg", "eu-prod/pg")])))
    assert found == [("warning", "eu-prod/pg", 3), ("error", "eu-prod/pg", 4)]


def test_what_stands_already_is_a_warning() -> None:
    """A plan that takes no part in it is not refused for it."""
    policy = Policy("p", "", (least(14, "*"),))
    assert told(list(step_breaches(policy, [subject("dev/pg", "p/s", involved=False)]))) == [("warning", "p/s", 3)]


PAIRS = AllowedPairs((("*-dev", "*-staging"), ("*-staging", "*-prod")), Level.ERROR, at(8))


def test_every_step_is_of_an_allowed_pair() -> None:
    """One that is of none is told with the sources that its destination may have."""
    policy = Policy("p", "", allowed_pairs=PAIRS)
    subjects = [
        subject("a-dev/pg", "a-staging/pg"),
        subject("a-staging/pg", "b-prod/pg"),
        subject("a-dev/x", "a-prod/x"),
    ]
    (breach,) = step_breaches(policy, subjects)
    assert breach.message == (
        "a-prod/x may not wait for a-dev/x: the policy allows no step from project a-dev to project a-prod"
    )
    assert breach.next == "take a source in *-staging, or let the policy allow the pair"


def test_a_destination_that_no_pair_allows_is_told_so() -> None:
    """There is no source that would do."""
    (breach,) = step_breaches(Policy("p", "", allowed_pairs=PAIRS), [subject("a-dev/x", "other/x")])
    assert breach.next == "take another destination, or let the policy allow the pair"


SCOPES = Scopes(
    (
        Scope(("teams/a/*", "a.yaml"), patterns("a-*"), Level.ERROR, at(10)),
        Scope(("teams/b/*",), patterns("b-*", "a-prod/shared"), Level.WARNING, at(11)),
        Scope(("teams/*",), (), Level.ERROR, at(12)),
    ),
    at(9),
)


@pytest.mark.parametrize(
    ("path", "destination", "line"),
    [
        ("teams/a/x.yaml", "a-prod/pg", None),
        ("teams/a/deep/x.yaml", "a-prod/pg", None),
        ("a.yaml", "b-prod/pg", 10),
        ("teams/b/x.yaml", "a-prod/shared", None),
        ("teams/b/x.yaml", "a-prod/pg", 11),
        ("teams/c.yaml", "c-prod/pg", 12),
        ("elsewhere.yaml", "a-prod/pg", 9),
        ("../teams/a/x.yaml", "a-prod/pg", 9),
    ],
)
def test_the_first_scope_of_a_file_decides(path: str, destination: str, line: int | None) -> None:
    """It allows its destinations and no others; a file that is in no scope may name nothing."""
    naming = Naming(ServiceRef.parse(destination), Origin("as-named.yaml", 4, 9), path, involved=True)
    found = list(scope_breaches(Policy("p", "", scopes=SCOPES), [naming]))
    assert [breach.policy.line for breach in found] == ([] if line is None else [line])


def test_a_breach_of_scope_says_which_files_may() -> None:
    """So that one knows where to move the step."""
    naming = Naming(ServiceRef("a-prod", "pg"), Origin("x.yaml", 4, 9), "x.yaml", involved=True)
    (breach,) = scope_breaches(Policy("p", "", scopes=SCOPES), [naming])
    assert breach.message == "x.yaml may not name a-prod/pg: no scope of the policy is about this file"
    assert breach.next == "move the step to a file that may (teams/a/* or a.yaml), or let the policy's scope allow it"


def test_no_rules_are_no_breaches() -> None:
    """An empty policy allows everything."""
    naming = Naming(ServiceRef("a-prod", "pg"), Origin("x.yaml", 4, 9), "x.yaml", involved=True)
    assert not [*step_breaches(Policy("p", ""), [subject("a/b", "c/d", 1)]), *scope_breaches(Policy("p", ""), [naming])]
