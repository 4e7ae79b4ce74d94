"""A run of apply to look at: from one spec to another, what came of it, and ways to stop or watch it."""

from collections import Counter

from pipesync.apply import Progress
from pipesync.outcome import Outcome
from pipesync.plan import Plan
from pipesync.workers import Interrupt
from tests.unit.nouns import spec, wanted
from tests.unit.world import STEPS, World

SERVICES = [f"{project}/{name}" for project in ("dev", "mid", "prod") for name in ("a", "b", "c", "d")]

BEFORE = spec(wanted("dev/a", "prod/a"), wanted("dev/b", "prod/b"), wanted("dev/c", "prod/c"), wanted("dev/d", "mid/d"))
AFTER = spec(
    wanted("dev/a", "mid/a"), wanted("mid/a", "prod/a"),  # a canary comes in between
    wanted("dev/b", "prod/b", 9),
    wanted("dev/c", "mid/c"), wanted("dev/d", "prod/c"),
)  # fmt: skip
LIVE_BEFORE = {"prod/a": ("dev/a", 7), "prod/b": ("dev/b", 7), "prod/c": ("dev/c", 7), "mid/d": ("dev/d", 7)}
LIVE_AFTER = {
    "mid/a": ("dev/a", 7), "prod/a": ("mid/a", 7), "prod/b": ("dev/b", 9),
    "mid/c": ("dev/c", 7), "prod/c": ("dev/d", 7),
}  # fmt: skip


def refuse(world: World, method: str, *, times: int = 1) -> None:
    """The next such requests get a 403."""
    path = STEPS + ("" if method == "POST" else "/*")
    world.fault(method=method, path=path, status=403, error_code="permission_denied", message="No.", times=times)


def groups(outcome: Outcome) -> dict[str, list[str]]:
    """Action and address of each change, by the group that it stands in."""
    members = {
        "done": outcome.done,
        "failed": [failure.change for failure in outcome.failed],
        "not attempted": [skipped.change for skipped in outcome.not_attempted],
    }
    return {name: [f"{change.action} {change.address}" for change in found] for name, found in members.items() if found}


def accounted(outcome: Outcome, made: Plan) -> bool:
    """Whether each change of the plan stands in exactly one group."""
    told = Counter(one for group in groups(outcome).values() for one in group)
    return told == Counter(f"{change.action} {change.address}" for change in made.changes)


class Killed:
    """Stops a run after its n-th progress, and puts back the state as its first write left it: what a kill leaves."""

    def __init__(self, world: World, after: int) -> None:
        self.interrupt = Interrupt()
        self._world = world
        self._left = after
        self._written = world.store.read()

    def __call__(self, progress: Progress) -> None:
        if progress.kind == "begun" and progress.ended == 0:
            self._written = self._world.store.read()
        self._left -= 1
        if self._left == 0:
            self.interrupt.request()

    def put_back(self) -> None:
        assert self._written is not None
        self._world.store.overwrite(self._written)


class Watch:
    """Counts what is under way, and what was when something began."""

    def __init__(self) -> None:
        self.under_way: list[str] = []
        self.most = 0
        self.beside: dict[str, list[str]] = {}

    def __call__(self, progress: Progress) -> None:
        address = progress.change.address
        if progress.kind == "begun":
            self.beside[address] = list(self.under_way)
            self.under_way.append(address)
            self.most = max(self.most, len(self.under_way))
        elif progress.kind in {"done", "failed"}:
            self.under_way.remove(address)
