"""Policies and specs that tests of the command line judge by, and what a plan says of them."""

import json
from typing import Any

from tests.cli.shell import DEV, PROD, Shell

LEAST = "version: 1\nleast_delay:\n  - {destinations: prod-project, auto_validation_delay_days: 14}\n"
GATES = "version: 1\nrequire_gate:\n  - projects: [prod-project]\n"
POLICY = "pipesync.policy.yaml"

SHORT, LONG = f"{DEV} > {PROD}", f"{DEV} > {PROD}, auto_validation_delay_days: 14"


def findings(shell: Shell, *flags: str) -> dict[str, list[dict[str, Any]]]:
    """The errors and warnings of a plan that come from its policy."""
    plan = json.loads(shell("plan", "--format", "json", *flags).out)
    return {key: [one for one in plan[key] if one["policy"]] for key in ("errors", "warnings")}


def addresses(found: list[dict[str, Any]]) -> list[str]:
    return [one["address"] for one in found]
