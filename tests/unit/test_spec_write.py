"""A spec that is written from steps: what it says, what it leaves out, and how it quotes."""

from io import BytesIO

import pytest
import yaml

from pipesync.errors import PipesyncError
from pipesync.model import Limits, ServiceRef, UpgradeStep
from pipesync.spec.load import load
from pipesync.spec.write import write


def step(source: str, destination: str, days: int = 7) -> UpgradeStep:
    """A step between two services."""
    return UpgradeStep(ServiceRef.parse(source), ServiceRef.parse(destination), days)


def test_steps_are_written_in_the_order_of_their_destinations() -> None:
    """Every step states its delay; the organization comes first."""
    steps = [step("dev/pg", "prod/pg", 14), step("dev/kafka", "prod/kafka")]
    assert write(steps, organization="org1a23f456789", limits=None) == (
        "version: 1\n"
        "organization: org1a23f456789\n"
        "steps:\n"
        "  - source: dev/kafka\n"
        "    destination: prod/kafka\n"
        "    auto_validation_delay_days: 7\n"
        "  - source: dev/pg\n"
        "    destination: prod/pg\n"
        "    auto_validation_delay_days: 14\n"
    )


def test_no_steps_are_an_empty_list() -> None:
    """A spec of nothing is a valid spec, with known limits if they are not the usual ones."""
    assert write([], organization=None, limits=None) == "version: 1\nsteps: []\n"
    assert write([], organization=None, limits=Limits(3)) == "version: 1\nsteps: []\n"
    assert write([], organization=None, limits=Limits(5, 60)) == (
        "version: 1\nlimits:\n  max_chain_steps: 5\n  max_auto_validation_delay_days: 60\nsteps: []\n"
    )


CHAIN = [step("a/a", "a/b"), step("a/b", "a/c"), step("a/c", "a/d")]


@pytest.mark.parametrize(
    ("steps", "organization", "limits", "expected"),
    [
        (CHAIN, None, None, Limits(3, 30)),
        (CHAIN, "org1", None, Limits(3, 30)),
        (CHAIN[:2], "org1", None, Limits(2, 30)),
        (CHAIN, None, Limits(9, 90), Limits(9, 90)),
        (CHAIN, None, Limits(1, 5), Limits(3, 7)),
        ([step("a/a", "a/b", 31)], None, None, Limits(3, 31)),
    ],
)
def test_limits_are_stated_where_the_steps_need_them(
    steps: list[UpgradeStep], organization: str | None, limits: Limits | None, expected: Limits
) -> None:
    """What is written validates, however long the chains and delays of the live steps are."""
    text = write(steps, organization=organization, limits=limits)
    spec = load(["-"], stdin=BytesIO(text.encode()))
    assert (spec.limits, len(spec.steps)) == (expected, len(steps))
    assert ("limits:" in text) == (expected != Limits.of(organization))


@pytest.mark.parametrize("name", ["no", "014", "1e3", "0x1f", "-", "--", "_", "null", "1", "true", "1_0", "-1", "y"])
def test_names_survive_every_reader(name: str) -> None:
    """Names that look like numbers or truth values come back as they were, by YAML 1.2 and 1.1."""
    organization = name if name.isalnum() else None
    steps = [UpgradeStep(ServiceRef(name, name), ServiceRef("p", name), 1)]
    text = write(steps, organization=organization, limits=None)
    spec = load(["-"], stdin=BytesIO(text.encode()))
    assert (spec.organization, [desired.step for desired in spec.steps]) == (organization, steps)
    read_by_1_1 = yaml.safe_load(text)
    assert read_by_1_1.get("organization") == organization
    assert read_by_1_1["steps"][0]["source"] == f"{name}/{name}"


def test_what_a_spec_cannot_hold_is_left_out_with_a_comment() -> None:
    """A name from the API with a space, a line break or a slash, or a delay of 0, is told and not written."""
    steps = [
        UpgradeStep(ServiceRef("dev", "pg"), ServiceRef("pro\nd: \x1b", 'p"g/'), 7),
        UpgradeStep(ServiceRef("dev é", "pg"), ServiceRef("prod", "pg"), 7),
        UpgradeStep(ServiceRef("dev", "pg"), ServiceRef("stage", "pg"), 0),
    ]
    text = write(steps, organization=None, limits=None)
    assert text == (
        "version: 1\n"
        '# left out, since a spec cannot hold it: "dev" "pg" → "pro\\nd: \\x1b" "p\\"g/", 7 days\n'
        '# left out, since a spec cannot hold it: "dev é" "pg" → "prod" "pg", 7 days\n'
        '# left out, since a spec cannot hold it: "dev" "pg" → "stage" "pg", 0 days\n'
        "steps: []\n"
    )
    assert load(["-"], stdin=BytesIO(text.encode())).steps == ()


def test_an_organization_that_a_spec_cannot_hold_is_an_error() -> None:
    """Left out, it would silently mean another API."""
    with pytest.raises(PipesyncError, match=r'a spec cannot hold the organization id "org\\n1"'):
        write([], organization="org\n1", limits=None)
