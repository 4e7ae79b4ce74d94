"""The command that comes after a plan: it carries out this plan and no other."""

import shlex

from pipesync.plan import Plan
from pipesync.policy import FILE
from pipesync.render.escape import visible


def after(plan: Plan, plan_file: str | None) -> str | None:
    """To be typed as it is; None for a plan that is refused, offline, or has nothing to do.

    A saved plan is carried out as it is; one that is not is made again, and must come out the same. A policy of another
    name than FILE is named, for apply would not find it. Where the name of a file, foreign text, cannot be written on
    one line, `PLAN` or `POLICY` stands for it.
    """
    if plan.errors or plan.refusals or plan.base is not None or not plan.changes:
        return None
    parts = ["pipesync apply"]
    parts += [_argument(plan_file, "PLAN")] if plan_file is not None else []
    if plan.policy is not None and plan.policy.file != FILE:
        parts += ["--policy", _argument(plan.policy.file, "POLICY")]
    parts += ["--expect", plan.digest]
    parts += ["--allow-destroy", str(plan.brake.destroys)] if plan.brake.engaged else []
    return " ".join(parts)


def _argument(path: str, instead: str) -> str:
    """For a shell; what begins with a hyphen would be read as a flag."""
    argument = shlex.quote(f"./{path}" if path.startswith("-") else path)
    return argument if visible(argument) == argument else instead
