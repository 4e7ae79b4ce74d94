"""The renderings of a status report; what a format needs is imported when it is asked for."""

from pipesync.render.colour import Paint
from pipesync.status import StatusReport


def render_status(report: StatusReport, form: str, /, *, color: bool = False, ascii_only: bool = False) -> str:
    """`report` in one of STATUS_FORMATS; `ascii_only` is for terminals that cannot show lines. KeyError for another."""
    match form:
        case "text":
            from pipesync.render.text.status import status_text

            return status_text(report, Paint(color), ascii_only=ascii_only)
        case "json":
            from pipesync.render.escape import json_text

            return json_text(report.to_json())
        case "markdown":
            from pipesync.render.markdown.templated import status_markdown

            return status_markdown(report)
        case _:
            raise KeyError(form)
