"""The renderings of what `validate` found. The text needs no pydantic: its import takes longer than a check."""

from pipesync.errors import SpecError
from pipesync.model import Spec
from pipesync.render.colour import Paint
from pipesync.render.machines.repository import Repository


def render_spec(
    result: Spec | SpecError, form: str, /, *, color: bool = False, repository: Repository | None = None
) -> str:
    """A valid spec, or all that is wrong with one, in one of SPEC_FORMATS; `repository` tells the names of files there.

    KeyError for another format.
    """
    match form:
        case "text":
            from pipesync.render.text.spec import spec_text

            return spec_text(result, Paint(color))
        case "json":
            from pipesync.render.escape import json_text
            from pipesync.render.validation import Validation

            return json_text(Validation.of(result).to_json())
        case "markdown":
            from pipesync.render.markdown.templated import spec_markdown

            return spec_markdown(result)
        case _:
            from pipesync.render.machines.spec_reports import SPEC_REPORTS

            return SPEC_REPORTS[form](result, repository or Repository())
