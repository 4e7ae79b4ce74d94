"""What the tests of the formats for CI services share: a large plan, a valid spec, and a broken one."""

from typing import Any

from pipesync.errors import Problem, SpecError
from pipesync.model import Limits, Origin, Spec
from pipesync.plan import Plan
from tests.saved_plans import CHANGES, PLAN

VALID = Spec(organization="org1", limits=Limits(2), steps=(), files=("a.yaml", "b.yaml"), digest="sha256:" + "1" * 64)
BROKEN = SpecError(
    [
        Problem(Origin("a.yaml", 9, 7), "rule", "eu/pg cannot be its own source"),
        Problem(Origin("a.yaml", 2, 3), "shape", "unknown key 'stagse', did you mean 'stages'?"),
    ]
)


def many(count: int, **more: Any) -> Plan:
    """A plan of `count` creates, updates, deletes and so on, each of another step, `count` warnings and errors."""
    findings = tuple(PLAN.warnings[0].model_copy(update={"address": f"prod/{n}"}) for n in range(count))
    changes = tuple(CHANGES[n % 6].model_copy(update={"address": f"prod/{n}"}) for n in range(count * 6))
    return PLAN.model_copy(update={"changes": changes, "warnings": findings, "errors": findings, **more})
