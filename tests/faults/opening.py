"""The scene of a plan kind just before the run that meets a fault."""

from tests.faults.plans import PlanKind
from tests.faults.stage import Scene, Stage


def opening(on: Stage, kind: PlanKind) -> Scene:
    """The scene of `kind` just before the run that is killed: the spec is the new one, and its plan is saved."""
    on.set(Scene((), {}))
    if kind.old is not None:
        on.write(kind.text(kind.old))
        applied = on.apply()
        assert applied.code == 0, applied
    on.insert(kind.strangers)
    on.write(kind.text(kind.new))
    planned = on.run("plan", "--out", "plan.json", *kind.flags)
    assert planned.code == 0, planned
    return on.scene()
