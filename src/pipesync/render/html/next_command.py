"""The command that comes after a plan: what carries it out, or finds out more."""

import shlex

from pipesync.plan import Plan


def after(plan: Plan, plan_file: str | None) -> str | None:
    """To be typed as it is; None for a plan that is refused, offline, or has nothing to do.

    A saved plan is carried out as it is; one that is not is made again, and must come out the same. The file's name is
    foreign text, raw.
    """
    if plan.errors or plan.refusals or plan.base is not None or not plan.changes:
        return None
    parts = ["pipesync", "apply"]
    parts += [plan_file] if plan_file is not None else []
    parts += ["--expect", plan.digest]
    parts += ["--allow-destroy", str(plan.brake.destroys)] if plan.brake.engaged else []
    return shlex.join(parts)
