"""Runs that do not come to their end: killed, interrupted, or with a bug; and what they leave."""

from collections.abc import Mapping
from signal import SIGKILL, Signals
from typing import Final

from tests.faults.fate import Moment, Point
from tests.faults.figures import Figures
from tests.faults.secrets import canaries
from tests.faults.secrets.room import Room

ENOUGH: Final = 5000
"""More functions than any of these runs calls."""

LINES: Final = (
    ("apply", "--yes", "-v", "--report", "json=o.json"),
    ("plan", "-v", "--out", "new.json", "--report", "html=o.html"),
)


def die(on: Room, moment: Moment, every: int, figures: Figures, *, blow: Signals = SIGKILL, place: str = "file") -> int:
    """How many runs died at the `moment`: at each `every`th of it, until a run is over before."""
    died = 0
    first = 3 if moment == "bug" else 1  # `main`, and what it calls first: it is what hides secrets from then on
    for line in LINES:
        for number in range(first, ENOUGH, every):
            on.reset()
            where: Mapping[str, str] = {"PIPESYNC_STATE": f"{on.state.url}/states/upgrades"} if place == "http" else {}
            ended = on.run(*line, at=Point(moment, number, blow), said=where)
            on.look(f"{'a bug' if moment == 'bug' else blow.name} {number} of {line}", ended, figures)
            if ended.code == 0:
                break
            died += 1
    return died


def lose_the_state(on: Room, figures: Figures, *, at_length: bool) -> int:
    """How many of the runs kept their state aside, because its server refused it in the end."""
    kept = 0
    troubles = ("403", "a page of a proxy", "reset", "moved to a path")
    for spared in range(6):
        for trouble in troubles if at_length else troubles[spared % 4 :: 4]:
            on.reset()
            on.state.meet(trouble, canaries.STATE_PASSWORD, writes=True, spared=spared)
            ended = on.run("apply", "--yes", "-v", said={"PIPESYNC_STATE": f"{on.state.url}/states/upgrades"})
            kept += (on.there / "errored.pipesync.json").exists()
            on.look(f"a state refused from write {spared} on, {trouble}", ended, figures)
    return kept
