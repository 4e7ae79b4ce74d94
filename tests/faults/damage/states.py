"""A damaged state, and every command that reads one: what each must say, and what it must leave alone."""

from collections.abc import Iterator
from typing import Final

from tests.faults.damage.verdict import Verdict, verdict
from tests.faults.figures import Figures
from tests.faults.forks import Ended
from tests.faults.inside import inside
from tests.faults.opening import opening
from tests.faults.plans import PlanKind, chain
from tests.faults.stage import STATE, Scene, Stage

LATER: Final = PlanKind(
    "a step changed, one deleted, one created",
    (*chain("pg-a", "dev", "stage"), *chain("pg-b", "dev", "eu"), *chain("pg-c", "dev", "us")),
    (*chain("pg-a", "dev", "stage", days=3), *chain("pg-a", "stage", "eu"), *chain("pg-c", "dev", "us")),
)

READING: Final = (
    ("plan",),
    ("show",),
    ("drift", "--organization", "org1a23f456789"),
    ("state", "list"),
    ("state", "show", "stage/pg-a"),
    ("state", "pull"),
    ("show", "--format", "json", "--report", "markdown=state.md"),
)

WRITING: Final = (
    ("apply", "--auto-approve"),
    ("apply", "plan.json"),
    ("state", "rm", "stage/pg-a"),
    ("state", "push", "copy.json"),
)

BACKUP: Final = f"{STATE}.backup"

REMEDIES: Final = (
    "pipesync state push --state ",
    "Upgrade pipesync.",
    "Correct the path (--state)",
    "Restore what it leads to",
)

CODES: Final = frozenset({0, 1, 3, 4, 5})
"""Of a state that says something else than before, and is one all the same."""


class States:
    """Damaged states on a stage."""

    def __init__(self, on: Stage) -> None:
        self._on = on
        scene = opening(on, LATER)
        self.good = scene.files[STATE]
        self._scene = Scene(scene.steps, {**scene.files, "copy.json": self.good})
        on.set(self._scene)

    def judge(self, how: str, data: bytes, figures: Figures, *, few: bool = False) -> None:
        """Put `data` in the state's place, and see what is wrong with what commands make of it.

        `few`: of the commands only some, others each time.
        """
        figures.trials += 1
        worth = verdict(data, self.good)
        figures.amounts[f"states {_TOLD[worth]}"] += 1
        for at, command in enumerate((*READING, *WRITING)):
            if few and at and (at + figures.trials) % 4:
                continue
            found = [*self._trial(command, data, worth)]
            figures.add(f"state, {how}, {' '.join(command)}", found)
        if worth is Verdict.BAD:
            figures.add(f"state, {how}, without a backup", self._without_backup(data))
            figures.add(f"state, {how}, pushed", self._pushed(data))

    def _trial(self, command: tuple[str, ...], data: bytes, worth: Verdict) -> Iterator[tuple[str, str]]:
        there = self._on.there
        (there / STATE).write_bytes(data)
        before = self._files()
        ended = inside(self._on, *command)
        written = [request for request in self._on.gate.requests if request.writes]
        after = self._files()
        if command[1:] == ("push", "copy.json") and worth is Verdict.BAD:
            yield from self._repaired(ended, data, after)
        elif worth is Verdict.BAD:
            yield from refused(ended, STATE, REMEDIES)
            if written or after != before:
                yield "overwritten", f"{written} {after}"
        elif "Traceback" in ended.err:
            yield "traceback", ended.err
        elif ended.code not in (CODES if worth is Verdict.OTHER else {0, 3}):
            yield "wrong code", repr(ended)
        if written:
            self._on.set(self._scene)
        elif after != before:
            self._restore()

    def _repaired(self, ended: Ended, data: bytes, after: dict[str, bytes]) -> Iterator[tuple[str, str]]:
        """A push is the remedy. What is replaced is kept; one of a newer format is nobody's to replace."""
        if "newer pipesync" in ended.err:
            yield from refused(ended, STATE, REMEDIES)
        elif ended.code != 0:
            yield "wrong code", repr(ended)
        elif after.get(f"{STATE}.damaged") != data:
            yield "overwritten", f"nothing was kept: {ended}"

    def _without_backup(self, data: bytes) -> Iterator[tuple[str, str]]:
        (self._on.there / STATE).write_bytes(data)
        (self._on.there / BACKUP).write_bytes(data)
        yield from refused(inside(self._on, "state", "list"), STATE, REMEDIES)
        (self._on.there / BACKUP).write_bytes(self._scene.files[BACKUP])

    def _pushed(self, data: bytes) -> Iterator[tuple[str, str]]:
        """As a file that is to take the state's place."""
        (self._on.there / STATE).write_bytes(self.good)
        (self._on.there / "bad.json").write_bytes(data)
        before = self._files()
        yield from refused(
            inside(self._on, "state", "push", "bad.json"), "bad.json", ("Name a file", "Upgrade pipesync.")
        )
        if self._files() != before:
            yield "overwritten", repr(self._files())
        (self._on.there / "bad.json").unlink()

    def _files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self._on.there.iterdir() if path.suffix != ".lock"}

    def _restore(self) -> None:
        for path in self._on.there.iterdir():
            if path.name not in self._scene.files:
                path.unlink()
        for name, content in self._scene.files.items():
            (self._on.there / name).write_bytes(content)


_TOLD: Final = {Verdict.BAD: "of no use", Verdict.SAME: "that say the same", Verdict.OTHER: "that say something else"}


def refused(ended: Ended, file: str, remedies: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """What is wrong with an error about `file`."""
    if "Traceback" in ended.err:
        yield "traceback", ended.err
    elif ended.code == 0:
        yield "accepted", repr(ended)
    elif ended.code != 1:
        yield "wrong code", repr(ended)
    elif not ended.err.startswith("Error: ") or file not in ended.err:
        yield "unnamed", ended.err
    elif not any(remedy in ended.err for remedy in remedies):
        yield "without a remedy", ended.err
