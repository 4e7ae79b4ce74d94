"""Where approvals are tested: a chain whose last stage has two services, and tokens that see all or little."""

from typing import Any

import pytest

from tests.cli.shell import DEV, ORGANIZATION, STAGING, Api, Shell

VALIDATE = "POST /v1/project/staging-project/service/pg-staging/upgrade-validation"
EU, US = "prod-project/pg-eu", "us-project/pg-us"


@pytest.fixture
def world() -> dict[str, Any]:
    """A chain whose last stage has two services, in two projects; tokens that see all, or the source's project only."""
    return {
        "organization": ORGANIZATION,
        "services": [
            {"project": "dev-project", "name": "pg-dev", "type": "pg", "version": "16.5"},
            {"project": "staging-project", "name": "pg-staging", "type": "pg", "version": "16.5"},
            {"project": "prod-project", "name": "pg-eu", "type": "pg", "version": "16.4"},
            {
                "project": "us-project",
                "name": "pg-us",
                "type": "pg",
                "state": "POWEROFF",
                "maintenance": {"dow": "never"},
            },
        ],
        "tokens": [
            {"token": "our-own-token", "user": "ops@example.org"},
            {"token": "someone-else"},
            {"token": "narrow", "user": "team@example.org", "read": [], "write": ["staging-*"]},
            {"token": "half", "user": "half@example.org", "read": ["prod-*"], "write": ["staging-*"]},
            {"token": "reads", "read": ["*"], "write": []},
        ],
    }


SPEC = f"""\
version: 1
organization: {ORGANIZATION}
pipelines:
  orders:
    owner: "@acme/dba"
    stages:
      - {DEV}
      - {{service: {STAGING}, auto_validation_delay_days: 3}}
      - services: [{EU}, {US}]
        auto_validation_delay_days: 14
"""


@pytest.fixture
def chain(pipesync: Shell, api: Api) -> Shell:
    """The command line where `SPEC` is applied."""
    pipesync.apply(SPEC)
    api.forget_requests()
    return pipesync


def last(api: Api, address: str = EU) -> Any:
    """The last validation of a step: who and with which comment; None if there is none."""
    found = api.steps()[address]["last_validation"]
    return found and (found["validated_by_user"], found["comment"])
