"""A story: events on a world's services, with expectations between them. The format is described in docs/sandbox.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipesync import facts
from pipesync.sandbox import yaml_text
from pipesync.sandbox.moments import length_of, moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.world import State, World
from pipesync.sandbox.world_file import WorldError, default_world, load_world, world_of
from pipesync.sandbox.yaml_text import Document, TextError

START: Final = "2026-05-04"
"""Where a story begins that does not say: a Monday."""


def _is_service(text: str) -> str:
    return str(Ref.parse(text))


def _is_moment(text: str) -> str:
    moment_of(text)
    return text


def _is_length(text: str) -> str:
    length_of(text)
    return text


ServiceName = Annotated[str, AfterValidator(_is_service)]
Moment = Annotated[str, AfterValidator(_is_moment)]
Length = Annotated[str, AfterValidator(_is_length)]


class StoryError(Exception):
    """A story that cannot be played, or an expectation that is not met; `where` is its place in the file."""

    def __init__(self, message: str, where: str | None = None) -> None:
        super().__init__(message)
        self.where = where


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class ReleaseEvent(_Part):
    type: str = Field(min_length=1)
    version: str = Field(min_length=1)
    description: str = ""


class CreateStep(_Part):
    source: ServiceName
    destination: ServiceName
    auto_validation_delay_days: int = facts.DEFAULT_DELAY_DAYS


class ChangeStep(_Part):
    destination: ServiceName
    auto_validation_delay_days: int


class Validate(_Part):
    service: ServiceName
    comment: str = ""
    by: str = "ops@example.org"


class Power(_Part):
    service: ServiceName
    on: bool


class Override(_Part):
    service: ServiceName
    version: str | None = None


class Happened(_Part):
    """An entry that the log must hold: of that kind, on that day (UTC), and as the other keys say."""

    on: date
    kind: str
    service: ServiceName | None = None
    version: str | None = None


ACTIONS: Final = (
    *("release", "create_step", "change_step", "delete_step", "validate"),
    *("power", "override", "recycle", "start_maintenance"),
)


class Event(_Part):
    """Time passes (`at` or `after`), then at most one thing is done, then expectations are looked at."""

    at: Moment | None = None
    after: Length | None = None
    release: ReleaseEvent | None = None
    create_step: CreateStep | None = None
    change_step: ChangeStep | None = None
    delete_step: ServiceName | None = None
    validate_: Validate | None = Field(default=None, alias="validate")
    power: Power | None = None
    override: Override | None = None
    recycle: ServiceName | None = None
    start_maintenance: ServiceName | None = None
    refused: str | None = None
    expect: Mapping[ServiceName, str] = Field(default_factory=dict)
    states: Mapping[ServiceName, State] = Field(default_factory=dict)
    let_through: Mapping[ServiceName, str] = Field(default_factory=dict)
    happened: tuple[Happened, ...] = ()

    @property
    def action(self) -> str | None:
        """The name of what is done."""
        return next((name for name in ACTIONS if self.given(name) is not None), None)

    def given(self, name: str) -> Any:
        return getattr(self, "validate_" if name == "validate" else name)

    @field_validator("override", mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"service": value} if isinstance(value, str) else value

    @field_validator("validate_", mode="before")
    @classmethod
    def _short_validation(cls, value: Any) -> Any:
        return cls._short_form(value)

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        done = [name for name in ACTIONS if self.given(name) is not None]
        if len(done) > 1:
            raise ValueError(f"does several things ({', '.join(done)}); give each an event of its own")
        if self.at is not None and self.after is not None:
            raise ValueError("has both `at` and `after`; give one")
        if self.refused is not None and not done:
            raise ValueError("has `refused`, but nothing that could be")
        if not self.model_fields_set:
            raise ValueError("is empty")
        return self


class Story(_Part):
    start: Moment | None = None
    world: Any = None
    events: tuple[Event, ...]

    @field_validator("events", mode="before")
    @classmethod
    def _tells_something(cls, value: Any) -> Any:
        if not value:
            raise ValueError("there are none")
        return value


@dataclass(frozen=True, slots=True)
class LoadedStory:
    """A story, the world that it begins with, and the text it was read from."""

    story: Story
    world: World
    document: Document

    def where(self, *place: int | str) -> str:
        return self.document.where(place)


def load_story(path: Path) -> LoadedStory:
    """The story of a file; StoryError, with all that is wrong, if it cannot be read or is none."""
    try:
        document = yaml_text.parse(yaml_text.read_file(path), str(path), "story")
    except TextError as error:
        raise StoryError(str(error)) from error
    if not isinstance(document.data, Mapping):
        raise StoryError(f"{path} is not a story: it is a map with at least `events`")
    try:
        story = Story.model_validate(document.data)
    except ValidationError as error:
        listed = [f"{document.where(place)}: {words}" for place, words in yaml_text.problems(error)]
        raise StoryError(f"{path} is not a story", "\n".join(listed)) from error
    return LoadedStory(story, _world(story, path, document), document)


def _world(story: Story, path: Path, document: Document) -> World:
    try:
        if story.world is None:
            world = default_world()
        elif isinstance(story.world, str):
            world = load_world(path.parent / story.world)
        else:
            world = world_of(story.world, "its world")
        return World.model_validate({**world.model_dump(), "now": story.start or world.now or START})
    except (WorldError, ValidationError) as error:
        raise StoryError(str(error), document.where(("world",))) from error
