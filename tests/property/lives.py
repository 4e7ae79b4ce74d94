"""Random stories of the sandbox's life, the stage they are played on, and a witness who reads their log."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from pipesync.sandbox import life_deeds, log, place_deeds
from pipesync.sandbox.access import ANYBODY, Access
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.log import Entry
from pipesync.sandbox.names import Ref
from pipesync.sandbox.platform import Platform
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.steps import Query
from pipesync.sandbox.store import Store
from pipesync.sandbox.world import World
from pipesync.sandbox.world_file import world_of

NAMES = "abcde"
MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
ONE = st.sampled_from(NAMES)
DAYS = st.integers(1, 14)
HOURS = st.one_of(st.integers(1, 60), st.integers(1, 24 * 30), st.just(24 * 7))

ANY_MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("create"), ONE, ONE, DAYS),
        st.tuples(st.just("release"), st.integers(0, 2)),
        st.tuples(st.just("advance"), HOURS),
        st.tuples(st.just("validate"), ONE),
        st.tuples(st.just("create"), ONE, ONE, DAYS),
        st.tuples(st.just("release"), st.just(0)),
        st.tuples(st.just("advance"), HOURS),
        st.tuples(st.just("delete"), ONE),
        st.tuples(st.just("delay"), ONE, DAYS),
        st.tuples(st.just("power"), ONE, st.booleans()),
        st.tuples(st.just("override"), ONE),
        st.tuples(st.just("recycle"), ONE),
        st.tuples(st.just("start"), ONE),
        st.tuples(st.just("window"), ONE, st.sampled_from(["monday", "friday", "never"])),
    ),
    min_size=8,
    max_size=40,
)

MOVES = st.builds(
    lambda days, moves: [
        *(("create", *ends, delay) for ends, delay in zip(("ab", "bc", "ad"), days, strict=True)),
        ("release", 0),
        *moves,
    ],
    st.tuples(DAYS, DAYS, DAYS),
    ANY_MOVES,
)
"""Each story begins with a chain and a fan-out, and an update that comes to them."""

SETTINGS = st.fixed_dictionaries(
    {
        "maintenance_minutes": st.sampled_from([0, 30, 3000]),
        "siblings": st.sampled_from(["own", "shortest", "longest"]),
        "newer_update": st.sampled_from(["restarts", "continues"]),
        "delay_change": st.sampled_from(["keeps_start", "restarts"]),
        "new_step": st.sampled_from(["from_update", "from_creation"]),
        "initial_version": st.sampled_from(["destination", "source"]),
        "maintenance_start": st.just("gated"),
    }
)

WINDOWS = st.lists(
    st.tuples(
        st.sampled_from(["monday", "tuesday", "friday", "sunday", "never"]), st.sampled_from(["00:00:00", "10:30:00"])
    ),
    min_size=len(NAMES),
    max_size=len(NAMES),
)


def world_with(life: dict[str, Any], windows: Sequence[tuple[str, str]]) -> World:
    """Five services of one type, each with a window of its own."""
    services = [
        {"project": "p", "name": name, "type": "pg", "version": "16.0", "maintenance": {"dow": dow, "time": time}}
        for name, (dow, time) in zip(NAMES, windows, strict=True)
    ]
    return world_of({"organization": "org1", "now": "2026-05-04", "life": life, "services": services})


WORLDS = st.builds(world_with, SETTINGS, WINDOWS)

SAME_WINDOWS = world_with({"maintenance_minutes": 0}, [("monday", "00:00:00")] * len(NAMES))
"""Everything happens at the same moments."""


@dataclass
class Stage:
    """A sandbox on which moves are made; what the platform refuses does not happen."""

    world: World
    store: Store = field(init=False)
    platform: Platform = field(init=False)
    released: int = 0

    def __post_init__(self) -> None:
        self.store = Store(self.world)
        ids = map("step-{}".format, itertools.count())
        self.platform = Platform(self.store, lambda: MONDAY, lambda: next(ids))

    def play(self, moves: list[tuple[Any, ...]]) -> "Stage":
        for move in moves:
            self.make(move)
        return self

    def make(self, move: tuple[Any, ...]) -> None:
        with suppress(RefusalError):
            match move:
                case ("create", source, destination, days):
                    self.platform.create(Access(ANYBODY), Ask(Ref("p", source), Ref("p", destination), days), None)
                case ("delete", name):
                    for step_id in self.leading(name):
                        self.platform.delete(Access(ANYBODY), step_id, None)
                case ("delay", name, days):
                    for step_id in self.leading(name):
                        self.platform.update(Access(ANYBODY), step_id, days, None)
                case ("validate", name):
                    self.platform.validate(Access(ANYBODY), Ref("p", name), "")
                case ("start", name):
                    self.platform.start_maintenance(Access(ANYBODY), Ref("p", name))
                case _:
                    self.control(move)

    def control(self, move: tuple[Any, ...]) -> None:
        with self.store.transaction() as db:
            act = self.platform.act(db)
            match move:
                case ("release", skipped):
                    self.released += 1 + skipped
                    life_deeds.release(act, "pg", f"16.{self.released}", "")
                case ("advance", hours):
                    life_deeds.advance(act, act.at + timedelta(hours=hours))
                case ("power", name, on):
                    life_deeds.power(act, Ref("p", name), on=on)
                case ("override", name):
                    life_deeds.override(act, Ref("p", name), None)
                case ("recycle", name):
                    life_deeds.recycle(act, Ref("p", name))
                case ("window", name, dow):
                    service = life_deeds.existing(act, Ref("p", name)).service
                    window = service.maintenance.model_copy(update={"dow": dow})
                    changed = service.model_copy(update={"maintenance": window})
                    place_deeds.put_service(act, Ref("p", name), changed)
                case _:
                    raise AssertionError(move)

    def leading(self, name: str) -> list[str]:
        steps = self.platform.every(Access(ANYBODY), Query(destination_service=name))
        return [step.step_id for step in steps]

    def entries(self) -> tuple[Entry, ...]:
        return log.read(self.store.db)


@dataclass
class Witness:
    """Reads a log and knows, without asking the sandbox, what was validated for whom and who is powered off."""

    sources: dict[Ref, Ref] = field(default_factory=dict)
    steps: dict[Ref, str] = field(default_factory=dict)
    through: defaultdict[str, set[str | None]] = field(default_factory=lambda: defaultdict(set))
    off: set[Ref] = field(default_factory=set)
    recorded: defaultdict[str, list[str | None]] = field(default_factory=lambda: defaultdict(list))
    unexplained: list[Entry] = field(default_factory=list)
    last: Entry | None = None

    def read(self, entries: tuple[Entry, ...]) -> "Witness":
        for entry in entries:
            self.see(entry)
            self.last = entry
        return self

    def see(self, entry: Entry) -> None:
        ref, step_id = entry.service, entry.step_id
        match entry.kind:
            case "step_created" if ref and step_id:
                self.sources[ref], self.steps[ref] = Ref.parse(entry.detail["source"]), step_id
                self.through[step_id] = {entry.version}
            case "step_deleted" if ref and step_id:
                del self.sources[ref], self.steps[ref]
                self.recorded.pop(step_id, None)
            case "validated":
                for destination in [each for each, source in self.sources.items() if source == ref]:
                    self.validated(self.steps[destination], entry.version)
            case "validated_automatically" if step_id:
                self.validated(step_id, entry.version)
            case "power" if ref:
                (self.off.discard if entry.detail["on"] else self.off.add)(ref)
            case "update_started" if ref and not self.explains(ref, entry.version):
                self.unexplained.append(entry)
            case "update_finished" if ref in self.off:
                self.unexplained.append(entry)

    def validated(self, step_id: str, version: str | None) -> None:
        self.through[step_id].add(version)
        self.recorded[step_id].append(version)

    def explains(self, ref: Ref, version: str | None) -> bool:
        """Whether the service may get the version: no gate, a void one, validated, or an override just before."""
        if ref in self.off:
            return False
        if ref not in self.sources or self.sources[ref] in self.off:
            return True
        overridden = self.last is not None and (self.last.kind, self.last.service) == ("override", ref)
        return overridden or version in self.through[self.steps[ref]]
