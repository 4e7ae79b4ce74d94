"""What the body of a control says: JSON to a model, or a refusal that lists what is wrong with it."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipesync.sandbox.context import json_object
from pipesync.sandbox.refusal import RefusalError

Model = TypeVar("Model", bound=BaseModel)


class Order(BaseModel):
    """A body that has no other keys than these."""

    model_config = ConfigDict(extra="forbid")


def order_of(model: type[Model]) -> Model:
    """The request's body."""
    return model_of(model, json_object())


def model_of(model: type[Model], data: dict[str, Any]) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        ]
        raise RefusalError("; ".join(problems), "bad_request") from error
