"""Aiven's rules over a whole set of steps, and over the services that they name."""

import pytest

from pipesync.model import Limits, Service, ServiceRef, UpgradeStep
from pipesync.rules import Violation, service_violations, violations


def step(arrow: str, days: int = 7) -> UpgradeStep:
    """A step between two services of the project `p`, written `a>b`."""
    source, _, destination = arrow.partition(">")
    return UpgradeStep(ServiceRef("p", source), ServiceRef("p", destination), days)


def broken(*arrows: str, most: int = 2) -> list[tuple[str, list[str]]]:
    """Each broken rule, and the steps that break it together."""
    found = violations([step(arrow) for arrow in arrows], Limits(most))
    return [(v.rule, [f"{s.source.service}>{s.destination.service}" for s in v.steps]) for v in found]


@pytest.mark.parametrize(
    "arrows",
    [(), ("a>b",), ("a>b", "b>c"), ("a>b", "a>c", "b>d", "b>e"), ("a>b", "c>d"), ("b>c", "a>b")],
)
def test_what_aiven_allows_breaks_no_rule(arrows: tuple[str, ...]) -> None:
    """Chains up to the limit, many destinations for a source, and separate chains are fine, in any order."""
    assert broken(*arrows) == []


@pytest.mark.parametrize(
    ("arrows", "expected"),
    [
        (("a>a",), [("self_loop", ["a>a"])]),
        (("a>b", "c>b"), [("two_sources", ["a>b", "c>b"])]),
        (("a>b", "a>b"), [("two_sources", ["a>b", "a>b"])]),
        (("a>b", "b>a"), [("cycle", ["a>b", "b>a"])]),
        (("c>a", "a>b", "b>c"), [("cycle", ["a>b", "b>c", "c>a"])]),
        (("a>b", "b>a", "a>c"), [("cycle", ["a>b", "b>a"])]),
        (("a>c", "a>b", "b>a"), [("cycle", ["a>b", "b>a"])]),
        (("a>b", "b>a", "c>d", "d>c"), [("cycle", ["a>b", "b>a"]), ("cycle", ["c>d", "d>c"])]),
        (("a>b", "b>c", "c>d"), [("chain_too_long", ["a>b", "b>c", "c>d"])]),
        (("c>d", "b>c", "a>b"), [("chain_too_long", ["a>b", "b>c", "c>d"])]),
        (
            ("a>b", "b>c", "c>d", "c>e"),
            [("chain_too_long", ["a>b", "b>c", "c>d"]), ("chain_too_long", ["a>b", "b>c", "c>e"])],
        ),
        (("a>b", "b>c", "c>d", "d>e"), [("chain_too_long", ["a>b", "b>c", "c>d", "d>e"])]),
        (("a>a", "a>b", "b>c"), [("self_loop", ["a>a"])]),
        (
            ("a>b", "b>a", "a>c", "c>d", "d>e"),
            [("cycle", ["a>b", "b>a"]), ("chain_too_long", ["a>c", "c>d", "d>e"])],
        ),
    ],
)
def test_each_broken_rule_is_found_once(arrows: tuple[str, ...], expected: list[tuple[str, list[str]]]) -> None:
    """A rule is named with the steps that break it together: a cycle once, a long chain once for each of its ends."""
    found = broken(*arrows)
    assert sorted((rule, sorted(steps)) for rule, steps in found) == sorted((r, sorted(s)) for r, s in expected)
    assert [steps for rule, steps in found if rule == "chain_too_long"] == [
        steps for rule, steps in expected if rule == "chain_too_long"
    ]


@pytest.mark.parametrize(("days", "is_broken"), [(0, True), (1, False), (30, False), (31, True)])
def test_a_delay_keeps_to_the_limits(days: int, is_broken: bool) -> None:
    """1 to 30 days, or what the account allows."""
    assert [v.rule for v in violations([step("a>b", days)], Limits(2))] == ["delay_out_of_range"] * is_broken
    assert list(violations([step("a>b", 60)], Limits(2, 60))) == []


def test_the_words_name_services_limits_and_what_to_do() -> None:
    """A violation reads as a sentence."""
    steps = [step("a>b"), step("b>c", 31), step("c>d"), step("x>y"), step("y>x"), step("e>e"), step("f>b")]
    assert [violation.message for violation in violations(steps, Limits(2))] == [
        (
            "auto_validation_delay_days of p/c is 31; allowed is 1 to 30 "
            "(limits.max_auto_validation_delay_days, if your account allows more)"
        ),
        "p/e cannot be its own source",
        "p/b has two sources, p/a and p/f; Aiven allows one",
        "a cycle: p/y → p/x → p/y",
        (
            "the chain p/a → p/b → p/c → p/d has 3 steps; allowed are 2 "
            "(limits.max_chain_steps, if your account allows more)"
        ),
    ]


def test_a_long_chain_is_shown_by_its_ends() -> None:
    """A message stays short, and the steps are all there."""
    (violation,) = violations([step(f"s{n}>s{n + 1}") for n in range(1_000)], Limits(2))
    assert violation.message == (
        "the chain p/s0 → p/s1 → p/s2 → p/s3 → p/s4 → p/s5 → … → p/s995 → p/s996 → p/s997 → p/s998 → p/s999 → p/s1000 "
        "has 1000 steps; allowed are 2 (limits.max_chain_steps, if your account allows more)"
    )
    assert len(violation.steps) == 1_000


def service(name: str, service_type: str) -> Service:
    """A running service of the project `p`."""
    return Service(ServiceRef("p", name), service_type, "RUNNING")


def about_services(*services: Service) -> list[Violation]:
    """What is wrong with the step a>b if these are the project's services."""
    return list(service_violations([step("a>b")], {"p": {known.ref.service: known for known in services}}))


def test_services_of_one_supported_type_break_no_rule() -> None:
    """Both ends exist, are of one type, and upgrade pipelines support it."""
    assert about_services(service("a", "pg"), service("b", "pg")) == []


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([], [("service_missing", "there is no service p/a"), ("service_missing", "there is no service p/b")]),
        ([service("a", "pg")], [("service_missing", "there is no service p/b")]),
        (
            [service("a", "pg"), service("b", "kafka")],
            [
                (
                    "type_mismatch",
                    "p/a is of type pg, p/b of type kafka; both ends of a step must be of the same type",
                )
            ],
        ),
        (
            [service("b", "flink")],
            [
                ("service_missing", "there is no service p/a"),
                ("type_unsupported", "p/b is of type flink, which upgrade pipelines do not support"),
            ],
        ),
    ],
)
def test_what_is_wrong_with_services_is_told(services: list[Service], expected: list[tuple[str, str]]) -> None:
    """A missing service, two types, or a type without support are found, each with its words."""
    assert [(violation.rule, violation.message) for violation in about_services(*services)] == expected


def test_a_project_that_could_not_be_read_is_not_judged() -> None:
    """Nothing is said of services that nobody could look up; the other end is judged all the same."""
    across = UpgradeStep(ServiceRef("p", "a"), ServiceRef("q", "b"), 7)
    assert list(service_violations([across], {})) == []
    known = {"p": {"a": service("a", "mysql")}}
    assert [violation.rule for violation in service_violations([across], known)] == ["type_unsupported"]
