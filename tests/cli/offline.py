"""Offline plans: how one is asked for, and what it says."""

import json
from typing import Any

from tests.cli.shell import Result

OFFLINE = ("plan", "--offline", "--base")


def plan_of(result: Result) -> dict[str, Any]:
    """The plan that was printed as JSON."""
    found: dict[str, Any] = json.loads(result.out)
    return found


def changes_of(result: Result) -> dict[str, str]:
    """Address → action."""
    return {change["address"]: change["action"] for change in plan_of(result)["changes"]}
