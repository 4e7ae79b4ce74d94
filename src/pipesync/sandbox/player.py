"""Playing a story: its events happen to a sandbox in memory, and what comes of them is told line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from pipesync.sandbox import life_deeds, log, nodes, places, steps
from pipesync.sandbox.access import Access
from pipesync.sandbox.act import Act
from pipesync.sandbox.engine import Ask
from pipesync.sandbox.log import Entry
from pipesync.sandbox.moments import length_of, moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.platform import Platform
from pipesync.sandbox.refusal import RefusalError
from pipesync.sandbox.sentences import minute, sentence
from pipesync.sandbox.steps import Step
from pipesync.sandbox.store import Store
from pipesync.sandbox.story import Event, Happened, LoadedStory, StoryError, Validate
from pipesync.sandbox.world import World, WorldToken


def play(loaded: LoadedStory) -> Iterator[str]:
    """The lines that tell the story as it goes; StoryError at the first expectation that is not met."""
    player = Player(loaded.world)
    for place, event in enumerate(loaded.story.events):
        yield from _told(player, loaded, place, event)
    events, met = len(loaded.story.events), player.met
    yield f"The story is over: {events} events, {met} expectations met."


def _told(player: "Player", loaded: LoadedStory, place: int, event: Event) -> Iterator[str]:
    before = log.last(player.store.db)
    refusal = _done(player, loaded, place, event)
    for entry in log.read(player.store.db, log.Query(after=before)):
        if entry.kind != "clock":
            yield f"{minute(entry.at)}  {sentence(entry)}"
    if refusal is not None:
        yield f"{minute(player.now())}  refused: {refusal.message}"
    if (unmet := player.unmet(event)) is not None:
        path, words = unmet
        raise StoryError(words, f"{loaded.where('events', place, *path)} (at {minute(player.now())})")


def _done(player: "Player", loaded: LoadedStory, place: int, event: Event) -> RefusalError | None:
    """Lets time pass and does what the event says; the refusal that it expects, if it does."""
    action = event.action or ""
    try:
        player.wait(event)
    except RefusalError as error:
        key = "after" if event.after else "at"
        raise StoryError(error.message, loaded.where("events", place, key)) from error
    try:
        player.do(event)
    except RefusalError as error:
        if event.refused is not None and event.refused in {error.error_code, str(error.status)}:
            player.met += 1
            return error
        where = loaded.where("events", place, action)
        raise StoryError(f"{action} is refused: {error.message} ({error.error_code or error.status})", where) from error
    if event.refused is not None:
        where = loaded.where("events", place, "refused")
        raise StoryError(f"expected {action} to be refused with {event.refused}, but it was done", where)
    return None


@dataclass
class Player:
    """A sandbox in memory on which stories are played; the ids of its steps are counted, not random."""

    world: World
    met: int = 0
    store: Store = field(init=False)
    platform: Platform = field(init=False)

    def __post_init__(self) -> None:
        ids = count(1)
        self.store = Store(self.world)
        start = moment_of(self.world.now or "1970-01-01")
        self.platform = Platform(self.store, lambda: start, lambda: f"00000000-0000-4000-8000-{next(ids):012}")

    def now(self) -> datetime:
        return self.platform.now(self.store.db)

    def wait(self, event: Event) -> None:
        if event.at is None and event.after is None:
            return
        to = moment_of(event.at) if event.at is not None else self.now() + length_of(event.after or "")
        with self.store.transaction() as db:
            life_deeds.advance(self.platform.act(db), to)

    def do(self, event: Event) -> None:
        """The event's one deed; RefusalError where the platform refuses it."""
        anybody = _access("ops@example.org")
        if event.create_step:
            order = event.create_step
            ends = (Ref.parse(order.source), Ref.parse(order.destination))
            self.platform.create(anybody, Ask(*ends, order.auto_validation_delay_days), None)
        elif event.change_step:
            step_id = self._step(event.change_step.destination).step_id
            self.platform.update(anybody, step_id, event.change_step.auto_validation_delay_days, None)
        elif event.delete_step:
            self.platform.delete(anybody, self._step(event.delete_step).step_id, None)
        elif event.validate_:
            self._validate(event.validate_)
        elif event.start_maintenance:
            self.platform.start_maintenance(anybody, Ref.parse(event.start_maintenance))
        else:
            with self.store.transaction() as db:
                _control(self.platform.act(db), event)

    def _validate(self, order: Validate) -> None:
        self.platform.validate(_access(order.by), Ref.parse(order.service), order.comment)

    def _step(self, destination: str) -> Step:
        step = steps.to_destination(self.store.db, Ref.parse(destination))
        if step is None:
            raise RefusalError(f"No step leads to {destination}", "upgrade_step_not_found")
        return step

    def unmet(self, event: Event) -> tuple[tuple[int | str, ...], str] | None:
        """The first expectation that is not met: its place in the event, and words."""
        db = self.store.db
        for name, version in event.expect.items():
            found = places.version(db, Ref.parse(name)) or "no version"
            if found != version:
                return ("expect", name), f"expected {name} to run {version}, found {found}"
        for name, state in event.states.items():
            node = nodes.find(db, Ref.parse(name), None)
            if node is None or node.service.state != state:
                return ("states", name), f"expected {name} to be {state}, found {node and node.service.state}"
        for name, version in event.let_through.items():
            step = steps.to_destination(db, Ref.parse(name))
            through = step.validated_version if step else "no step"
            if through != version:
                return ("let_through", name), f"expected the step to {name} to let {version} through, found {through}"
        for place, wanted in enumerate(event.happened):
            if (words := self._missing(wanted)) is not None:
                return ("happened", place), words
        self.met += len(event.expect) + len(event.states) + len(event.let_through) + len(event.happened)
        return None

    def _missing(self, wanted: Happened) -> str | None:
        """What is found instead of the entry that is wanted; None if it is there."""
        service = Ref.parse(wanted.service) if wanted.service else None
        alike = [
            entry
            for entry in log.read(self.store.db, log.Query(kind=wanted.kind, service=service))
            if wanted.version in {None, entry.version}
        ]
        if any(entry.at.astimezone(UTC).date() == wanted.on for entry in alike):
            return None
        what = " ".join(filter(None, [wanted.kind, wanted.service, wanted.version]))
        return f"expected {what} on {wanted.on}, found {_days(alike)}"


def _control(act: Act, event: Event) -> None:
    if event.release:
        life_deeds.release(act, event.release.type, event.release.version, event.release.description)
    elif event.power:
        life_deeds.power(act, Ref.parse(event.power.service), on=event.power.on)
    elif event.override:
        life_deeds.override(act, Ref.parse(event.override.service), event.override.version)
    elif event.recycle:
        life_deeds.recycle(act, Ref.parse(event.recycle))


def _access(user: str) -> Access:
    return Access(WorldToken(token="story", user=user))  # noqa: S106  no token is looked at


def _days(entries: list[Entry]) -> str:
    return "it on " + ", ".join(str(entry.at.date()) for entry in entries) if entries else "none"
