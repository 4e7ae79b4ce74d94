"""What a sound spec means: its stages, chains, steps and defaults, as upgrade steps."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from pipesync.errors import SpecError
from pipesync.model import DesiredStep, Limits, Origin, ServiceRef, Setting, Spec, UpgradeStep
from pipesync.spec.load import load

EXAMPLE = """\
version: 1
organization: org1a23f456789
limits:
  max_chain_steps: 2
  max_auto_validation_delay_days: 30
defaults:
  auto_validation_delay_days: 7
  projects:
    "*-prod": {auto_validation_delay_days: 14, protect: true}
pipelines:
  orders:
    description: Orders database, Europe first
    owner: "@acme/orders-dba"
    stages:
      - dev-project/pg-dev
      - service: staging-project/pg-staging
        auto_validation_delay_days: 3
      - auto_validation_delay_days: 13
        protect: true
        services:
          - eu-prod/pg-prod
          - us-prod/pg-prod
          - service: ap-prod/pg-prod
            auto_validation_delay_days: 21
  audit:
    stages:
      - dev-project/pg-audit
      - services: [staging-eu/pg-audit, staging-us/pg-audit]
      - services:
          - {service: eu-prod/pg-audit, source: staging-eu/pg-audit}
          - {service: us-prod/pg-audit, source: staging-us/pg-audit}
  apps:
    services: [pg-users, kafka-orders]
    stages: [acme-dev, acme-staging, {projects: [acme-eu, acme-us], auto_validation_delay_days: 14}]
steps:
  - source: dev-project/kafka-dev
    destination: prod-project/kafka-prod
    auto_validation_delay_days: 10
"""


def spec_of(text: str) -> Spec:
    """The spec that a text is."""
    return load(["-"], stdin=BytesIO(text.encode()))


def outline(spec: Spec) -> list[str]:
    """Each step on a line: line and column, source, destination, days, and what is not usual."""
    return [
        f"{desired.origin.line}:{desired.origin.column} {desired.step.source} > {desired.step.destination} "
        f"{desired.step.auto_validation_delay_days}"
        f"{' protected' * desired.protect}{'' if desired.manage else ' unmanaged'}"
        for desired in spec.steps
    ]


def test_the_documented_example_is_these_steps() -> None:
    """Stages, chains and single steps become upgrade steps in the order of the file, at their destination's place."""
    assert outline(spec_of(EXAMPLE)) == [
        "16:18 dev-project/pg-dev > staging-project/pg-staging 3",
        "21:13 staging-project/pg-staging > eu-prod/pg-prod 13 protected",
        "22:13 staging-project/pg-staging > us-prod/pg-prod 13 protected",
        "23:22 staging-project/pg-staging > ap-prod/pg-prod 21 protected",
        "28:20 dev-project/pg-audit > staging-eu/pg-audit 7",
        "28:41 dev-project/pg-audit > staging-us/pg-audit 7",
        "30:23 staging-eu/pg-audit > eu-prod/pg-audit 14 protected",
        "31:23 staging-us/pg-audit > us-prod/pg-audit 14 protected",
        "33:16 acme-dev/pg-users > acme-staging/pg-users 7",
        "33:16 acme-staging/pg-users > acme-eu/pg-users 14",
        "33:16 acme-staging/pg-users > acme-us/pg-users 14",
        "33:26 acme-dev/kafka-orders > acme-staging/kafka-orders 7",
        "33:26 acme-staging/kafka-orders > acme-eu/kafka-orders 14",
        "33:26 acme-staging/kafka-orders > acme-us/kafka-orders 14",
        "37:18 dev-project/kafka-dev > prod-project/kafka-prod 10",
    ]


def test_a_spec_holds_what_its_file_says_and_the_name_it_was_given() -> None:
    """Organization, limits, pipeline and owner arrive; the digest is of the content alone."""
    spec = spec_of(EXAMPLE)
    content = EXAMPLE.encode()
    assert spec == Spec(
        organization="org1a23f456789",
        limits=Limits(max_chain_steps=2, max_auto_validation_delay_days=30),
        steps=spec.steps,
        files=("-",),
        digest=f"sha256:{sha256(len(content).to_bytes(8, 'big') + content).hexdigest()}",
    )
    assert spec.steps[0] == DesiredStep(
        UpgradeStep(ServiceRef("dev-project", "pg-dev"), ServiceRef("staging-project", "pg-staging"), 3),
        Origin("-", 16, 18),
        "orders",
        "@acme/orders-dba",
        delay_set_by=(Setting.SERVICE, Origin("-", 17, 37)),
    )


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("", Limits(3, 30)),
        ("organization: org1", Limits(2, 30)),
        ("limits: {max_chain_steps: 5}", Limits(5, 30)),
        ("organization: org1\nlimits: {max_auto_validation_delay_days: 60}", Limits(2, 60)),
    ],
)
def test_limits_are_aivens_unless_stated(text: str, limits: Limits) -> None:
    """What is left out of the limits is what Aiven documents, with an organization or without."""
    assert spec_of(f"version: 1\n{text}\n").limits == limits


@pytest.mark.parametrize(
    ("defaults", "pipeline", "stage", "service", "outcome"),
    [
        ("", "", "", "", "7"),
        ("{auto_validation_delay_days: 2, protect: true}", "", "", "", "2 protected"),
        ("{auto_validation_delay_days: 2, projects: {c: {auto_validation_delay_days: 3}}}", "", "", "", "3"),
        ("{protect: true, projects: {'[c]': {protect: false}}}", "", "", "", "7"),
        ("{protect: true, projects: {'?': {auto_validation_delay_days: 3}}}", "", "", "", "3 protected"),
        ("{projects: {'a*': {protect: true}, C: {protect: true}, '[!c]': {protect: true}}}", "", "", "", "7"),
        ("{projects: {'*': {protect: true}, c: {protect: true}}}", "", "", "", "7 protected"),
        ("{projects: {c: {auto_validation_delay_days: 3}}}", "auto_validation_delay_days: 4,", "", "", "4"),
        ("", "auto_validation_delay_days: 4,", "auto_validation_delay_days: 5,", "", "5"),
        ("", "", "auto_validation_delay_days: 5,", "auto_validation_delay_days: 6,", "6"),
        ("{protect: true}", "protect: false,", "", "", "7"),
        ("", "protect: true,", "protect: false,", "", "7"),
        ("", "", "protect: false,", "protect: true,", "7 protected"),
        ("", "manage: false,", "", "", "7 unmanaged"),
        ("", "manage: false,", "manage: true,", "", "7"),
        ("", "", "manage: true,", "manage: false,", "7 unmanaged"),
    ],
)
def test_the_nearest_setting_wins(defaults: str, pipeline: str, stage: str, service: str, outcome: str) -> None:
    """Service before stage, before pipeline, before the project's defaults, before the defaults, before Aiven's."""
    text = (
        f"version: 1\ndefaults: {defaults or '{}'}\n"
        f"pipelines: {{p: {{{pipeline} stages: [a/b, {{{stage} services: [{{{service} service: c/d}}]}}]}}}}\n"
    )
    assert [line.partition(" ")[2] for line in outline(spec_of(text))] == [f"a/b > c/d {outcome}"]


@pytest.mark.parametrize(
    ("defaults", "pipeline", "stage", "service", "outcome"),
    [
        ("{}", "", "", "", "built-in"),
        ("{auto_validation_delay_days: 2}", "", "", "", "defaults (-:2:40)"),
        (
            "{projects: {x: {protect: true}, c: {auto_validation_delay_days: 2}}}",
            "",
            "",
            "",
            "defaults.projects (-:2:75)",
        ),
        ("{projects: {c: {protect: true}}}", "", "", "", "built-in"),
        ("{}", "auto_validation_delay_days: 4,", "", "", "pipeline (-:3:45)"),
        ("{}", "auto_validation_delay_days: 4,", "auto_validation_delay_days: 5,", "", "stage (-:3:91)"),
        ("{}", "", "auto_validation_delay_days: 5,", "auto_validation_delay_days: 5,", "service (-:3:104)"),
    ],
)
def test_a_step_knows_which_setting_its_delay_comes_from(
    defaults: str, pipeline: str, stage: str, service: str, outcome: str
) -> None:
    """The nearest one's level and place; none of what is built in."""
    text = (
        f"version: 1\ndefaults: {defaults}\n"
        f"pipelines: {{p: {{{pipeline} stages: [a/b, {{{stage} services: [{{{service} service: c/d}}]}}]}}}}\n"
    )
    level, place = spec_of(text).steps[0].delay_set_by
    assert (f"{level} ({place})" if place else level) == outcome


def test_settings_of_a_project_stage_and_of_a_single_step() -> None:
    """A stage that names projects, and an entry of `steps`, take the same settings."""
    text = """\
version: 1
pipelines:
  p: {services: [x], protect: true, stages: [a, {project: b, protect: false}, {projects: [c], manage: false}]}
steps:
- {source: a/y, destination: b/y, auto_validation_delay_days: 30, protect: true, manage: false}
"""
    assert [line.partition(" ")[2] for line in outline(spec_of(text))] == [
        "a/x > b/x 7",
        "b/x > c/x 7 protected unmanaged",
        "a/y > b/y 30 protected unmanaged",
    ]


def test_a_source_may_be_any_service_of_an_earlier_stage() -> None:
    """`source` on a stage holds for its services, one on a service is nearer; both reach back beyond the last stage."""
    text = """\
version: 1
pipelines:
  p:
    stages:
    - a/one
    - services: [b/one, b/two]
    - {source: b/two, services: [c/one, {service: c/two, source: b/one}, {service: c/three, source: a/one}]}
    - {service: d/one, source: c/three}
    - e/one
"""
    assert [line.split()[1:4:2] for line in outline(spec_of(text))] == [
        ["a/one", "b/one"],
        ["a/one", "b/two"],
        ["b/two", "c/one"],
        ["b/one", "c/two"],
        ["a/one", "c/three"],
        ["c/three", "d/one"],
        ["d/one", "e/one"],
    ]


@pytest.mark.parametrize("text", ["version: 1\n", "version: 1\npipelines: {}\n", "version: 1\nsteps: []\n"])
def test_a_spec_may_ask_for_nothing(text: str) -> None:
    """An empty map of pipelines is a valid spec."""
    assert spec_of(text).steps == ()


def test_names_that_yaml_1_1_misreads_are_names() -> None:
    """`no`, `on` and the like are text, as an editor shows them; numbers need quotes."""
    text = "version: 1\npipelines: {on: {services: [no, y, 1e, '014', '1e3'], stages: [off, 'null']}}\n"
    spec = spec_of(text)
    assert {desired.pipeline for desired in spec.steps} == {"on"}
    assert [str(desired.step.destination) for desired in spec.steps] == [
        "null/no",
        "null/y",
        "null/1e",
        "null/014",
        "null/1e3",
    ]


def test_the_digest_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    """The same files elsewhere have the same digest; another byte, or another split, has not."""
    contents = {"one": ["version: 1\n", "version: 1\n#\n"], "two": ["version: 1\n", "version: 1\n#\n"]}
    contents |= {"three": ["version: 1\n#\n", "version: 1\n"], "four": ["version: 1\n", "version: 1\n# \n"]}
    digests = {}
    for folder, texts in contents.items():
        (tmp_path / folder / "pipelines").mkdir(parents=True)
        for name, text in zip(["pipesync.yaml", "pipelines/a.yaml"], texts, strict=True):
            (tmp_path / folder / name).write_text(text)
        digests[folder] = load([str(tmp_path / folder)]).digest
    assert digests["one"] == digests["two"]
    assert len(set(digests.values())) == 3


def test_a_few_lines_cannot_ask_for_billions_of_steps() -> None:
    """A set has at most fifty thousand steps; a spec that asks for more has one problem, not a full memory."""
    services, projects = (", ".join(f"{kind}{n}" for n in range(1_000)) for kind in "sp")
    text = f"version: 1\npipelines: {{p: {{services: [{services}], stages: [a, {{projects: [{projects}]}}]}}}}\n"
    with pytest.raises(SpecError) as caught:
        spec_of(text)
    assert [problem.message for problem in caught.value.problems] == [
        "the set asks for more than 50,000 steps, from here on; split it"
    ]


def test_many_ends_of_one_long_chain_are_a_bounded_number_of_problems() -> None:
    """Each end of a chain that is too long is a problem, as long as the list of them stays readable."""
    chain = "".join(f"- {{source: a/{n}, destination: a/{n + 1}}}\n" for n in range(2_000))
    ends = "".join(f"- {{source: a/2000, destination: b/{n}}}\n" for n in range(2_000))
    with pytest.raises(SpecError) as caught:
        spec_of(f"version: 1\nsteps:\n{chain}{ends}")
    assert all(len(problem.message) < 500 for problem in caught.value.problems)
    assert len(caught.value.problems) < 1_000
