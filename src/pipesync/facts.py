"""Aiven's limits, defaults and names, each with its source.

SEED  Aiven's page "Control maintenance updates with upgrade pipelines" (the account-wide API)
OAPI  Aiven's published OpenAPI document, upgrade pipeline part (the organization API)
DOCS  Aiven's public documentation, static/includes/controlled-upgrades-concepts.md, August 2026
AVN   the official command line client, aiven-client 4.16
"""

from typing import Final

API_URL: Final = "https://api.aiven.io"
"""Base address without the version (AVN: AIVEN_WEB_URL's default)."""

DEFAULT_DELAY_DAYS: Final = 7
"""auto_validation_delay_days where nobody says otherwise (SEED, OAPI)."""

MIN_DELAY_DAYS: Final = 1
"""OAPI: minimum of auto_validation_delay_days."""

MAX_DELAY_DAYS: Final = 30
"""SEED: the default maximum; an account may have another one."""

MAX_CHAIN_STEPS_ORGANIZATION: Final = 2
"""DOCS: three services, so two steps, unless Aiven raises it."""

MAX_CHAIN_STEPS_ACCOUNT: Final = 3
"""SEED: "the default maximum is 3 steps"."""

UNSUPPORTED_SERVICE_TYPES: Final = frozenset({"flink", "mysql"})
"""DOCS: every type but Aiven for Apache Flink and Aiven for MySQL."""

LIST_PAGE_LIMIT: Final = 999
"""OAPI: the largest `limit` of the list of steps."""

LIST_PAGE_LIMIT_MIN: Final = 30
"""OAPI: the smallest `limit` of the list of steps."""

PROJECT_NAME_PATTERN: Final = "^[A-Za-z0-9_-]{1,63}$"
"""What a spec may name as a project (OAPI: at most 63; Terraform and the operator: these characters)."""

SERVICE_NAME_PATTERN: Final = "^[A-Za-z0-9_-]{1,64}$"
"""What a spec may name as a service (OAPI: 1 to 64)."""

ORGANIZATION_ID_PATTERN: Final = "^[A-Za-z0-9]{1,36}$"
"""What a spec may name as an organization (OAPI: at most 36; no published pattern)."""


def max_chain_steps(organization: str | None) -> int:
    """The chain limit that Aiven documents for an organization, or for the account-wide API."""
    return MAX_CHAIN_STEPS_ACCOUNT if organization is None else MAX_CHAIN_STEPS_ORGANIZATION
