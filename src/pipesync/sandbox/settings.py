"""A world's settings for what Aiven leaves undocumented, and the releases that it starts with."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlatShape(_Part):
    """How the account-wide API answers; Aiven documents none of it."""

    list: Literal["steps", "upgrade_steps", "bare"] = "steps"
    step: Literal["bare", "step", "upgrade_step"] = "bare"
    names: Literal["plain", "_name"] = "plain"
    id: Literal["step_id", "id"] = "step_id"
    paged: bool = False
    create_status: Literal[200, 201] = 200
    empty_status: Literal[200, 204] = 204

    @field_validator("create_status", "empty_status", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdecimal() else value

    @model_validator(mode="after")
    def _pages_need_a_key(self) -> Self:
        if self.paged and self.list == "bare":
            raise ValueError("a bare list has no place for a cursor: set `paged: false` or another `list`")
        return self


class Paging(_Part):
    """How pages of a list are linked; Aiven documents neither the default size nor what a link holds."""

    default_limit: int = Field(default=100, ge=1)
    links: Literal["cursor", "url"] = "cursor"
    end: Literal["null", "absent", "empty"] = "null"


class Unreadable(_Part):
    """What a token sees of a step of which it may not read both projects."""

    list: Literal["omit", "include"] = "omit"
    get: Literal["permission_denied", "upgrade_step_not_found"] = "permission_denied"


class WorldRelease(_Part):
    """A maintenance release that has arrived before the world begins."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    type: str = Field(min_length=1)
    version: str = Field(min_length=1)
    description: str = ""


class LifeSettings(_Part):
    """One field for each question that has two plausible answers; docs/sandbox.md explains them."""

    maintenance_minutes: int = Field(default=30, ge=0, le=10_080)
    siblings: Literal["own", "shortest", "longest"] = "own"
    newer_update: Literal["restarts", "continues"] = "restarts"
    delay_change: Literal["keeps_start", "restarts"] = "keeps_start"
    new_step: Literal["from_update", "from_creation"] = "from_update"
    initial_version: Literal["destination", "source"] = "destination"
    held_updates: Literal["listed", "hidden"] = "listed"
    maintenance_start: Literal["gated", "free"] = "gated"
