"""Every kind of file that pipesync writes: the run that writes it, and what is wrong if that run said it was done."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipesync.state import State
from tests.faults.files.strace import Call, Fault
from tests.faults.opening import opening
from tests.faults.plans import ORGANIZATION, PlanKind, chain
from tests.faults.stage import STATE, Scene, Stage

MADE: Final = "made"
"""What the file is called that a command is told to write; an older one of that name is there."""

ERRORED: Final = "errored.pipesync.json"
COPY: Final = "copy.json"

NEW: Final = PlanKind("nothing before", None, chain("pg-a", "dev", "stage", "eu"))
LATER: Final = PlanKind(
    "a step before",
    chain("pg-a", "dev", "stage"),
    (*chain("pg-a", "dev", "stage", days=3), *chain("pg-a", "stage", "eu")),
)

Wanted = Callable[[Stage], bool]


def state_of(path: Path) -> State | None:
    """The state that stands there; None if there is none, or no whole one."""
    try:
        return State.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _is_applied(on: Stage) -> bool:
    state = state_of(on.there / STATE)
    recorded = {} if state is None else {step.step.address: step.step_id for step in state.steps}
    return state is not None and not state.pending and bool(recorded) and recorded == on.ids()


def _is_made(on: Stage) -> bool:
    try:
        return "pipesync" in json.loads((on.there / MADE).read_bytes())["format"]
    except ValueError:
        return False


def _is_dumped(on: Stage) -> bool:
    text = (on.there / MADE).read_text("utf-8")
    return text.startswith("version: 1\n") and text.endswith("    auto_validation_delay_days: 7\n")


def _is_forgotten(on: Stage) -> bool:
    state = state_of(on.there / STATE)
    return state is not None and not state.steps


def _is_pushed(on: Stage) -> bool:
    state = state_of(on.there / STATE)
    return state is not None and state.serial > 2


def _is_put_off(_on: Stage) -> bool:
    """Never in order by itself: the state waits to be pushed."""
    return False


@dataclass(frozen=True)
class Writing:
    """`command` in the scene of `kind` writes files that have one of `files` in their names.

    `wanted` is whether it has come about. `meanwhile` is trouble that is always there. `alike`: the code that writes is
    another kind's, so that a spread of errors is enough.
    """

    name: str
    kind: PlanKind
    command: tuple[str, ...]
    files: tuple[str, ...]
    wanted: Wanted
    meanwhile: tuple[Fault, ...] = ()
    alike: bool = False

    @property
    def applies(self) -> bool:
        return self.command[0] == "apply"

    def opening(self, on: Stage) -> Scene:
        """The scene before the run; an older file is where one is made, beside a copy of the state."""
        scene = opening(on, self.kind)
        more = {MADE: OLD} | ({COPY: scene.files[STATE]} if STATE in scene.files else {})
        return Scene(scene.steps, {**scene.files, **more})

    def sites(self, calls: Sequence[Call], there: Path) -> Iterator[Call]:
        """The calls about one of the files; the folder's are about the file that was put there before."""
        ours = False
        for call in calls:
            names = [Path(name).name for name in call.names if not name.startswith("/proc")]
            inside = [name for name in names if any(part in name for part in self.files)]
            if inside or (ours and names and set(call.names) == {str(there)}):
                yield call
            ours = bool(inside) or (ours and set(call.names) == {str(there)})


OLD: Final = b'{"format": "of old"}\n'

ONE_BY_ONE: Final = ("--parallelism", "1")
"""One connection: each run makes the same system calls in the same order."""

APPLY: Final = ("apply", "--auto-approve", *ONE_BY_ONE)

WRITINGS: Final = (
    Writing("a first state", NEW, APPLY, (STATE,), _is_applied, alike=True),
    Writing("a later state", LATER, APPLY, (STATE,), _is_applied),
    Writing("a saved plan", LATER, ("plan", "--out", MADE, *ONE_BY_ONE), (MADE,), _is_made),
    Writing("a report", LATER, ("show", "--report", f"json={MADE}"), (MADE,), _is_made),
    Writing("a report of an apply", LATER, (*APPLY, "--report", f"json={MADE}"), (MADE,), _is_made, alike=True),
    Writing("a dump", LATER, ("dump", "--organization", ORGANIZATION, "--out", MADE, *ONE_BY_ONE), (MADE,), _is_dumped),
    Writing("a state without a step", LATER, ("state", "rm", "stage/pg-a"), (STATE,), _is_forgotten, alike=True),
    Writing("a state from a copy", LATER, ("state", "push", COPY), (STATE, COPY), _is_pushed, alike=True),
    # The fifth change of an owner is in the last write of the state; a file that is new has none.
    Writing(
        "a state that its place does not take",
        LATER,
        APPLY,
        (ERRORED,),
        _is_put_off,
        meanwhile=(Fault("fchown", 5, "EIO", stays=True),),
    ),
)
