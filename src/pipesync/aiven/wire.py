"""Reads what Aiven sends into our own values; the shapes on the wire are private to this module.

One reader serves both dialects. The flat one's answers are documented nowhere, so a list may be bare or under a
key, a step bare or wrapped, a name with or without `_name`, the id under `step_id` or `id`. Unknown keys are ignored.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from pipesync.model import LiveStep, PendingUpdate, Service, ServiceRef, UpgradeStep, Validation
from pipesync.window import Window


class UnreadableError(Exception):
    """An answer that is not what was asked for; says which field of what, never what the field holds."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of steps; `next` and `total_count` as far as the answer has them."""

    steps: tuple[LiveStep, ...]
    next: str | None = None
    total_count: int | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization that the token's user sees."""

    organization_id: str
    name: str


Shape = TypeVar("Shape")
Name = Annotated[str, Field(min_length=1)]


class _Validation(BaseModel):
    validated_at: str | None = None
    validated_by_user: str | None = None
    comment: str | None = None

    @property
    def value(self) -> Validation | None:
        if not (self.validated_at or self.validated_by_user or self.comment):
            return None
        return Validation(self.validated_at or "", self.validated_by_user or None, self.comment or "")


class _Step(BaseModel):
    step_id: Annotated[
        str, Field(min_length=1, coerce_numbers_to_str=True, validation_alias=AliasChoices("step_id", "id"))
    ]
    source_project: Annotated[Name, Field(validation_alias=AliasChoices("source_project_name", "source_project"))]
    source_service: Annotated[Name, Field(validation_alias=AliasChoices("source_service_name", "source_service"))]
    destination_project: Annotated[
        Name, Field(validation_alias=AliasChoices("destination_project_name", "destination_project"))
    ]
    destination_service: Annotated[
        Name, Field(validation_alias=AliasChoices("destination_service_name", "destination_service"))
    ]
    auto_validation_delay_days: Annotated[int, Field(strict=True)]
    # Some clients see an empty object or an empty string where there is none.
    last_validation: Annotated[_Validation | None, BeforeValidator(lambda value: value or None)] = None

    @property
    def value(self) -> LiveStep:
        return LiveStep(
            self.step_id,
            UpgradeStep(
                ServiceRef(self.source_project, self.source_service),
                ServiceRef(self.destination_project, self.destination_service),
                self.auto_validation_delay_days,
            ),
            self.last_validation.value if self.last_validation else None,
        )


class _Paging(BaseModel):
    next: Annotated[str | None, Field(coerce_numbers_to_str=True)] = None
    total_count: int | None = None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


Text = Annotated[str | None, BeforeValidator(_text)]
"""What is there for people to read: of another type it is as good as absent."""


class _Update(BaseModel):
    description: Text = None
    start_after: Text = None
    start_at: Text = None
    deadline: Text = None

    @property
    def value(self) -> PendingUpdate:
        return PendingUpdate(self.description or "", self.start_after, self.start_at, self.deadline)


class _Maintenance(BaseModel):
    dow: Text = None
    time: Text = None
    enabled: bool = True
    updates: Annotated[list[_Update], BeforeValidator(lambda value: value or [])] = []

    @property
    def window(self) -> Window | None:
        try:
            return Window.parse(self.dow or "", self.time or "", enabled=self.enabled)
        except ValueError:
            return None


def _maintenance(value: Any) -> Any:
    """A part of a service that no rule needs must not cost the rest of it."""
    try:
        return _Maintenance.model_validate(value or {})
    except ValidationError:
        return _Maintenance()


class _Service(BaseModel):
    service_name: Name
    service_type: Name
    state: Name
    maintenance: Annotated[_Maintenance, BeforeValidator(_maintenance)] = _Maintenance()
    metadata: Annotated[dict[str, Any], BeforeValidator(lambda value: value if isinstance(value, dict) else {})] = {}

    def value(self, project: str) -> Service:
        return Service(
            ServiceRef(project, self.service_name),
            self.service_type,
            self.state,
            _text(self.metadata.get(f"{self.service_type}_version")),
            self.maintenance.window,
            tuple(update.value for update in self.maintenance.updates),
        )


class _Organization(BaseModel):
    organization_id: Name
    organization_name: str | None = None


_STEP: Final = TypeAdapter(_Step)
_STEPS: Final = TypeAdapter(list[_Step])
_PAGING: Final = TypeAdapter(_Paging)
_SERVICES: Final = TypeAdapter(list[_Service])
_ORGANIZATIONS: Final = TypeAdapter(list[_Organization])

_LIST_KEY: Final = "steps"
"""Where the organization's dialect is documented to have it."""

_LIST_KEYS: Final = (_LIST_KEY, "upgrade_steps", "upgrade_pipeline_steps", "items", "results", "data")
"""Where a list of steps may stand in the flat dialect.

Under any other key, in either dialect, only a list that holds something is believed: an empty one could be a list of
anything, and would read as "no steps".
"""


def steps_of(data: Any, *, bare: bool) -> Page:
    """A page of the list of steps; whether it may be `bare`, or empty under any of the keys."""
    if bare and isinstance(data, list):
        return Page(_steps(data, "the list"))
    if not isinstance(data, dict):
        raise UnreadableError("it holds no list of upgrade steps")
    key = _list_key(data, _LIST_KEYS if bare else (_LIST_KEY,))
    paging = _validated(_PAGING, data, "the list")
    return Page(_steps(data[key], key), paging.next or None, paging.total_count)


def step_of(data: Any) -> LiveStep:
    """A single step, bare or under one key."""
    if isinstance(data, dict) and not _looks_like_step(data):
        wrapped = [value for value in data.values() if _looks_like_step(value)]
        if len(wrapped) == 1:
            data = wrapped[0]
    if not isinstance(data, dict):
        raise UnreadableError("it holds no upgrade step")
    return _validated(_STEP, data, "the step").value


def services_of(data: Any, project: str) -> dict[str, Service]:
    """The services of a project by name, reduced to what we read."""
    services = _validated(_SERVICES, _under(data, "services"), "services")
    return {service.service_name: service.value(project) for service in services}


def organizations_of(data: Any) -> tuple[Organization, ...]:
    """The organizations of an answer, in its order."""
    found = _validated(_ORGANIZATIONS, _under(data, "organizations"), "organizations")
    return tuple(Organization(one.organization_id, one.organization_name or "") for one in found)


def _steps(items: list[Any], where: str) -> tuple[LiveStep, ...]:
    return tuple([step.value for step in _validated(_STEPS, items, where)])


def _list_key(data: dict[str, Any], known: tuple[str, ...]) -> str:
    for key in known:
        if isinstance(data.get(key), list):
            return key
    found = [key for key, value in data.items() if isinstance(value, list) and value and _looks_like_step(value[0])]
    if len(found) == 1:
        return found[0]
    raise UnreadableError("it holds no list of upgrade steps")


def _looks_like_step(value: Any) -> bool:
    return isinstance(value, dict) and ("destination_service_name" in value or "destination_service" in value)


def _under(data: Any, key: str) -> Any:
    if not isinstance(data, dict) or key not in data:
        raise UnreadableError(f"{key} is missing")
    return data[key]


def _validated(adapter: TypeAdapter[Shape], data: Any, where: str) -> Shape:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
    # Raised out here, because pydantic's own error holds the values, and an error remembers what it was raised in.
    place = where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in found[0]["loc"])
    words = "is missing" if found[0]["type"] == "missing" else f"is not as expected ({found[0]['msg']})"
    more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
    raise UnreadableError(f"{place} {words}{more}")
