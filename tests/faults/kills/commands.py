"""The commands that write a state by themselves, killed at each operation on its files."""

import json
from itertools import count

from tests.faults.fate import Point
from tests.faults.figures import Figures
from tests.faults.kills.aftermath import put_right
from tests.faults.kills.remains import likeness, outcome
from tests.faults.opening import opening
from tests.faults.plans import PLANS
from tests.faults.stage import STATE, Scene, Stage

KIND = next(kind for kind in PLANS if kind.name == "replaces with a canary inserted")


def commands_killed(on: Stage) -> Figures:
    """Each leaves the state as it was or as it is to be, and nothing that keeps the next apply out."""
    figures = Figures()
    opened = opening(on, KIND)
    (on.there.parent / "pulled.json").write_bytes(opened.files[STATE])
    _swept(on, opened, ("state", "push", "../pulled.json"), figures)
    _swept(on, opened, ("state", "rm", "stage/pg-c"), figures)
    on.set(opened)
    assert on.apply(at=Point("received", 2)).killed
    held = on.scene()
    lock_id = str(json.loads(held.files[f"{STATE}.lock"])["lock_id"])
    _swept(on, held, ("state", "unlock", lock_id), figures)
    return figures


def _swept(on: Stage, scene: Scene, command: tuple[str, ...], figures: Figures) -> None:
    on.set(scene)
    done = on.run(*command)
    assert done.code == 0, done
    whole = {outcome(scene), outcome(on.scene())}
    seen: set[str] = set()
    for number in count(1):
        on.set(scene)
        ended = on.run(*command, at=Point("file", number))
        if not ended.killed:
            assert number > 2, "no operation on a file was met"
            return
        figures.trials += 1
        where = f"{command}, before operation {number} on a file"
        left = on.scene()
        if outcome(left) not in whole:
            figures.add(where, [("torn", repr(left.files.get(STATE)))])
        if likeness(left) not in seen:
            seen.add(likeness(left))
            figures.add(where, put_right(on, KIND, KIND.new, on.apply()))
