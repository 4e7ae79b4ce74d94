"""The renderings of what `validate` found. The text needs no pydantic: its import takes longer than a check."""

from collections.abc import Callable, Mapping
from typing import Final

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.render.colour import Paint
from pipesync.render.text.spec import spec_text


def _json(result: Spec | SpecError, _: Paint) -> str:
    from pipesync.render.escape import json_text
    from pipesync.render.validation import Validation

    return json_text(Validation.of(result).to_json())


def _markdown(result: Spec | SpecError, _: Paint) -> str:
    from pipesync.render.markdown import spec_markdown

    return spec_markdown(result)


_SPEC: Final[Mapping[str, Callable[[Spec | SpecError, Paint], str]]] = {
    "text": spec_text,
    "json": _json,
    "markdown": _markdown,
}

SPEC_FORMATS: Final = tuple(_SPEC)


def render_spec(result: Spec | SpecError, form: str, /, *, color: bool = False) -> str:
    """A valid spec, or all that is wrong with one, in one of SPEC_FORMATS. KeyError for another format."""
    return _SPEC[form](result, Paint(color))
