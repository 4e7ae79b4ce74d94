"""A world: the organizations, projects, services, limits, tokens and steps that a sandbox starts with.

The format is described in docs/sandbox.md.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipesync import facts
from pipesync.sandbox.moments import moment_of
from pipesync.sandbox.names import Ref
from pipesync.sandbox.settings import FlatShape, LifeSettings, Paging, Unreadable, WorldRelease

State = Literal["RUNNING", "POWEROFF", "REBUILDING", "REBALANCING"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "never"]
Name = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WorldLimits(_Part):
    """What the account allows; None stands for what Aiven documents."""

    max_chain_steps: int | None = Field(default=None, ge=1)
    max_auto_validation_delay_days: int | None = Field(default=None, ge=1)


class Organization(_Part):
    id: Name
    name: str = "Sandbox"
    limits: WorldLimits = WorldLimits()


class Project(_Part):
    """A project; without `organization` it belongs to the world's first one."""

    name: Name
    organization: Name | None = None
    upgrade_pipelines: bool = True

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data


class MaintenanceWindow(_Part):
    """When Aiven may update a service: a day and a UTC time, `HH:MM:SS`."""

    dow: Day = "sunday"
    time: str = Field(default="03:00:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$")
    enabled: bool = True


class Service(_Part):
    """What a service is, apart from its name."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    type: Name
    state: State = "RUNNING"
    version: str | None = None
    plan: str = "startup-4"
    cloud: str = "google-europe-west1"
    maintenance: MaintenanceWindow = MaintenanceWindow()


class Services(Service):
    """Services of one project that differ in nothing but their names."""

    project: Name
    names: tuple[Name, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or "name" not in data:
            return data
        if "names" in data:
            raise ValueError("has both `name` and `names`; give one")
        return {**{key: value for key, value in data.items() if key != "name"}, "names": [data["name"]]}


class StepValidation(_Part):
    """A step's last validation; no user means that a timer validated."""

    comment: str = ""
    validated_at: str
    validated_by_user: str | None = None


class WorldStep(_Part):
    """An upgrade step that is simply there: no rule is asked. `source` and `destination` are `project/service`.

    Without `validated_version` it lets through what its destination runs.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    source: str
    destination: str
    auto_validation_delay_days: int = facts.DEFAULT_DELAY_DAYS
    step_id: Name | None = None
    last_validation: StepValidation | None = None
    validated_version: str | None = None

    @field_validator("source", "destination")
    @classmethod
    def _is_a_service(cls, text: str) -> str:
        return str(Ref.parse(text))


class WorldToken(_Part):
    """A token, whose it is, and the projects (globs) it may read and write; what may be written may be read."""

    token: Name
    user: str = "user@example.org"
    read: tuple[str, ...] = ("*",)
    write: tuple[str, ...] = ("*",)


class World(_Part):
    """Everything a sandbox starts with."""

    organizations: tuple[Organization, ...] = Field(min_length=1)
    projects: tuple[Project, ...] = ()
    services: tuple[Services, ...] = ()
    limits: WorldLimits = WorldLimits()
    steps: tuple[WorldStep, ...] = ()
    tokens: tuple[WorldToken, ...] = ()
    flat: FlatShape = FlatShape()
    paging: Paging = Paging()
    unreadable: Unreadable = Unreadable()
    latency_ms: float = Field(default=0, ge=0)
    now: str | None = None
    releases: tuple[WorldRelease, ...] = ()
    life: LifeSettings = LifeSettings()

    @field_validator("now")
    @classmethod
    def _is_a_moment(cls, text: str | None) -> str | None:
        if text is not None and not 1970 <= moment_of(text).year <= 2200:  # noqa: PLR2004  far from a date's ends
            raise ValueError("lies outside of the years 1970 to 2200")
        return text

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        short = dict(data)
        if "organization" in short:
            if "organizations" in short:
                raise ValueError("has both `organization` and `organizations`; give one")
            only = short.pop("organization")
            short["organizations"] = [{"id": only} if isinstance(only, str) else only]
        return short

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if problems := list(_problems(self)):
            raise ValueError("; ".join(problems))
        return self

    def all_projects(self) -> tuple[Project, ...]:
        """The listed projects, or where none is listed those that the services name."""
        return self.projects or tuple(
            Project(name=name) for name in dict.fromkeys(group.project for group in self.services)
        )

    def organization_of(self, project: Project) -> str:
        return project.organization or self.organizations[0].id

    def limits_of(self, organization: str, *, flat: bool) -> tuple[int, int]:
        """The most steps in a row and the longest delay in days, for requests of one of the two dialects."""
        own = next((org.limits for org in self.organizations if org.id == organization), self.limits)
        chain = own.max_chain_steps or self.limits.max_chain_steps
        delay = own.max_auto_validation_delay_days or self.limits.max_auto_validation_delay_days
        return (
            chain or facts.max_chain_steps(None if flat else organization),
            delay or facts.MAX_DELAY_DAYS,
        )


def _problems(world: World) -> Iterator[str]:
    """What does not fit together although each part is well formed."""
    organizations = [org.id for org in world.organizations]
    projects = [project.name for project in world.all_projects()]
    services = [Ref(group.project, name) for group in world.services for name in group.names]
    named = (
        ("organization", organizations),
        ("project", projects),
        ("service", list(map(str, services))),
        ("step_id", [step.step_id for step in world.steps if step.step_id]),
        ("release", [f"{release.type} {release.version}" for release in world.releases]),
    )
    for what, names in named:
        yield from (f"{what} {name} is listed twice" for name in dict.fromkeys(_repeated(names)))
    if any(_repeated([token.token for token in world.tokens])):
        yield "two entries of tokens hold the same token"
    for project in world.all_projects():
        if world.organization_of(project) not in organizations:
            yield f"project {project.name} is of organization {project.organization}, which is not listed"
    for name in dict.fromkeys(group.project for group in world.services):
        if name not in projects:
            yield f"services of project {name} are listed, but not the project"
    known = {str(service) for service in services}
    for step in world.steps:
        for end in (step.source, step.destination):
            if end not in known:
                yield f"a step names {end}, which is not listed under services"


def _repeated(names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
