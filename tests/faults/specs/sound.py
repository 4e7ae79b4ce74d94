"""Sets of spec files, and policies beside them, that are sound: what is spoilt, and what generated ones grow from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

Files = dict[str, str]
"""Name in the folder → content."""

POLICY: Final = "pipesync.policy.yaml"
MAIN: Final = "pipesync.yaml"

_MAIN_TEXT: Final = """\
version: 1
$schema: ./pipeline-spec.v1.schema.json
organization: org1a23f456789
limits:
  max_chain_steps: 4
  max_auto_validation_delay_days: 40
defaults:
  auto_validation_delay_days: 5
  protect: false
  projects:
    "*-prod":
      auto_validation_delay_days: 14
      protect: true
"""

_PIPELINES_TEXT: Final = """\
version: 1
pipelines:
  orders:
    description: "Orders, Europe first \\u263a"
    owner: "@acme/orders-dba"
    auto_validation_delay_days: 6
    protect: false
    manage: true
    stages:
      - dev/pg-orders
      - service: staging/pg-orders
        source: dev/pg-orders
        auto_validation_delay_days: 3
        protect: true
        manage: true
      - auto_validation_delay_days: 12
        protect: true
        manage: true
        source: staging/pg-orders
        services:
          - eu-prod/pg-orders
          - service: us-prod/pg-orders
            source: dev/pg-orders
            auto_validation_delay_days: 21
            protect: true
            manage: false
  apps:
    services:
      - pg-users
      - kafka-orders
    stages:
      - acme-dev
      - project: acme-staging
        auto_validation_delay_days: 2
      - projects: [acme-eu, acme-us]
        protect: true
        manage: true
"""

_STEPS_TEXT: Final = """\
version: 1
steps:
  - source: dev/kafka
    destination: eu-prod/kafka
    auto_validation_delay_days: 10
    protect: true
    manage: true
  - {source: dev/pg-z, destination: us-prod/pg-z}
"""

_POLICY_TEXT: Final = """\
version: 1
$schema: ./policy.v1.schema.json
least_delay:
  - destinations: ["us-prod", "eu-prod/kafk?"]
    auto_validation_delay_days: 1
    level: warning
require_gate:
  - projects: eu-prod
    services: [kafka, "pg-*"]
    except: eu-prod/pg-scratch
    level: error
allowed_pairs:
  level: warning
  pairs:
    - source: "*"
      destination: "*"
scope:
  - files: "*"
    destinations: "*"
    level: warning
brake:
  share_percent: 20
  of_at_least: 5
  all_of_at_least: 3
"""

COMPLETE: Final[Files] = {
    MAIN: _MAIN_TEXT,
    "pipelines/pipelines.yaml": _PIPELINES_TEXT,
    "pipelines/steps.yml": _STEPS_TEXT,
    POLICY: _POLICY_TEXT,
}
"""Every key of the spec and of the policy, in every form."""

_EXAMPLES: Final = Path(__file__).parents[3] / "examples"


def examples() -> Iterator[tuple[str, Files]]:
    """The specs of examples/, by the names of their folders."""
    for main in sorted(_EXAMPLES.glob(f"*/{MAIN}")):
        paths = [main, *sorted(main.parent.glob("pipelines/*.yaml"))]
        yield main.parent.name, {path.relative_to(main.parent).as_posix(): path.read_text("utf-8") for path in paths}
