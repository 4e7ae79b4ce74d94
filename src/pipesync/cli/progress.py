"""Progress of apply, one line an event on standard error; a long run on a terminal gets one line that moves."""

from pipesync.apply import Progress
from pipesync.cli.terminal import Terminal
from pipesync.render.escape import visible

_WORDS = {
    "create": ("Creating", "Creation"),
    "import": ("Importing", "Import"),
    "update": ("Modifying", "Modification"),
    "replace": ("Replacing", "Replacement"),
    "delete": ("Destroying", "Destruction"),
    "forget": ("Forgetting", "Forgetting"),
}
"""What Terraform says of its own actions."""

MANY = 50
"""Above this a terminal's history is worth more than a line per change."""


class ProgressLines:
    """Tells what happens to each change."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._moves = terminal.moves()

    def __call__(self, event: Progress) -> None:
        doing, deed = _WORDS[event.change.action]
        address = visible(event.change.address)
        seconds = f"{event.seconds:.0f}s"
        if event.total > MANY and self._moves:
            self._move(event, address)
        elif event.kind == "begun":
            if event.total <= MANY:
                self._terminal.say(f"{address}: {doing}...")
        elif event.kind == "still":
            self._terminal.say(f"{address}: Still {doing.lower()}... [{seconds} elapsed]")
        elif event.kind == "done":
            self._terminal.say(f"{address}: {deed} complete after {seconds} [{event.ended}/{event.total}]")
        else:
            self._terminal.warn(f"{address}: {deed} failed after {seconds} [{event.ended}/{event.total}]")

    def _move(self, event: Progress, address: str) -> None:
        if event.kind == "failed":
            self._terminal.move(f"{address}: {_WORDS[event.change.action][1]} failed", "\n")
        end = "\n" if event.ended == event.total else ""
        self._terminal.move(f"Applying: {event.ended} of {event.total} changes are over", end)
