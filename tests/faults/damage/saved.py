"""A damaged saved plan: it is refused, or what was reviewed is done, and nothing else."""

import json
from collections.abc import Iterator
from typing import Final

from tests.faults.damage.states import LATER, refused
from tests.faults.damage.verdict import agrees
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.inside import inside
from tests.faults.opening import opening
from tests.faults.stage import Stage

PLAN: Final = "plan.json"

REMEDIES: Final = ("pipesync plan --out FILE", "plan again", "Correct")

Sent = list[tuple[str, str, str]]
"""Writes that reached the API: method, path and body."""


class Saved:
    """Damaged plans on a stage."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        self._scene = opening(on, LATER)
        self.good = self._scene.files[PLAN]
        on.set(self._scene)
        applied = inside(on, "apply", PLAN, "--parallelism", "1")
        assert applied.code == 0, applied
        self._deeds = self._sent()
        assert len(self._deeds) == 3
        self._state = self._read()
        on.set(self._scene)

    def judge(self, how: str, data: bytes, figures: Figures) -> None:
        """See what is wrong with what commands make of `data` in a plan's place."""
        figures.trials += 1
        changed = not agrees(data, self.good)
        figures.amounts["plans of no use or changed" if changed else "plans that agree with what was reviewed"] += 1
        (self._on.there / PLAN).write_bytes(data)
        shown = inside(self._on, "show", PLAN)
        figures.add(f"plan, {how}, show", refused(shown, PLAN, REMEDIES) if changed else _fine(shown))
        for flags in ((), ("--expect", self._digest())):
            figures.add(f"plan, {how}, apply {' '.join(flags)}", self._applied(changed, flags))

    def _applied(self, changed: bool, flags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        before = self._read()
        ended = inside(self._on, "apply", PLAN, "--parallelism", "1", *flags)
        sent = self._sent()
        if changed:
            yield from refused(ended, PLAN, REMEDIES)
        elif "Traceback" in ended.err:
            yield "traceback", ended.err
        elif ended.code not in {0, 1, 3, 5}:
            yield "wrong code", repr(ended)
        if sent != (self._deeds if ended.code == 0 and not changed else []):
            yield "applied", f"{sent} by {ended}"
        if not sent and self._read() != before:
            yield "overwritten", repr(self._read())
        if sent:
            plan = (self._on.there / PLAN).read_bytes()
            self._on.set(self._scene)
            (self._on.there / PLAN).write_bytes(plan)

    def _digest(self) -> str:
        return str(json.loads(self.good)["digest"])

    def _sent(self) -> Sent:
        return [(one.method, one.path, one.wish) for one in self._on.gate.requests if one.writes]

    def _read(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._on.there.iterdir() if path.suffix != ".lock"}


def _fine(ended: Ended) -> Iterator[tuple[str, str]]:
    if "Traceback" in ended.err:
        yield "traceback", ended.err
    elif ended.code not in {0, 1}:
        yield "wrong code", repr(ended)
