"""The renderings of what `validate` found. The text needs no pydantic: its import takes longer than a check."""

from collections.abc import Callable, Mapping
from typing import Final

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.render.checkout import Checkout
from pipesync.render.colour import Paint
from pipesync.render.text.spec import spec_text


def _text(result: Spec | SpecError, paint: Paint, _: Checkout) -> str:
    return spec_text(result, paint)


def _json(result: Spec | SpecError, _: Paint, __: Checkout) -> str:
    from pipesync.render.escape import json_text
    from pipesync.render.validation import Validation

    return json_text(Validation.of(result).to_json())


def _markdown(result: Spec | SpecError, _: Paint, __: Checkout) -> str:
    from pipesync.render.markdown import spec_markdown

    return spec_markdown(result)


def _sarif(result: Spec | SpecError, _: Paint, checkout: Checkout) -> str:
    from pipesync.render.spec_reports import spec_sarif

    return spec_sarif(result, checkout)


def _junit(result: Spec | SpecError, _: Paint, checkout: Checkout) -> str:
    from pipesync.render.spec_reports import spec_junit

    return spec_junit(result, checkout)


def _github(result: Spec | SpecError, _: Paint, checkout: Checkout) -> str:
    from pipesync.render.spec_reports import spec_github

    return spec_github(result, checkout)


SPEC_TABLE: Final[Mapping[str, Callable[[Spec | SpecError, Paint, Checkout], str]]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
}
"""Its keys are `render.SPEC_FORMATS`."""


def render_spec(
    result: Spec | SpecError, form: str, /, *, color: bool = False, checkout: Checkout | None = None
) -> str:
    """A valid spec, or all that is wrong with one, in one of SPEC_FORMATS; `checkout` is the repository's folder.

    KeyError for another format.
    """
    return SPEC_TABLE[form](result, Paint(color), checkout or Checkout())
